;; Says hello, by preview 2.
(component
  (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error-type))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (alias outer 1 $error-type (type $outer))
    (export "error" (type $error (eq $outer)))
    (export "output-stream" (type $output-stream (sub resource)))
    (type $variant (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $variant)))
    (export "[method]output-stream.blocking-write-and-flush" (func
      (param "self" (borrow $output-stream)) (param "contents" (list u8))
      (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $output-stream (type $outer))
    (export "output-stream" (type $output-stream (eq $outer)))
    (export "get-stdout" (func (result (own $output-stream))))))
  (core module $Memory
    (memory (export "memory") 1)
    (data (i32.const 16) "hello\n"))
  (core instance $memory (instantiate $Memory))
  (core func $get (canon lower (func $stdout "get-stdout")))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush")
    (memory (core memory $memory "memory"))))
  (core module $M
    (import "memory" "memory" (memory 1))
    (import "stdout" "get" (func $get (result i32)))
    (import "stdout" "write" (func $write (param i32 i32 i32 i32)))
    (func (export "run") (result i32) (local $left i32) (local $out i32)
      (local.set $left (i32.const 1))
      (local.set $out (call $get))
      (loop $again
        (call $write (local.get $out) (i32.const 16) (i32.const 6) (i32.const 0))
        (if (i32.load8_u (i32.const 0)) (then unreachable))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (i32.const 0)))
  (core instance $m (instantiate $M
    (with "memory" (instance $memory))
    (with "stdout" (instance (export "get" (func $get)) (export "write" (func $write))))))
  (func $run (result (result)) (canon lift (core func $m "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))
