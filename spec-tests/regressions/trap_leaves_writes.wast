;; What the specification asks of a trap in the middle of instantiation: segments before the failing one stay written
;; (specification, section 4.5.4 "Instantiation"), also when the memory or table is another instance's.
(module $owner
  (memory (export "memory") 1)
  (table (export "table") 2 funcref)
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(register "owner" $owner)

(assert_trap
  (module
    (import "owner" "memory" (memory 1))
    (import "owner" "table" (table 2 funcref))
    (func $seven (result i32) (i32.const 7))
    (elem (i32.const 1) $seven)
    (data (i32.const 0) "ab")
    (data (i32.const 65535) "cd"))
  "out of bounds memory access")

(assert_return (invoke $owner "load" (i32.const 1)) (i32.const 98))
(assert_return (invoke $owner "load" (i32.const 65535)) (i32.const 0))
;; The function lives on in the table although its instance was never given out.
(assert_return (invoke $owner "call" (i32.const 1)) (i32.const 7))
(assert_trap (invoke $owner "call" (i32.const 0)) "uninitialized element")
