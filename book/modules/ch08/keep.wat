;; A function that calls the host, of which nothing is known when it is compiled.
(module
  (import "host" "next" (func $next (result i32)))
  ;; ANCHOR: keep
  (func (export "keep") (param $a i32) (result i32)
    (i32.add (local.get $a) (call $next)))
  ;; ANCHOR_END: keep
)
