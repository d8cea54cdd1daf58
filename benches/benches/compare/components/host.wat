;; A component that calls the host with a string, as often as it is told.
(component
  (import "log" (func $log (param "line" string)))
  (core module $Memory (memory (export "memory") 1) (data (i32.const 8) "a line!!"))
  (core module $Loop
    (import "" "log" (func $log (param i32 i32)))
    (func (export "run") (param $n i32)
      (loop $more
        (call $log (i32.const 8) (i32.const 8))
        (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
  (core instance $memory (instantiate $Memory))
  (core func $lowered (canon lower (func $log) (memory (core memory $memory "memory"))))
  (core instance $loop (instantiate $Loop (with "" (instance (export "log" (func $lowered))))))
  (func (export "run") (param "n" u32) (canon lift (core func $loop "run"))))
