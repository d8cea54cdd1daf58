;; larger(a, b)
(module
  ;; ANCHOR: larger
  (func (export "larger") (param $a i32) (param $b i32) (result i32)
    (if (result i32) (i32.gt_s (local.get $a) (local.get $b))
      (then (local.get $a))
      (else (local.get $b))))
  ;; ANCHOR_END: larger
)
