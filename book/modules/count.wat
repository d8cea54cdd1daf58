;; Counts bytes, for the first exercise of chapter 2.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "Hello, Falkirk")

  ;; ANCHOR: count
  ;; count(ptr, len, byte): how many of the bytes there are this one
  (func (export "count") (param $ptr i32) (param $len i32) (param $byte i32) (result i32)
    (local $found i32)
    (loop $next
      (if (i32.eq (i32.load8_u (local.get $ptr)) (local.get $byte))
        (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (local.set $len (i32.sub (local.get $len) (i32.const 1)))
      (br_if $next (local.get $len)))
    (local.get $found))
  ;; ANCHOR_END: count
)
