;; divide_or(a, b, other) = a / b, or other where there is no such i32.
(module
  (func (export "divide_or") (param $a i32) (param $b i32) (param $other i32) (result i32)
    (if (i32.eqz (local.get $b)) (then (return (local.get $other))))
    (if (i32.and
          (i32.eq (local.get $a) (i32.const 0x80000000))
          (i32.eq (local.get $b) (i32.const -1)))
      (then (return (local.get $other))))
    (i32.div_s (local.get $a) (local.get $b))))
