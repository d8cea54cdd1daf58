;; Prints the first 32 bytes of a file, with WASI preview 1.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "wheel.txt")
  (data (i32.const 160) "\n")
  ;; ANCHOR: start
  (func (export "_start")
    ;; The file `wheel.txt` (nine bytes at 64) of directory 3, to be read (right 2); its descriptor goes to 32.
    (drop (call $path_open
      (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 9) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
    ;; One piece: 32 bytes from 128 on. How much was read goes to 36.
    (i32.store (i32.const 0) (i32.const 128))
    (i32.store (i32.const 4) (i32.const 32))
    (drop (call $fd_read (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 36)))
    ;; Two pieces: as much as was read, and the end of a line, at 160.
    (i32.store (i32.const 4) (i32.load (i32.const 36)))
    (i32.store (i32.const 8) (i32.const 160))
    (i32.store (i32.const 12) (i32.const 1))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 40))))
  ;; ANCHOR_END: start
)
