;; Gives what the clock shows.
(component
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock (export "now" (func (result u64)))))
  (export "time" (func $clock "now")))
