;; A standard output that lets no control character through but the end of a line: the world of ch16's loud.wit.
(module
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $get_stdout (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "[export]wasi:io/streams@0.2.0" "[resource-new]output-stream" (func $new (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "wasi:cli/stdout@0.2.0#get-stdout") (result i32)
    (call $new (call $get_stdout)))
  (func (export "wasi:io/streams@0.2.0#[method]output-stream.blocking-write-and-flush")
    (param $stream i32) (param $contents i32) (param $length i32) (result i32)
    (call $clean (local.get $contents) (local.get $length))
    (call $write (local.get $stream) (local.get $contents) (local.get $length) (i32.const 16))
    (i32.const 16))

  ;; Below 32 are control characters, and 127 is one. 10 ends a line.
  (func $clean (param $ptr i32) (param $len i32)
    (local $end i32) (local $byte i32)
    (local.set $end (i32.add (local.get $ptr) (local.get $len)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $ptr) (local.get $end)))
        (local.set $byte (i32.load8_u (local.get $ptr)))
        (if (i32.or
              (i32.and (i32.lt_u (local.get $byte) (i32.const 32)) (i32.ne (local.get $byte) (i32.const 10)))
              (i32.eq (local.get $byte) (i32.const 127)))
          (then (i32.store8 (local.get $ptr) (i32.const 0x3f))))
        (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
        (br $next)))))
