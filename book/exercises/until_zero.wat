;; length(ptr): how many bytes there are before the first that is 0.
(module
  (memory (export "memory") 1)

  (func (export "length") (param $ptr i32) (result i32)
    (local $at i32)
    (local.set $at (local.get $ptr))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $at) (local.get $ptr))))
