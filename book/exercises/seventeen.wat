;; Seventeen parameters of one byte each, and their sum. Flat, they would be seventeen core values, which is too many:
;; the caller puts them into memory like a tuple, and passes the address.
(component
  (core module $M
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "sum") (param $at i32) (result i32)
      (local $end i32) (local $sum i32)
      (local.set $end (i32.add (local.get $at) (i32.const 17)))
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (local.get $sum)))
  (core instance $m (instantiate $M))
  (func (export "sum")
    (param "a" u8) (param "b" u8) (param "c" u8) (param "d" u8) (param "e" u8) (param "f" u8) (param "g" u8)
    (param "h" u8) (param "i" u8) (param "j" u8) (param "k" u8) (param "l" u8) (param "m" u8) (param "n" u8)
    (param "o" u8) (param "p" u8) (param "q" u8)
    (result u32)
    (canon lift (core func $m "sum") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
