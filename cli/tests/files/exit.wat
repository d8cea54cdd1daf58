;; A command that ends with status 3 from three calls deep.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (func $leave (call $exit (i32.const 3)) (unreachable))
  (func (export "_start") (call $leave) (unreachable)))
