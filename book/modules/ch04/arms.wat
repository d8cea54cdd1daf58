;; Invalid: the two arms leave different things.
(module
  ;; ANCHOR: f
  (func (export "f") (param $which i32) (result i32)
    local.get $which
    if (result i32)
      i32.const 1
    else
      i64.const 2
    end)
  ;; ANCHOR_END: f
)
