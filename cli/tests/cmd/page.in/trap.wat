;; A trap three calls deep: $start_trap calls $middle, which calls $divide, and that divides 10 by zero.
;; The functions have names, so a backtrace can show them.
(module
  (func $divide (param $a i32) (param $b i32) (result i32)
    (i32.div_s (local.get $a) (local.get $b)))

  (func $middle (param $x i32) (result i32)
    (i32.add
      (call $divide (i32.const 10) (local.get $x))
      (i32.const 1)))

  (func $start_trap (export "start_trap") (result i32)
    (call $middle (i32.const 0))))
