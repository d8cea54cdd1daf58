;; The allocator of chapter 3, which traps where a block is freed twice.
(module
  (memory (export "memory") 1)
  (global $free_list (mut i32) (i32.const 0))
  (global $fresh (mut i32) (i32.const 1024))

  (func $alloc (export "alloc") (result i32)
    (local $block i32)
    (local.set $block (global.get $free_list))
    (if (local.get $block)
      (then (global.set $free_list (i32.load (local.get $block))))
      (else
        (local.set $block (global.get $fresh))
        (global.set $fresh (i32.add (global.get $fresh) (i32.const 32)))))
    (local.get $block))

  ;; ANCHOR: free
  (func $free (export "free") (param $block i32)
    (local $other i32)
    (local.set $other (global.get $free_list))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $other)))
        (if (i32.eq (local.get $other) (local.get $block))
          (then unreachable))
        (local.set $other (i32.load (local.get $other)))
        (br $next)))
    (i32.store (local.get $block) (global.get $free_list))
    (global.set $free_list (local.get $block)))
  ;; ANCHOR_END: free
)
