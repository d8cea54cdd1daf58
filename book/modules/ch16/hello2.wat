;; The same for WASI preview 2: a module for the world of hello2.wit.
(module
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $get_stdout (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $drop (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "hello\n")
  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    (local $stdout i32)
    (local.set $stdout (call $get_stdout))
    ;; Six bytes from address 8 on; what comes of it goes to 16.
    (call $write (local.get $stdout) (i32.const 8) (i32.const 6) (i32.const 16))
    (call $drop (local.get $stdout))
    ;; The discriminant of the result: 0 is ok, and so is it for `run`.
    (i32.load8_u (i32.const 16))))
