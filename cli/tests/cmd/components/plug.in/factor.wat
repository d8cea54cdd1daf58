;; Exports a number.
(component
  (core module $m (func (export "factor") (result i32) (i32.const 10)))
  (core instance $i (instantiate $m))
  (func (export "factor") (result u32) (canon lift (core func $i "factor"))))
