;; An adder in another version of its interface.
(component
  (core module $M
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
  (core instance $m (instantiate $M))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add")))
  (instance $i (export "add" (func $add)))
  (export "falkirk:adder/add@0.2.0" (instance $i)))
