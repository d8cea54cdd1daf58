;; Invalid: what is never executed must fit all the same, as far as its types are known.
(module
  ;; ANCHOR: f
  (func (export "f") (result i32)
    i32.const 7
    return
    i64.const 8
    i32.add)
  ;; ANCHOR_END: f
)
