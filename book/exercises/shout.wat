;; shout(ptr, len) turns a to z into A to Z, in place.
(module
  (memory (export "memory") 1)

  (func (export "shout") (param $ptr i32) (param $len i32)
    (local $end i32)
    (local $byte i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $ptr)))
        ;; Is it from a (97) to z (122)? Below 97, the difference without a sign is enormous.
        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 97)) (i32.const 26))
          (then (i32.store8 (local.get $ptr) (i32.sub (local.get $byte) (i32.const 32)))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))))
