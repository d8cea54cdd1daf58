;; Valid: behind `return`, nothing is ever executed.
(module
  ;; ANCHOR: f
  (func (export "f") (result i32)
    i32.const 7
    return
    i32.add)
  ;; ANCHOR_END: f
)
