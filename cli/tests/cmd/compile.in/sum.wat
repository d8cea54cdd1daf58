;; A function to compile, and one that traps.
(module $sum
  (func (export "sum") (param $from i32) (param $to i32) (result i64)
    (local $sum i64)
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_s (local.get $from))))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br_if $next (i32.le_s (local.get $from) (local.get $to))))
    (local.get $sum))
  (func $fail (export "fail") (drop (i32.div_u (i32.const 1) (i32.const 0)))))
