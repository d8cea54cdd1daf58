;; Invalid: where `i32.add` wants two operands, there is one.
(module
  (func (export "f") (result i32)
    i32.const 1
    i32.add))
