;; Components inside components: outer aliases through several walls, instances that share nothing, exports of exports.

(component $Nest
  (core module $Counter
    (global $count (mut i32) (i32.const 0))
    (func (export "next") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (global.get $count)))
  (component $Outer
    (component $Middle
      (component $Inner
        ;; Two walls further out.
        (alias outer 3 $Counter (core module $C))
        (core instance $c (instantiate $C))
        (func (export "next") (result u32) (canon lift (core func $c "next"))))
      (instance $a (instantiate $Inner))
      (instance $b (instantiate $Inner))
      (export "a" (instance $a))
      (export "b" (instance $b)))
    (instance $middle (instantiate $Middle))
    (export "middle" (instance $middle)))
  (instance $outer (instantiate $Outer))
  (alias export $outer "middle" (instance $middle))
  (alias export $middle "a" (instance $a))
  (alias export $middle "b" (instance $b))
  (export "next-a" (func $a "next"))
  (export "next-b" (func $b "next")))

(assert_return (invoke "next-a") (u32.const 1))
(assert_return (invoke "next-a") (u32.const 2))
(assert_return (invoke "next-b") (u32.const 1))

;; Another script's component may import what this one exports, once it is registered.
(register "nest" $Nest)
(component
  (import "nest" (instance $nest (export "next-a" (func (result u32)))))
  (export "next" (func $nest "next-a")))
(assert_return (invoke "next") (u32.const 3))

(assert_unlinkable
  (component (import "nest" (instance (export "next-a" (func (result string))))))
  "type mismatch")
(assert_unlinkable (component (import "nobody" (func))) "not found")
(assert_invalid (component (export "f" (func 0))) "unknown function")
(assert_malformed (component quote "(export)") "unexpected token")
