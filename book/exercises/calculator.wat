;; An adder and a calculator, each in a component of its own, and both in one.
(component
  ;; ANCHOR: parts
  (component $adder
    (core module $M
      (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    (core instance $m (instantiate $M))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add"))))

  (component $calculator
    (import "add" (func $add (param "a" u32) (param "b" u32) (result u32)))
    (core func $add (canon lower (func $add)))
    (core module $M
      (import "adder" "add" (func $add (param i32 i32) (result i32)))
      (func (export "add-three") (param $a i32) (param $b i32) (param $c i32) (result i32)
        (call $add (call $add (local.get $a) (local.get $b)) (local.get $c))))
    (core instance $m (instantiate $M (with "adder" (instance (export "add" (func $add))))))
    (func (export "add-three") (param "a" u32) (param "b" u32) (param "c" u32) (result u32)
      (canon lift (core func $m "add-three"))))
  ;; ANCHOR_END: parts
  ;; ANCHOR: compose
  (instance $adder (instantiate $adder))
  (instance $calculator (instantiate $calculator (with "add" (func $adder "add"))))
  (export "add-three" (func $calculator "add-three"))
  ;; ANCHOR_END: compose
)
