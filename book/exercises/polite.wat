;; greet(ptr, len) = (ptr, len): says where its greeting is, and how long.
(module
  (memory (export "memory") 1)
  (data $prefix "It is good to see you, ")
  (global $prefix_len i32 (i32.const 23))
  (global $greeting i32 (i32.const 4096))

  (func (export "greet") (param $ptr i32) (param $len i32) (result i32 i32)
    (memory.copy
      (i32.add (global.get $greeting) (global.get $prefix_len)) (local.get $ptr) (local.get $len))
    (memory.init $prefix (global.get $greeting) (i32.const 0) (i32.const 23))
    (global.get $greeting)
    (i32.add (global.get $prefix_len) (local.get $len))))
