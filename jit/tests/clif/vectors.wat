(module
  (memory 1)

  ;; A vector waits as bytes, and every operator takes it with the lanes that it computes with. The casts are no
  ;; machine instructions, and what was cast to bytes only to be cast again is taken as it was.
  (func $lanes (param v128 v128 v128) (result v128)
    (i32x4.add (i32x4.mul (local.get 0) (local.get 1)) (local.get 2)))

  ;; A constant stands in the pool of the function. Where it says which bytes to take, it is the immediate of a shuffle.
  (func $constant (param v128) (result v128)
    (i16x8.add
      (i8x16.swizzle (local.get 0) (v128.const i8x16 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12))
      (v128.const i16x8 1 2 3 4 5 6 7 8)))

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
;; function u0:0(i64 vmctx, i8x16, i8x16, i8x16) -> i8x16 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i8x16, v2: i8x16, v3: i8x16):
;;     v4 = bitcast.i32x4 little v2
;;     v5 = bitcast.i32x4 little v1
;;     v6 = imul v5, v4
;;     v7 = bitcast.i8x16 little v6
;;     v8 = bitcast.i32x4 little v3
;;     v9 = iadd v6, v8
;;     v10 = bitcast.i8x16 little v9
;;     return v10
;; }
;; function u0:1(i64 vmctx, i8x16) -> i8x16 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     const0 = 0x0c0d0e0f08090a0b0405060700010203
;;     const1 = 0x00080007000600050004000300020001
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i8x16):
;;     v2 = vconst.i8x16 const0
;;     v3 = shuffle v1, v1, 0x0c0d0e0f08090a0b0405060700010203
;;     v4 = vconst.i8x16 const1
;;     v5 = bitcast.i16x8 little v4  ; v4 = const1
;;     v6 = bitcast.i16x8 little v3
;;     v7 = iadd v6, v5
;;     v8 = bitcast.i8x16 little v7
;;     return v8
;; }
;; function u0:2(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i8x16, v2: i8x16):
;;     v3 = bitcast.i16x8 little v2
;;     v4 = bitcast.i16x8 little v1
;;     v5 = swiden_low v4
;;     v6 = swiden_low v3
;;     v7 = imul v5, v6
;;     v8 = swiden_high v4
;;     v9 = swiden_high v3
;;     v10 = imul v8, v9
;;     v11 = iadd_pairwise v7, v10
;;     v12 = bitcast.i8x16 little v11
;;     return v12
;; }
;; function u0:3(i64 vmctx, i8x16, i8x16) -> i8x16 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i8x16, v2: i8x16):
;;     v3 = bitcast.f32x4 little v2
;;     v4 = bitcast.f32x4 little v1
;;     v5 = fcmp lt v3, v4
;;     v6 = bitcast.f32x4 little v5
;;     v7 = bitselect v6, v3, v4
;;     v8 = bitcast.i8x16 little v7
;;     return v8
;; }
;; function u0:4(i64 vmctx, i8x16) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i8x16):
;;     v2 = vany_true v1
;;     brif v2, block1, block2
;;
;; block1:
;;     v4 = iconst.i32 7
;;     jump block3(v4)  ; v4 = 7
;;
;; block2:
;;     v5 = iconst.i32 8
;;     jump block3(v5)  ; v5 = 8
;;
;; block3(v3: i32):
;;     return v3
;; }
;; function u0:5(i64 vmctx, i32, i8x16) -> i8x16 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i8x16):
;;                                     v4 = load.i64 notrap aligned readonly can_move v0
;;                                     v3 = uextend.i64 v1
;;                                     v5 = iadd v4, v3
;; @009d                               v6 = uload8x8 little v5
;; @009d                               v7 = bitcast.i8x16 little v6
;; @009d                               v8 = bitcast.i16x8 little v2
;; @009d                               v9 = iadd v4, v3
;; @00a5                               v10 = load.i16 little v9+8
;; @00a5                               v11 = insertlane v8, v10, 5
;; @00a5                               v12 = bitcast.i8x16 little v11
;; @00a5                               v13 = iadd v6, v11
;; @00a5                               v14 = bitcast.i8x16 little v13
;; @00a5                               return v14
;; }
