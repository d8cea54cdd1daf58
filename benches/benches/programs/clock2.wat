;; Asks for the time a million times, by preview 2.
(component
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock (export "now" (func (result u64)))))
  (core func $now (canon lower (func $clock "now")))
  (core module $M
    (import "clock" "now" (func $now (result i64)))
    (func (export "run") (result i32) (local $left i32)
      (local.set $left (i32.const 1000000))
      (loop $again
        (if (i64.eqz (call $now)) (then unreachable))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (i32.const 0)))
  (core instance $m (instantiate $M (with "clock" (instance (export "now" (func $now))))))
  (func $run (result (result)) (canon lift (core func $m "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))
