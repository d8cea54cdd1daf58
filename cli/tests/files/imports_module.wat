;; A component that WIT has no words for: it imports a core module.
(component
  (import "engine" (core module $engine (export "run" (func (result i32)))))
  (core instance $i (instantiate $engine))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))
