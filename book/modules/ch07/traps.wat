;; Instructions that trap, for chapter 7.
(module
  (memory (export "memory") 1)

  ;; ANCHOR: traps
  (func (export "divide") (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.div_s)

  (func (export "truncate") (param $x f64) (result i32)
    local.get $x
    i32.trunc_f64_s)
  ;; ANCHOR_END: traps
)
