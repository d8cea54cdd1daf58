;; A guest that says its greeting is one byte shorter than it is.
(component
  (core module $Guest
    (memory (export "memory") 1)
    (data (i32.const 0) "Hello, ")
    (global $next (mut i32) (i32.const 1024))

    ;; A piece of memory of $new bytes. This guest never frees anything.
    (func (export "realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $new i32) (result i32)
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get $new))))

    ;; The greeting goes to 512; where it is and how long, to 16 and 20. The result is 16.
    (func (export "greet") (param $ptr i32) (param $len i32) (result i32)
      (memory.copy (i32.const 512) (i32.const 0) (i32.const 7))
      (memory.copy (i32.const 519) (local.get $ptr) (local.get $len))
      (i32.store (i32.const 16) (i32.const 512))
      (i32.store (i32.const 20) (i32.sub (local.get $len) (i32.const -6)))
      (i32.const 16))

    ;; The host has taken the greeting.
    (func (export "done") (param $result i32)))

  (core instance $guest (instantiate $Guest))
  (func (export "greet") (param "name" string) (result string)
    (canon lift (core func $guest "greet")
      (memory (core memory $guest "memory"))
      (realloc (core func $guest "realloc"))
      (post-return (core func $guest "done"))))
)
