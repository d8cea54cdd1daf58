;; Exports a number, but wants the adder first.
(component
  (import "example:math/adder@0.2.0" (instance (export "add" (func (param "a" u32) (param "b" u32) (result u32)))))
  (core module $m (func (export "factor") (result i32) (i32.const 10)))
  (core instance $i (instantiate $m))
  (func (export "factor") (result u32) (canon lift (core func $i "factor"))))
