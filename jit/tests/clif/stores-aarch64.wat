;;! aarch64
(; Where a machine may divide a store that is not aligned, a load of its last byte comes before a store that may fault. ;)
(module
  (memory 1)
  (func (export "guarded") (param $p i32) (param $x i64)
    (i64.store offset=8 (local.get $p) (local.get $x)))
  (func (export "one byte") (param $p i32) (param $x i32)
    (i32.store8 (local.get $p) (local.get $x)))
  (func (export "known to be there") (param $x i32)
    (i32.store (i32.const 6) (local.get $x))))
;; function u0:0(i64 vmctx, i32, i64) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i64):
;;                                     v4 = load.i64 notrap aligned readonly can_move v0
;;                                     v3 = uextend.i64 v1
;;                                     v5 = iadd v4, v3
;; @0059                               v6 = uload8.i32 little v5+15
;; @0059                               store little v2, v5+8
;; @0059                               return
;; }
;; function u0:1(i64 vmctx, i32, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;;                                     v4 = load.i64 notrap aligned readonly can_move v0
;;                                     v3 = uextend.i64 v1
;;                                     v5 = iadd v4, v3
;; @0063                               istore8 little v2, v5
;; @0063                               return
;; }
;; function u0:2(i64 vmctx, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = load.i64 notrap aligned readonly can_move v0
;; @006d                               store notrap little v1, v2+6
;; @006d                               return
;; }
