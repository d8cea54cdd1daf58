;; old(x) = x - 5, in a roundabout way: x is read before it is set, and used after.
(module
  ;; ANCHOR: old
  (func (export "old") (param $x i32) (result i32)
    local.get $x
    i32.const 5
    local.set $x
    local.get $x
    i32.sub)
  ;; ANCHOR_END: old
)
