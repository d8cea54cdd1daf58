;; formula(a, b) = (a - (b + 3)) * 4
(module
  ;; ANCHOR: formula
  (func (export "formula") (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.const 3
    i32.add
    i32.sub
    i32.const 4
    i32.mul)
  ;; ANCHOR_END: formula
)
