;; Exits with what it gets for not waiting for a connection at the first socket: 6 (again) if there is one.
(module
  (import "wasi_snapshot_preview1" "fd_fdstat_set_flags" (func $set_flags (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $set_flags (i32.const 3) (i32.const 4)))
    (call $exit (call $accept (i32.const 3) (i32.const 0) (i32.const 0)))))
