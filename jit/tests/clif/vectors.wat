(module
  (memory 1)

  ;; A vector waits as bytes, and every operator takes it with the lanes that it computes with. The casts are no
  ;; machine instructions, and what was cast to bytes only to be cast again is taken as it was.
  (func $lanes (param v128 v128 v128) (result v128)
    (i32x4.add (i32x4.mul (local.get 0) (local.get 1)) (local.get 2)))

  ;; A constant stands in the pool of the function.
  (func $constant (param v128) (result v128)
    (i8x16.swizzle (local.get 0) (v128.const i8x16 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12)))

  ;; Cranelift makes one instruction of this, `pmaddwd`, on x86_64.
  (func $dot (param v128 v128) (result v128)
    (i32x4.dot_i16x8_s (local.get 0) (local.get 1)))

  ;; The second only if it is less.
  (func $pseudo_minimum (param v128 v128) (result v128)
    (f32x4.pmin (local.get 0) (local.get 1)))

  ;; A test gives an `i8`, which a branch takes as it is.
  (func $test (param v128) (result i32)
    (if (result i32) (v128.any_true (local.get 0)) (then (i32.const 7)) (else (i32.const 8))))

  ;; Only the loads can trap.
  (func $loads (param i32 v128) (result v128)
    (i16x8.add
      (v128.load8x8_u (local.get 0))
      (v128.load16_lane offset=8 5 (local.get 0) (local.get 1)))))
