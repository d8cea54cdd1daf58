(; Elements are addresses; null is 0. ;)
(module
  (table $t 10 externref)
  (func (export "swap") (param $i i32) (param $r externref) (result externref)
    (table.get $t (local.get $i))
    (table.set $t (local.get $i) (local.get $r)))
  (func (export "is_null") (param $i i32) (result i32)
    (ref.is_null (table.get $t (local.get $i))))
  (func (export "size") (result i32)
    (table.size $t)))
;; function u0:0(i64 vmctx, i32, i64) -> i64 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i64):
;;                                     v3 = uextend.i64 v1
;;                                     v4 = load.i64 notrap aligned v0+80
;;                                     v5 = icmp uge v3, v4
;; @0048                               trapnz v5, user3
;; @0048                               v6 = load.i64 notrap aligned v0+72
;; @0048                               v7 = iconst.i64 3
;; @0048                               v8 = ishl v3, v7  ; v7 = 3
;; @0048                               v9 = iadd v6, v8
;; @0048                               v10 = load.i64 notrap aligned v9
;; @0048                               v11 = load.i64 notrap aligned v0+80
;; @0048                               v12 = icmp uge v3, v11
;; @004e                               trapnz v12, user3
;; @004e                               v13 = load.i64 notrap aligned v0+72
;; @004e                               v14 = iconst.i64 3
;; @004e                               v15 = ishl v3, v14  ; v14 = 3
;; @004e                               v16 = iadd v13, v15
;; @004e                               store notrap aligned v2, v16
;; @004e                               return v10
;; }
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = uextend.i64 v1
;;                                     v3 = load.i64 notrap aligned v0+80
;;                                     v4 = icmp uge v2, v3
;; @0055                               trapnz v4, user3
;; @0055                               v5 = load.i64 notrap aligned v0+72
;; @0055                               v6 = iconst.i64 3
;; @0055                               v7 = ishl v2, v6  ; v6 = 3
;; @0055                               v8 = iadd v5, v7
;; @0055                               v9 = load.i64 notrap aligned v8
;; @0055                               v10 = iconst.i64 0
;; @0055                               v11 = icmp eq v9, v10  ; v10 = 0
;; @0055                               v12 = uextend.i32 v11
;; @0055                               return v12
;; }
;; function u0:2(i64 vmctx) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64):
;;     v1 = load.i64 notrap aligned v0+80
;;     v2 = ireduce.i32 v1
;;     return v2
;; }
