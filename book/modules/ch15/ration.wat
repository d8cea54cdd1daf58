;; An adder that has another one do the work, but only once.
(module
  ;; ANCHOR: ration
  (import "falkirk:adder/add@0.1.0" "add" (func $add (param i32 i32) (result i32)))
  (global $left (mut i32) (i32.const 1))

  (func (export "falkirk:adder/add@0.1.0#add") (param $a i32) (param $b i32) (result i32)
    (if (i32.eqz (global.get $left)) (then unreachable))
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (call $add (local.get $a) (local.get $b)))
  ;; ANCHOR_END: ration
)
