;; Valid: the block says that it takes the operand.
(module
  ;; ANCHOR: f
  (func (export "f") (result i32)
    i32.const 1
    block (param i32) (result i32)
      i32.const 2
      i32.add
    end)
  ;; ANCHOR_END: f
)
