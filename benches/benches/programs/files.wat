;; Reads a file of SIZE bytes from end to end, or writes it, in blocks of BLOCK bytes: the function $WHAT.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  ;; 0: a list of one buffer; 8: the count; 12: the descriptor; 16: the file's name. The buffer begins at 64 KB.
  (memory (export "memory") 64)
  (data (i32.const 0) "\00\00\01\00")
  (data (i32.const 16) "data")
  ;; The file "data" of the first directory, with some of the rights to read (2) and to write (64).
  (func $begin (param $block i32) (param $rights i64)
    (i32.store (i32.const 4) (local.get $block))
    (if (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 4) (i32.const 0)
          (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 12))
      (then unreachable)))
  (func $end
    (if (call $close (i32.load (i32.const 12))) (then unreachable)))
  (func $read (param $block i32) (result i64) (local $total i64)
    (call $begin (local.get $block) (i64.const 2))
    (loop $again
      (if (call $fd_read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
      (local.set $total (i64.add (local.get $total) (i64.load32_u (i32.const 8))))
      (br_if $again (i32.load (i32.const 8))))
    (call $end)
    (local.get $total))
  (func $write (param $block i32) (result i64) (local $total i64)
    (call $begin (local.get $block) (i64.const 64))
    (loop $again
      (if (call $fd_write (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
      (local.set $total (i64.add (local.get $total) (i64.load32_u (i32.const 8))))
      (br_if $again (i64.lt_u (local.get $total) (i64.const SIZE))))
    (call $end)
    (local.get $total))
  (func (export "_start")
    (if (i64.ne (call $WHAT (i32.const BLOCK)) (i64.const SIZE)) (then unreachable))))
