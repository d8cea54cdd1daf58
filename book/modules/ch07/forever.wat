;; Two functions that never return, for chapter 7.
(module
  ;; ANCHOR: forever
  (func $down (export "down") (param $n i32)
    local.get $n
    i32.const 1
    i32.add
    call $down)

  (func $round (export "round") (param $n i32)
    local.get $n
    i32.const 1
    i32.add
    return_call $round)
  ;; ANCHOR_END: forever
)
