;; Calls three deep, for chapter 7.
(module
  ;; ANCHOR: calls
  (func $square (param $x i32) (result i32)
    local.get $x
    local.get $x
    i32.mul)

  (func $sum_of_squares (param $a i32) (param $b i32) (result i32)
    local.get $a
    call $square
    local.get $b
    call $square
    i32.add)

  (func (export "length_squared") (param $x i32) (param $y i32) (result i32)
    local.get $x
    local.get $y
    call $sum_of_squares)
  ;; ANCHOR_END: calls
)
