;; Imports an interface, in version 0.2.0.
(component
  (import "example:math/adder@0.2.0" (instance $adder
    (export "add" (func (param "a" u32) (param "b" u32) (result u32)))))
  (core func $add (canon lower (func $adder "add")))
  (core module $m
    (import "adder" "add" (func $add (param i32 i32) (result i32)))
    (func (export "triple") (param i32) (result i32)
      (call $add (local.get 0) (call $add (local.get 0) (local.get 0)))))
  (core instance $i (instantiate $m (with "adder" (instance (export "add" (func $add))))))
  (func (export "triple") (param "n" u32) (result u32) (canon lift (core func $i "triple"))))
