;; A standard output that makes capitals of small letters, and writes them to its own.
(module
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $get_stdout (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "[export]wasi:io/streams@0.2.0" "[resource-new]output-stream" (func $new (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))

  ;; ANCHOR: loud
  ;; The representation of a stream is the handle of the real one.
  (func (export "wasi:cli/stdout@0.2.0#get-stdout") (result i32)
    (call $new (call $get_stdout)))

  (func (export "wasi:io/streams@0.2.0#[method]output-stream.blocking-write-and-flush")
    (param $stream i32) (param $contents i32) (param $length i32) (result i32)
    (call $shout (local.get $contents) (local.get $length))
    (call $write (local.get $stream) (local.get $contents) (local.get $length) (i32.const 16))
    ;; The outcome is passed on as it is: whether it went well.
    (i32.const 16))
  ;; ANCHOR_END: loud

  (func $shout (param $ptr i32) (param $len i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
        (if (i32.and (i32.ge_u (i32.load8_u (local.get $ptr)) (i32.const 97))
              (i32.le_u (i32.load8_u (local.get $ptr)) (i32.const 122)))
          (then (i32.store8 (local.get $ptr) (i32.sub (i32.load8_u (local.get $ptr)) (i32.const 32)))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))))
