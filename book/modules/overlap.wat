;; Three ways to greet, for chapter 3. The name stands at 3, where the greeting will be; `env.log` prints what is there.
(module
  (import "env" "log" (func $log (param $ptr i32) (param $len i32)))
  (memory (export "memory") 1)
  (data (i32.const 3) "Daniel")
  (data $prefix "Hello, ")

  ;; ANCHOR: ways
  (func (export "name_first")
    (memory.copy (i32.const 7) (i32.const 3) (i32.const 6))
    (memory.init $prefix (i32.const 0) (i32.const 0) (i32.const 7))
    (call $log (i32.const 0) (i32.const 13)))

  (func (export "prefix_first")
    (memory.init $prefix (i32.const 0) (i32.const 0) (i32.const 7))
    (memory.copy (i32.const 7) (i32.const 3) (i32.const 6))
    (call $log (i32.const 0) (i32.const 13)))
  ;; ANCHOR_END: ways

  ;; ANCHOR: bytes
  (func (export "byte_by_byte")
    (local $i i32)
    (loop $next
      (i32.store8 offset=7 (local.get $i) (i32.load8_u offset=3 (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 6))))
    (memory.init $prefix (i32.const 0) (i32.const 0) (i32.const 7))
    (call $log (i32.const 0) (i32.const 13)))
  ;; ANCHOR_END: bytes
)
