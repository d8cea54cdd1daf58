;; A list of records, and a variant among the parameters.
(component $points
  (core module $M
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 16))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get 3))))
    ;; The first point, with both coordinates made larger if that is wanted.
    (func (export "first") (param $list i32) (param $length i32) (param $some i32) (param $more i32) (result i32)
      (i32.store16 (i32.const 0) (i32.add (i32.load16_s (local.get $list)) (local.get $more)))
      (f32.store (i32.const 4) (f32.load offset=4 (local.get $list)))
      (i32.const 0)))
  (core instance $m (instantiate $M))
  (type $point' (record (field "x" s16) (field "y" f32)))
  (export $point "point" (type $point'))
  (func (export "first") (param "points" (list $point)) (param "more" (option u8)) (result $point)
    (canon lift (core func $m "first") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
