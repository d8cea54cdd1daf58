;; A call out to the host: run() passes it the address and the length of a text in memory.
(module
  (import "env" "log" (func $log (param $ptr i32) (param $len i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "hello from the guest")

  (func (export "run")
    (call $log (i32.const 16) (i32.const 20))))
