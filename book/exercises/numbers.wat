;; The number that is given, as a value of another type.
(component
  (core module $M (func (export "same") (param i32) (result i32) local.get 0))
  (core instance $m (instantiate $M))
  (func (export "u16") (param "n" u32) (result u16) (canon lift (core func $m "same")))
  (func (export "bool") (param "n" u32) (result bool) (canon lift (core func $m "same")))
  (func (export "char") (param "n" u32) (result char) (canon lift (core func $m "same"))))
