;; spin() never returns. Fuel, a deadline or an interrupt from outside must end it. `$turns` counts, so that the host
;; can see afterwards that the loop was running.
(module
  (global $turns (export "turns") (mut i64) (i64.const 0))

  (func (export "spin")
    (loop $again
      (global.set $turns (i64.add (global.get $turns) (i64.const 1)))
      (br $again))))
