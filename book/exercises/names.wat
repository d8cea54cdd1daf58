;; How often `realloc` is called for a list of strings, and how many bytes it is asked for altogether.
(component
  (core module $M
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (global $calls (mut i32) (i32.const 0))
    (global $bytes (mut i32) (i32.const 0))
    ;; Lists of strings have to stand at a multiple of 4.
    (func (export "realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $new i32) (result i32)
      (local $at i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (global.set $bytes (i32.add (global.get $bytes) (local.get $new)))
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 3)) (i32.const -4)))
      (global.set $next (i32.add (local.get $at) (local.get $new)))
      (local.get $at))
    (func (export "count") (param $names i32) (param $length i32) (result i32)
      (i32.store (i32.const 0) (global.get $calls))
      (i32.store (i32.const 4) (global.get $bytes))
      (i32.const 0)))
  (core instance $m (instantiate $M))
  (func (export "count") (param "names" (list string)) (result (tuple u32 u32))
    (canon lift (core func $m "count") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
