(; With guards an access is one instruction: the base is loaded once, and an index extended once. ;)
(module
  (memory 1)
  (func (export "swap") (param $p i32) (local $old i64)
    (local.set $old (i64.load (local.get $p)))
    (i64.store (local.get $p) (i64.load offset=8 (local.get $p)))
    (i64.store offset=8 (local.get $p) (local.get $old)))
  (func (export "known") (result i32)
    (i32.add (i32.load8_u (i32.const 100)) (i32.load16_s offset=65536 (i32.const 16))))
  (func (export "far") (param $p i32) (result f32)
    (f32.load offset=0x80000000 (local.get $p))))
;; function u0:0(i64 vmctx, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v3 = load.i64 notrap aligned readonly can_move v0
;;                                     v2 = uextend.i64 v1
;;                                     v4 = iadd v3, v2
;; @0044                               v5 = load.i64 little v4
;; @0044                               v6 = iadd v3, v2
;; @004d                               v7 = load.i64 little v6+8
;; @004d                               v8 = iadd v3, v2
;; @0050                               store little v7, v8
;; @0050                               v9 = iadd v3, v2
;; @0057                               store little v5, v9+8
;; @0057                               return
;; }
;; function u0:1(i64 vmctx) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64):
;;                                     v1 = load.i64 notrap aligned readonly can_move v0
;; @0060                               v2 = uload8.i32 notrap little v1+100
;; @0065                               v3 = sload16.i32 little v1+0x0001_0010
;; @0065                               v4 = iadd v2, v3
;; @0065                               return v4
;; }
;; function u0:2(i64 vmctx, i32) -> f32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v7 = load.i64 notrap aligned readonly can_move v0
;;                                     v2 = uextend.i64 v1
;;                                     v3 = iconst.i64 0x8000_0004
;;                                     v4 = iadd v2, v3  ; v3 = 0x8000_0004
;;                                     v5 = load.i64 notrap aligned v0+8
;;                                     v6 = icmp ugt v4, v5
;; @0070                               trapnz v6, user2
;; @0070                               v8 = iadd v7, v2
;; @0070                               v9 = iconst.i64 0x8000_0000
;; @0070                               v10 = iadd v8, v9  ; v9 = 0x8000_0000
;; @0070                               v11 = load.f32 notrap little v10
;; @0070                               return v11
;; }
