;; Logs what it is given, and tells how loud that was.
(module
  (import "example:shout/log@0.1.0" "write" (func $write (param i32 i32)))
  (import "$root" "volume" (func $volume (result i32)))
  (memory (export "memory") 1)
  (global $free (mut i32) (i32.const 8))
  (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (global.get $free)
    (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get $size)) (i32.const 7)) (i32.const -8))))
  (func (export "shout") (param $address i32) (param $length i32) (result i32)
    (call $write (local.get $address) (local.get $length))
    (call $volume)))
