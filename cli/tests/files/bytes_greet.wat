;; Writes bytes that are not UTF-8.
(module (memory (export "memory") 1)
  (func (export "greet") (param i32 i32) (i32.store (i32.const 0) (i32.const -1))))
