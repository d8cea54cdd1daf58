;; The keeper of a lock, by hand: a module for the world of lock.wit.
(module $Keeper
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $new i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $new))))

  ;; ANCHOR: longest
  ;; The result is at 16: a byte that says whether there is a boat, and at 20 the longest boat so far.
  (func (export "longest") (param $boat i32) (param $count i32) (result i32)
    (i32.store8 (i32.const 16) (i32.const 0))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        ;; The first boat, or one that is longer: its length stands at 4, that of the boat at 20 at 24.
        (if (i32.or
              (i32.eqz (i32.load8_u (i32.const 16)))
              (f32.gt (f32.load offset=4 (local.get $boat)) (f32.load (i32.const 24))))
          (then
            (i32.store8 (i32.const 16) (i32.const 1))
            (memory.copy (i32.const 20) (local.get $boat) (i32.const 12))))
        (local.set $boat (i32.add (local.get $boat) (i32.const 12)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.const 16))
  ;; ANCHOR_END: longest

  ;; ANCHOR: toll
  ;; Two pence for a tonne of coal, a penny for a thousand litres of milk.
  (func (export "toll") (param $case i32) (param $load i64) (result i32)
    (if (i32.eq (local.get $case) (i32.const 1))
      (then (return (i32.mul (i32.wrap_i64 (local.get $load)) (i32.const 2)))))
    (if (i32.eq (local.get $case) (i32.const 2))
      (then (return (i32.trunc_f64_u (f64.div (f64.reinterpret_i64 (local.get $load)) (f64.const 1000))))))
    (i32.const 0))
  ;; ANCHOR_END: toll
)
