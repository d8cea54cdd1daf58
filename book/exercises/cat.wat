;; Copies standard input to standard output, with WASI preview 1.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  ;; Descriptor, and whether to write: does it with the piece at 0, and gives how many bytes it were. Any failure ends
  ;; the program with the failure's number.
  (func $move (param $fd i32) (param $write i32) (result i32)
    (local $errno i32)
    (local.set $errno
      (if (result i32) (local.get $write)
        (then (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
        (else (call $fd_read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))))
    (if (local.get $errno) (then (call $proc_exit (local.get $errno))))
    (i32.load (i32.const 8)))
  (func (export "_start")
    (local $left i32)
    (loop $more
      (i32.store (i32.const 0) (i32.const 1024))
      (i32.store (i32.const 4) (i32.const 4096))
      (local.set $left (call $move (i32.const 0) (i32.const 0)))
      ;; Nothing means that the input has ended.
      (if (local.get $left)
        (then
          ;; What is written may be less than all: then the rest goes next.
          (loop $rest
            (i32.store (i32.const 4) (local.get $left))
            (local.set $left (i32.sub (local.get $left) (call $move (i32.const 1) (i32.const 1))))
            (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.load (i32.const 8))))
            (br_if $rest (local.get $left)))
          (br $more))))))
