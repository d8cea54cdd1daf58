;; Invalid: each turn of the loop would leave one more operand.
(module
  ;; ANCHOR: f
  (func (export "f") (param $n i32)
    loop $again
      i32.const 1
      local.get $n
      br_if $again
    end)
  ;; ANCHOR_END: f
)
