;; move(to, from, len): memory.copy with loads and stores of single bytes.
(module
  (memory (export "memory") 1)

  ;; ANCHOR: move
  (func (export "move") (param $to i32) (param $from i32) (param $len i32)
    (local $i i32)
    (if (i32.gt_u (local.get $to) (local.get $from))
      (then
        (block $done
          (loop $next
            (br_if $done (i32.eqz (local.get $len)))
            (local.set $len (i32.sub (local.get $len) (i32.const 1)))
            (i32.store8
              (i32.add (local.get $to) (local.get $len))
              (i32.load8_u (i32.add (local.get $from) (local.get $len))))
            (br $next))))
      (else
        (block $done
          (loop $next
            (br_if $done (i32.eq (local.get $i) (local.get $len)))
            (i32.store8
              (i32.add (local.get $to) (local.get $i))
              (i32.load8_u (i32.add (local.get $from) (local.get $i))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $next))))))
  ;; ANCHOR_END: move
)
