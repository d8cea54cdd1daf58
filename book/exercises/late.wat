;; Fails from 2030 on, with WASI preview 2.
(module
  (import "wasi:clocks/wall-clock@0.2.0" "now" (func $now (param i32)))
  (memory (export "memory") 1)
  ;; The result of `run`: 0 is ok, 1 is a failure. 2030 begins 1,893,456,000 seconds after 1970.
  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    (call $now (i32.const 0))
    (i64.ge_u (i64.load (i32.const 0)) (i64.const 1893456000))))
