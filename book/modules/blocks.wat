;; A guest with an allocator, for chapter 3, and functions that play its host.
;;
;; Blocks have 32 bytes and lie from 1024 on. A free one has the address of the next free one in its first four bytes;
;; the last has 0 there.
(module
  (import "env" "log" (func $log (param $ptr i32) (param $len i32)))
  (memory (export "memory") 1)
  (data $prefix "Hello, ")
  (data $names "DanEve")

  ;; ANCHOR: allocator
  (global $free_list (mut i32) (i32.const 0))
  (global $fresh (mut i32) (i32.const 1024))

  ;; alloc(): a block, of those that were freed if there are any
  (func $alloc (export "alloc") (result i32)
    (local $block i32)
    (local.set $block (global.get $free_list))
    (if (local.get $block)
      (then (global.set $free_list (i32.load (local.get $block))))
      (else
        (local.set $block (global.get $fresh))
        (global.set $fresh (i32.add (global.get $fresh) (i32.const 32)))))
    (local.get $block))

  ;; free(block): the block is the first of the list from now on
  (func $free (export "free") (param $block i32)
    (i32.store (local.get $block) (global.get $free_list))
    (global.set $free_list (local.get $block)))
  ;; ANCHOR_END: allocator

  ;; ANCHOR: greet
  ;; greet(ptr, len): a block with the greeting, 7 + len bytes. Whoever calls must free it.
  (func $greet (export "greet") (param $ptr i32) (param $len i32) (result i32)
    (local $block i32)
    (local.set $block (call $alloc))
    (memory.init $prefix (local.get $block) (i32.const 0) (i32.const 7))
    (memory.copy (i32.add (local.get $block) (i32.const 7)) (local.get $ptr) (local.get $len))
    (local.get $block))
  ;; ANCHOR_END: greet

  ;; name(which): a block with `Dan` for 0, `Eve` for 3
  (func $name (param $which i32) (result i32)
    (local $block i32)
    (local.set $block (call $alloc))
    (memory.init $names (local.get $block) (local.get $which) (i32.const 3))
    (local.get $block))

  ;; ANCHOR: good
  ;; Everything is freed once, and not used afterwards.
  (func $good (export "good")
    (local $name i32)
    (local $greeting i32)
    (local.set $name (call $name (i32.const 0)))
    (local.set $greeting (call $greet (local.get $name) (i32.const 3)))
    (call $free (local.get $name))
    (call $log (local.get $greeting) (i32.const 10))
    (call $free (local.get $greeting)))
  ;; ANCHOR_END: good

  ;; ANCHOR: early
  ;; Both are freed; then somebody reads the first four bytes of the greeting.
  (func (export "early") (result i32)
    (local $name i32)
    (local $greeting i32)
    (local.set $name (call $name (i32.const 0)))
    (local.set $greeting (call $greet (local.get $name) (i32.const 3)))
    (call $free (local.get $name))
    (call $free (local.get $greeting))
    (i32.load (local.get $greeting)))
  ;; ANCHOR_END: early

  ;; ANCHOR: stale
  ;; The greeting is freed, and somebody else is greeted, before it is printed.
  (func (export "stale")
    (local $greeting i32)
    (local $eve i32)
    (local.set $eve (call $name (i32.const 3)))
    (local.set $greeting (call $greet (call $name (i32.const 0)) (i32.const 3)))
    (call $free (local.get $greeting))
    (drop (call $greet (local.get $eve) (i32.const 3)))
    (call $log (local.get $greeting) (i32.const 10)))
  ;; ANCHOR_END: stale

  ;; ANCHOR: twice
  ;; A block is freed twice, and then two are allocated.
  (func (export "twice")
    (local $block i32)
    (local.set $block (call $alloc))
    (call $free (local.get $block))
    (call $free (local.get $block))
    (drop (call $alloc))
    (drop (call $alloc)))
  ;; ANCHOR_END: twice

  ;; ANCHOR: many
  ;; many(n): greets n times, and frees all that it should.
  (func (export "many") (param $n i32)
    (local $name i32)
    (local.set $name (call $name (i32.const 0)))
    (loop $again
      (call $free (call $greet (local.get $name) (i32.const 3)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (local.get $n)))
    (call $free (local.get $name)))

  ;; leaky(n): greets n times, and frees nothing.
  (func (export "leaky") (param $n i32)
    (local $name i32)
    (local.set $name (call $name (i32.const 0)))
    (loop $again
      (drop (call $greet (local.get $name) (i32.const 3)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (local.get $n)))
    (call $free (local.get $name)))
  ;; ANCHOR_END: many
)
