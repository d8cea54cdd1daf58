;; A command: `_start` prints and returns.
(module
  (import "spectest" "print_i32" (func $print (param i32)))
  (func (export "_start") (call $print (i32.const 7)) (call $print (i32.const -8))))
