;; Three calls that cannot go well, for WASI preview 1.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "hello\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 8))
    (i32.store (i32.const 4) (i32.const 6))
    ;; ANCHOR: wrong
    ;; To descriptor 7, which nobody has opened.
    (drop (call $fd_write (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 16)))
    ;; To standard input.
    (drop (call $fd_write (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
    ;; The list of pieces is said to be where the memory ends.
    (drop (call $fd_write (i32.const 1) (i32.const 65536) (i32.const 1) (i32.const 16)))
    ;; ANCHOR_END: wrong
  ))
