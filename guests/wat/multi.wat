;; Several results: of functions, of a block, of a branch, and of an indirect call.
(module
  (type $two_to_two (func (param i32 i32) (result i32 i32)))
  (table funcref (elem $swap $div_rem))

  ;; swap(a, b) = (b, a)
  (func $swap (export "swap") (type $two_to_two) (param $a i32) (param $b i32) (result i32 i32)
    (local.get $b)
    (local.get $a))

  ;; div_rem(a, b) = (a / b, a mod b), unsigned; traps where b is 0
  (func $div_rem (export "div_rem") (type $two_to_two) (param $a i32) (param $b i32) (result i32 i32)
    (i32.div_u (local.get $a) (local.get $b))
    (i32.rem_u (local.get $a) (local.get $b)))

  ;; all_types(x) = (x, x as i64, x as f32, x as f64)
  (func (export "all_types") (param $x i32) (result i32 i64 f32 f64)
    (local.get $x)
    (i64.extend_i32_s (local.get $x))
    (f32.convert_i32_s (local.get $x))
    (f64.convert_i32_s (local.get $x)))

  ;; min_max(a, b) = (the smaller, the larger): a block with parameters and two results, left by a branch
  (func (export "min_max") (param $a i32) (param $b i32) (result i32 i32)
    (local.get $a)
    (local.get $b)
    (block $done (param i32 i32) (result i32 i32)
      (br_if $done (i32.le_s (local.get $a) (local.get $b)))
      (call $swap)))

  ;; pick(which, a, b): swap(a, b) for which = 0, div_rem(a, b) for which = 1; traps for others
  (func (export "pick") (param $which i32) (param $a i32) (param $b i32) (result i32 i32)
    (call_indirect (type $two_to_two) (local.get $a) (local.get $b) (local.get $which))))
