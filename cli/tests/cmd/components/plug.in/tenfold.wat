;; Exports an adder whose sums are ten times as much, and imports that adder's number.
(component
  (import "factor" (func $factor (result u32)))
  (core func $factor (canon lower (func $factor)))
  (core module $m
    (import "host" "factor" (func $factor (result i32)))
    (func (export "add") (param i32 i32) (result i32)
      (i32.mul (call $factor) (i32.add (local.get 0) (local.get 1)))))
  (core instance $i (instantiate $m (with "host" (instance (export "factor" (func $factor))))))
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (instance $adder (export "add" (func $add)))
  (export "example:math/adder@0.2.1" (instance $adder)))
