;; 128-bit vectors as parameters and results, on the stack and in memory.
(module
  (memory (export "memory") 1)

  ;; add(a, b): four sums, modulo 2^32
  (func (export "add") (param $a v128) (param $b v128) (result v128)
    (i32x4.add (local.get $a) (local.get $b)))

  ;; splat(x): x four times
  (func (export "splat") (param $x f32) (result v128)
    (f32x4.splat (local.get $x)))

  ;; sum(v): the sum of the four lanes
  (func (export "sum") (param $v v128) (result i32)
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $v)) (i32x4.extract_lane 1 (local.get $v)))
      (i32.add (i32x4.extract_lane 2 (local.get $v)) (i32x4.extract_lane 3 (local.get $v)))))

  ;; reverse(v): the sixteen bytes in reverse order
  (func $reverse (export "reverse") (param $v v128) (result v128)
    (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 (local.get $v) (local.get $v)))

  ;; both(v) = (v, reverse(v))
  (func (export "both") (param $v v128) (result v128 v128)
    (local.get $v)
    (call $reverse (local.get $v)))

  ;; reverse_at(ptr): reverses sixteen bytes of memory, at any alignment
  (func (export "reverse_at") (param $ptr i32)
    (v128.store align=1 (local.get $ptr)
      (call $reverse (v128.load align=1 (local.get $ptr))))))
