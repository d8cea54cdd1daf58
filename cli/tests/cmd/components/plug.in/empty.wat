;; Exports the interface without what is wanted of it.
(component
  (instance $adder)
  (export "example:math/adder@0.2.0" (instance $adder)))
