;;! fuel
(; A function pays where it starts, a loop in each turn. ;)
(module
  (func (export "count") (param $n i32)
    (loop $again
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
;; function u0:0(i64 vmctx, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = iconst.i64 3
;;                                     v3 = load.i64 notrap aligned readonly can_move v0+32
;;                                     v4 = load.i64 notrap aligned v3+8
;;                                     v5 = isub v4, v2  ; v2 = 3
;;                                     store notrap aligned v5, v3+8
;;                                     v6 = iconst.i64 0
;;                                     v7 = icmp slt v5, v6  ; v6 = 0
;; @0022                               trapnz v7, user65
;; @0022                               jump block1(v1)
;;
;;                                 block1(v14: i32):
;; @0022                               v8 = iconst.i64 7
;; @0022                               v9 = load.i64 notrap aligned readonly can_move v0+32
;; @0022                               v10 = load.i64 notrap aligned v9+8
;; @0022                               v11 = isub v10, v8  ; v8 = 7
;; @0022                               store notrap aligned v11, v9+8
;; @0022                               v12 = iconst.i64 0
;; @0022                               v13 = icmp slt v11, v12  ; v12 = 0
;; @0023                               trapnz v13, user65
;; @0023                               v15 = iconst.i32 -1
;; @0023                               v16 = iadd v14, v15  ; v15 = -1
;; @0023                               brif v16, block1(v16), block2
;;
;;                                 block2:
;; @0023                               return
;; }
