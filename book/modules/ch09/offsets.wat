;; Loads with a small offset and a large one, from a memory of one page.
(module
  (memory (export "memory") 1)
  ;; ANCHOR: offsets
  (func (export "small") (param $i i32) (result i32)
    (i32.load offset=100 (local.get $i)))

  (func (export "large") (param $i i32) (result i32)
    (i32.load offset=100000000 (local.get $i)))

  (func (export "known") (result i32)
    (i32.load (i32.const 100)))
  ;; ANCHOR_END: offsets

  ;; ANCHOR: stop
  (func (export "stop")
    unreachable)
  ;; ANCHOR_END: stop
)
