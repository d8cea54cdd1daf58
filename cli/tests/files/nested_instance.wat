;; A component that WIT has no words for: it imports an instance within an instance.
(component
  (import "outer" (instance (export "inner" (instance (export "f" (func))))))
  (core module $m (func (export "run")))
  (core instance $i (instantiate $m))
  (func (export "run") (canon lift (core func $i "run"))))
