;; Two components: `relay` hands the string that it is called with to `shouter`, which adds an exclamation mark.
(component $relay
  (component $shouter
    (core module $M
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 64))
      (func $realloc (export "realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
        (local $at i32)
        (local.set $at (global.get $next))
        (global.set $next (i32.add (local.get $at) (local.get $size)))
        (local.get $at))
      ;; Puts the mark behind the text; the address and the length of both go to 0.
      (func (export "shout") (param $text i32) (param $length i32) (result i32)
        (i32.store8 (i32.add (local.get $text) (local.get $length)) (i32.const 0x21))
        (i32.store (i32.const 0) (local.get $text))
        (i32.store (i32.const 4) (i32.add (local.get $length) (i32.const 1)))
        (i32.const 0))
      (func (export "free") (param i32) (global.set $next (i32.const 64))))
    (core instance $m (instantiate $M))
    (func (export "shout") (param "text" string) (result string)
      (canon lift (core func $m "shout") (memory (core memory $m "memory"))
        (realloc (core func $m "realloc"))
        (post-return (core func $m "free")))))
  (component $caller
    (import "shout" (func $shout (param "text" string) (result string)))
    (core module $Memory
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 32))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.get $next)
        (global.set $next (i32.add (global.get $next) (local.get 3)))))
    (core instance $memory (instantiate $Memory))
    (core func $shout (canon lower (func $shout) (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
    (core module $M
      (import "memory" "memory" (memory 1))
      (import "host" "shout" (func $shout (param i32 i32 i32)))
      ;; Passes on what it got, and returns what is written at 8.
      (func (export "run") (param $text i32) (param $length i32) (result i32)
        (call $shout (local.get $text) (local.get $length) (i32.const 8))
        (i32.const 8)))
    (core instance $m (instantiate $M
      (with "memory" (instance $memory))
      (with "host" (instance (export "shout" (func $shout))))))
    (func (export "run") (param "text" string) (result string)
      (canon lift (core func $m "run") (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))
  (instance $s (instantiate $shouter))
  (instance $c (instantiate $caller (with "shout" (func $s "shout"))))
  (export "run" (func $c "run")))
