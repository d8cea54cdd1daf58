;; Clerks who give out tickets with numbers, and a day on which two of them work: once with a counter that they share,
;; once with a counter each.
(component
  ;; ANCHOR: counter
  (component $counter
    (core module $M
      (global $last (mut i32) (i32.const 0))
      (func (export "next") (result i32)
        (global.set $last (i32.add (global.get $last) (i32.const 1)))
        (global.get $last)))
    (core instance $m (instantiate $M))
    (func (export "next") (result u32) (canon lift (core func $m "next"))))
  ;; ANCHOR_END: counter

  ;; ANCHOR: clerk
  (component $clerk
    (import "next" (func $next (result u32)))
    (core func $next (canon lower (func $next)))
    (core module $M
      (import "counter" "next" (func $next (result i32)))
      (func (export "serve") (result i32) (call $next)))
    (core instance $m (instantiate $M (with "counter" (instance (export "next" (func $next))))))
    (func (export "serve") (result u32) (canon lift (core func $m "serve"))))
  ;; ANCHOR_END: clerk

  ;; The left clerk serves, then the right one, then the left one again.
  (component $day
    (import "left" (func $left (result u32)))
    (import "right" (func $right (result u32)))
    (core func $left (canon lower (func $left)))
    (core func $right (canon lower (func $right)))
    (core module $M
      (import "clerks" "left" (func $left (result i32)))
      (import "clerks" "right" (func $right (result i32)))
      (memory (export "memory") 1)
      (func (export "day") (result i32)
        (i32.store (i32.const 0) (call $left))
        (i32.store (i32.const 4) (call $right))
        (i32.store (i32.const 8) (call $left))
        (i32.const 0)))
    (core instance $m (instantiate $M (with "clerks" (instance
      (export "left" (func $left)) (export "right" (func $right))))))
    (func (export "day") (result (tuple u32 u32 u32))
      (canon lift (core func $m "day") (memory (core memory $m "memory")))))

  ;; ANCHOR: shared
  (instance $one (instantiate $counter))
  (instance $left (instantiate $clerk (with "next" (func $one "next"))))
  (instance $right (instantiate $clerk (with "next" (func $one "next"))))
  ;; ANCHOR_END: shared
  (instance $monday (instantiate $day (with "left" (func $left "serve")) (with "right" (func $right "serve"))))
  (export "shared" (func $monday "day"))

  ;; ANCHOR: apart
  (instance $first (instantiate $counter))
  (instance $second (instantiate $counter))
  (instance $anna (instantiate $clerk (with "next" (func $first "next"))))
  (instance $otto (instantiate $clerk (with "next" (func $second "next"))))
  ;; ANCHOR_END: apart
  (instance $tuesday (instantiate $day (with "left" (func $anna "serve")) (with "right" (func $otto "serve"))))
  (export "apart" (func $tuesday "day")))
