;; Names that try to leave their place in a page, and a function that calls itself.
(module $"</script><script>alert(1)</script>"
  (import "env" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "</script><img src=x onerror=alert(1)>")
  (func $"\" onmouseover=\"alert(1)\u{202e}" (param i32) (result f32)
    (if (local.get 0)
      (then (drop (call 1 (i32.sub (local.get 0) (i32.const 1)))))
      (else (call $log (i32.const 16) (i32.const 37)) (drop (memory.grow (i32.const 1)))))
    (f32.const nan:0x123))
  (export "</code><b>" (func 1))
  ;; As many steps as there are calls.
  (func $leaf)
  (func (export "busy") (param i32)
    (loop $more
      (call $leaf)
      (br_if $more (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
