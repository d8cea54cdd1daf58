;; both(a, b): how many bytes two strings have together.
(component
  (core module $Guest
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32) (param $new i32) (result i32)
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get $new))))
    (func (export "both") (param $a i32) (param $a_len i32) (param $b i32) (param $b_len i32) (result i32)
      (i32.add (local.get $a_len) (local.get $b_len))))

  (core instance $guest (instantiate $Guest))
  (func (export "both") (param "a" string) (param "b" string) (result u32)
    (canon lift (core func $guest "both")
      (memory (core memory $guest "memory")) (realloc (core func $guest "realloc")))))
