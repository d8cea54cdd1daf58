(; What is rare or large is done by the library; where that fails, code stops in a cold block. ;)
(module
  (memory 1)
  (data $greeting "hello")
  (func (export "grow") (param $pages i32) (result i32)
    (memory.grow (local.get $pages)))
  (func (export "greet") (param $to i32)
    (memory.init $greeting (local.get $to) (i32.const 0) (i32.const 5))
    (data.drop $greeting))
  (func (export "clear") (param $from i32) (param $len i32)
    (memory.fill (local.get $from) (i32.const 0) (local.get $len))))
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     ss0 = explicit_slot 8, align = 8
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64, i32, i64, i64) -> i32 system_v
;;     sig1 = (i64) system_v
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = uextend.i64 v1
;;                                     v3 = iconst.i32 0
;;                                     v4 = stack_addr.i64 ss0
;;                                     v5 = load.i64 notrap aligned readonly can_move v0+40
;;                                     v6 = load.i64 notrap aligned readonly can_move v5+16
;; @0048                               v7 = call_indirect sig0, v6(v0, v3, v2, v4)  ; v3 = 0
;; @0048                               brif v7, block1, block2
;;
;;                                 block1 cold:
;; @0048                               v8 = load.i64 notrap aligned readonly can_move v0+40
;; @0048                               v9 = load.i64 notrap aligned readonly can_move v8
;; @0048                               call_indirect sig1, v9(v0)
;; @0048                               trap user1
;;
;;                                 block2:
;; @0048                               v10 = stack_addr.i64 ss0
;; @0048                               v11 = load.i32 notrap v10
;; @0048                               return v11
;; }
;; function u0:1(i64 vmctx, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64, i32, i32, i64, i64, i64) -> i32 system_v
;;     sig1 = (i64) system_v
;;     sig2 = (i64, i32) system_v
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = iconst.i64 5
;;                                     v3 = iconst.i64 0
;;                                     v4 = uextend.i64 v1
;;                                     v5 = iconst.i32 0
;;                                     v6 = iconst.i32 0
;;                                     v7 = load.i64 notrap aligned readonly can_move v0+40
;;                                     v8 = load.i64 notrap aligned readonly can_move v7+24
;; @0053                               v9 = call_indirect sig0, v8(v0, v5, v6, v4, v3, v2)  ; v5 = 0, v6 = 0, v3 = 0, v2 = 5
;; @0053                               brif v9, block1, block2
;;
;;                                 block1 cold:
;; @0053                               v10 = load.i64 notrap aligned readonly can_move v0+40
;; @0053                               v11 = load.i64 notrap aligned readonly can_move v10
;; @0053                               call_indirect sig1, v11(v0)
;; @0053                               trap user1
;;
;;                                 block2:
;; @0053                               v12 = iconst.i32 0
;; @0053                               v13 = load.i64 notrap aligned readonly can_move v0+40
;; @0053                               v14 = load.i64 notrap aligned readonly can_move v13+48
;; @0057                               call_indirect sig2, v14(v0, v12)  ; v12 = 0
;; @0057                               return
;; }
;; function u0:2(i64 vmctx, i32, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64, i32, i64, i32, i64) -> i32 system_v
;;     sig1 = (i64) system_v
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;;                                     v3 = uextend.i64 v2
;;                                     v4 = iconst.i32 0
;;                                     v5 = uextend.i64 v1
;;                                     v6 = iconst.i32 0
;;                                     v7 = load.i64 notrap aligned readonly can_move v0+40
;;                                     v8 = load.i64 notrap aligned readonly can_move v7+40
;; @0063                               v9 = call_indirect sig0, v8(v0, v6, v5, v4, v3)  ; v6 = 0, v4 = 0
;; @0063                               brif v9, block1, block2
;;
;;                                 block1 cold:
;; @0063                               v10 = load.i64 notrap aligned readonly can_move v0+40
;; @0063                               v11 = load.i64 notrap aligned readonly can_move v10
;; @0063                               call_indirect sig1, v11(v0)
;; @0063                               trap user1
;;
;;                                 block2:
;; @0063                               return
;; }
