;; A guest may not call out of `realloc` or `post-return`.

(component definition $Leaves
  (component $Callee
    (core module $M (func (export "f")))
    (core instance $m (instantiate $M))
    (func (export "f") (canon lift (core func $m "f"))))
  (instance $callee (instantiate $Callee))

  (component $Caller
    (import "f" (func $f))
    (core func $f' (canon lower (func $f)))
    (core module $M
      (import "" "f" (func $f))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $f) (i32.const 0))
      (func (export "free") (param i32) (call $f))
      (func (export "take") (param i32 i32) (result i32) (i32.const 1))
      (func (export "calls") (result i32) (call $f) (i32.const 2)))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f'))))))
    (func (export "in-realloc") (param "x" string) (result u32)
      (canon lift (core func $m "take") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
    (func (export "in-post-return") (result u32)
      (canon lift (core func $m "calls") (post-return (core func $m "free"))))
    (func (export "in-the-function") (result u32) (canon lift (core func $m "calls"))))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (export "in-realloc" (func $caller "in-realloc"))
  (export "in-post-return" (func $caller "in-post-return"))
  (export "in-the-function" (func $caller "in-the-function")))

(component instance $a $Leaves)
(assert_return (invoke "in-the-function") (u32.const 2))
(assert_trap (invoke "in-realloc" (str.const "hi")) "cannot leave component instance")
;; What trapped is never entered again.
(assert_trap (invoke "in-the-function") "cannot enter component instance")

(component instance $b $Leaves)
(assert_trap (invoke "in-post-return") "cannot leave component instance")
(assert_trap (invoke $a "in-the-function") "cannot enter component instance")
