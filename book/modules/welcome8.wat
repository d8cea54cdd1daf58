;; The guest of chapter 2 with a prefix of eight bytes, and nothing else changed.
(module
  (memory (export "memory") 4)
  (data $prefix "Welcome ")

  (func (export "greet") (param $ptr i32) (param $len i32)
    (memory.copy (i32.const 8) (local.get $ptr) (local.get $len))
    (memory.init $prefix (i32.const 0) (i32.const 0) (i32.const 8))))
