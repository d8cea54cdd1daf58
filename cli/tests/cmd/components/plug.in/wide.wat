;; Exports an interface, with other types, in version 0.2.0.
(component
  (core module $m (func (export "add") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1))))
  (core instance $i (instantiate $m))
  (func $add (param "a" u64) (param "b" u64) (result u64) (canon lift (core func $i "add")))
  (instance $adder (export "add" (func $add)))
  (export "example:math/adder@0.2.0" (instance $adder)))
