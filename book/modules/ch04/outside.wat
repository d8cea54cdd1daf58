;; Invalid: a block reaches for an operand that was there before it.
(module
  ;; ANCHOR: f
  (func (export "f") (result i32)
    i32.const 1
    block (result i32)
      i32.const 2
      i32.add
    end)
  ;; ANCHOR_END: f
)
