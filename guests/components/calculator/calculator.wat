;; A component's core module by hand. Imports and exports have the names that the component model gives to what is in
;; wit/calculator.wit, and numbers need no memory.
(module
  (import "falkirk:adder/add@0.1.0" "add" (func $add (param i32 i32) (result i32)))
  (func (export "add-three") (param $a i32) (param $b i32) (param $c i32) (result i32)
    (call $add (call $add (local.get $a) (local.get $b)) (local.get $c))))
