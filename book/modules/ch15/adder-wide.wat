;; An adder of the right name and version, whose numbers are of another type.
(component
  (core module $M
    (func (export "add") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1))))
  (core instance $m (instantiate $M))
  (func $add (param "a" u64) (param "b" u64) (result u64) (canon lift (core func $m "add")))
  (instance $i (export "add" (func $add)))
  (export "falkirk:adder/add@0.1.0" (instance $i)))
