;; Tries to open five paths in directory 3, for WASI preview 1. `--strace` shows what comes of it.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "wheel.txt")
  (data (i32.const 1033) "./wheel.txt")
  (data (i32.const 1044) "../stories/wheel.txt")
  (data (i32.const 1064) "/stories/wheel.txt")
  (data (i32.const 1082) "../story.c")
  (func $try (param $path i32) (param $length i32)
    (drop (call $path_open
      (i32.const 3) (i32.const 0) (local.get $path) (local.get $length) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0))))
  (func (export "_start")
    (call $try (i32.const 1024) (i32.const 9))
    (call $try (i32.const 1033) (i32.const 11))
    (call $try (i32.const 1044) (i32.const 20))
    (call $try (i32.const 1064) (i32.const 18))
    (call $try (i32.const 1082) (i32.const 10))))
