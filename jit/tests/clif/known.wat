(; What is known at translation: divisors, short copies, bytes in reverse. ;)
(module
  (memory 1)
  (func (export "thirds") (param $n i32) (result i32)
    (i32.rem_u (local.get $n) (i32.const 3)))
  (func (export "copy") (param $to i32) (param $from i32)
    (memory.copy (local.get $to) (local.get $from) (i32.const 20)))
  (func (export "reverse") (param $x i32) (result i32)
    (i32.or
      (i32.or
        (i32.shl (local.get $x) (i32.const 24))
        (i32.shl (i32.and (local.get $x) (i32.const 0xff00)) (i32.const 8)))
      (i32.or
        (i32.and (i32.shr_u (local.get $x) (i32.const 8)) (i32.const 0xff00))
        (i32.shr_u (local.get $x) (i32.const 24))))))
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32):
;;     v2 = uextend.i64 v1
;;     v3 = iconst.i64 0xaaaa_aaab
;;     v4 = imul v2, v3  ; v3 = 0xaaaa_aaab
;;     v5 = iconst.i64 33
;;     v6 = ushr v4, v5  ; v5 = 33
;;     v7 = ireduce.i32 v6
;;     v8 = iconst.i32 3
;;     v9 = imul v7, v8  ; v8 = 3
;;     v10 = isub v1, v9
;;     return v10
;; }
;; function u0:1(i64 vmctx, i32, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;;                                     v4 = load.i64 notrap aligned readonly can_move v0
;;                                     v3 = uextend.i64 v2
;;                                     v5 = iadd v4, v3
;; @0050                               v6 = load.i8x16 little v5
;; @0050                               v7 = load.i32 little v5+16
;; @0050                               v8 = uextend.i64 v1
;; @0050                               v9 = iadd v4, v8
;; @0050                               store little v7, v9+16
;; @0050                               store little v6, v9
;; @0050                               return
;; }
;; function u0:2(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32):
;;     v2 = iconst.i32 24
;;     v3 = ishl v1, v2  ; v2 = 24
;;     v4 = iconst.i32 0xff00
;;     v5 = band v1, v4  ; v4 = 0xff00
;;     v6 = iconst.i32 8
;;     v7 = ishl v5, v6  ; v6 = 8
;;     v8 = bor v3, v7
;;     v9 = iconst.i32 8
;;     v10 = ushr v1, v9  ; v9 = 8
;;     v11 = iconst.i32 0xff00
;;     v12 = band v10, v11  ; v11 = 0xff00
;;     v13 = iconst.i32 24
;;     v14 = ushr v1, v13  ; v13 = 24
;;     v15 = bor v12, v14
;;     v16 = bswap v1
;;     return v16
;; }
