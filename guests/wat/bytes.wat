;; Bytes in memory, one at a time. The word at address 0 is part of the module.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "falkirk")

  ;; reverse(ptr, len): turns the bytes from `ptr` to `ptr + len` around in place, from both ends to the middle
  (func (export "reverse") (param $ptr i32) (param $len i32)
    (local $end i32)
    (local $byte i32)
    (local.set $end (i32.sub (i32.add (local.get $ptr) (local.get $len)) (i32.const 1)))
    (loop $next
      (if (i32.lt_u (local.get $ptr) (local.get $end))
        (then
          (local.set $byte (i32.load8_u (local.get $ptr)))
          (i32.store8 (local.get $ptr) (i32.load8_u (local.get $end)))
          (i32.store8 (local.get $end) (local.get $byte))
          (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
          (local.set $end (i32.sub (local.get $end) (i32.const 1)))
          (br $next))))))
