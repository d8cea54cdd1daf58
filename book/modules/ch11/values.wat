;; Functions that return what they are given, for chapter 11. All of their values are single numbers.
(component
  (core module $M
    (func (export "one") (param i32) (result i32) local.get 0))
  (core instance $m (instantiate $M))
  (func (export "signed") (param "n" u32) (result s32) (canon lift (core func $m "one")))
  (func (export "code") (param "c" char) (result u32) (canon lift (core func $m "one")))
  (func (export "char") (param "n" u32) (result char) (canon lift (core func $m "one")))
  (func (export "byte") (param "n" u32) (result u8) (canon lift (core func $m "one")))
  (func (export "truth") (param "n" u32) (result bool) (canon lift (core func $m "one"))))
