;; Functions that return what they are given, for chapter 11. All of their values are one or two numbers.
(component
  (core module $M
    (func (export "one") (param i32) (result i32) local.get 0)
    (func (export "flip") (param i32) (result i32) local.get 0 i32.eqz)
    (func (export "trim") (param i32) (result i32) local.get 0 i32.const 0xff i32.and))
  (core instance $m (instantiate $M))
  (func (export "letter") (param "c" char) (result char) (canon lift (core func $m "one")))
  (func (export "not") (param "b" bool) (result bool) (canon lift (core func $m "flip")))
  (func (export "small") (param "n" u8) (result u8) (canon lift (core func $m "one")))
  (func (export "same") (param "n" u32) (result u32) (canon lift (core func $m "one")))
  (func (export "signed") (param "n" u32) (result s32) (canon lift (core func $m "one")))
  (func (export "code") (param "c" char) (result u32) (canon lift (core func $m "one")))
  (func (export "char") (param "n" u32) (result char) (canon lift (core func $m "one")))
  (func (export "byte") (param "n" u32) (result u8) (canon lift (core func $m "one")))
  (func (export "truth") (param "n" u32) (result bool) (canon lift (core func $m "one"))))
