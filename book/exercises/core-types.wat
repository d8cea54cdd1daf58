;; Functions with the core types that their types need. None of them does anything.
(component
  (core module $M
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
    (func (export "one") (param i32 i64) (result i32) i32.const 0)
    (func (export "two") (param i32) (result f32) f32.const 0)
    (func (export "three"))
    (func (export "four") (param i32 i32) (result i64) i64.const 0))
  (core instance $m (instantiate $M))
  (func (export "one") (param "a" u8) (param "b" s64) (result bool) (canon lift (core func $m "one")))
  (func (export "two") (param "c" char) (result f32) (canon lift (core func $m "two")))
  (func (export "three") (canon lift (core func $m "three")))
  (func (export "four") (param "text" string) (result u64)
    (canon lift (core func $m "four") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
