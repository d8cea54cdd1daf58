;;! unguarded
(; Without guards an access is compared with the length, which is known for a memory that cannot grow. ;)
(module
  (memory $grows 1)
  (memory $fixed 2 2)
  (memory $wide i64 1)
  (func (export "load") (param $p i32) (result i32)
    (i32.load offset=4 (local.get $p)))
  (func (export "load_fixed") (param $p i32) (result i32)
    (i32.load $fixed offset=4 (local.get $p)))
  (func (export "load_wide") (param $p i64) (result i32)
    (i32.load $wide offset=4 (local.get $p)))
  (func (export "load_far") (param $p i64) (result i32)
    (i32.load $wide offset=0x10000000000 (local.get $p)))
  (func (export "size") (result i32)
    (memory.size $grows)))
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = uextend.i64 v1
;;                                     v3 = iconst.i64 8
;;                                     v4 = iadd v2, v3  ; v3 = 8
;;                                     v5 = load.i64 notrap aligned v0+8
;;                                     v6 = icmp ugt v4, v5
;; @0067                               trapnz v6, user2
;; @0067                               v7 = load.i64 notrap aligned v0
;; @0067                               v8 = iadd v7, v2
;; @0067                               v9 = load.i32 notrap little v8+4
;; @0067                               return v9
;; }
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v5 = load.i64 notrap aligned readonly can_move v0+88
;;                                     v2 = uextend.i64 v1
;;                                     v3 = iconst.i64 0x0001_fff8
;;                                     v4 = icmp ugt v2, v3  ; v3 = 0x0001_fff8
;; @006f                               trapnz v4, user2
;; @006f                               v6 = iadd v5, v2
;; @006f                               v7 = load.i32 notrap little v6+4
;; @006f                               return v7
;; }
;; function u0:2(i64 vmctx, i64) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i64):
;;                                     v2 = load.i64 notrap aligned v0+112
;;                                     v3 = iconst.i64 8
;;                                     v4 = isub v2, v3  ; v3 = 8
;;                                     v5 = icmp ugt v1, v4
;; @0078                               trapnz v5, user2
;; @0078                               v6 = load.i64 notrap aligned v0+104
;; @0078                               v7 = iadd v6, v1
;; @0078                               v8 = load.i32 notrap little v7+4
;; @0078                               return v8
;; }
;; function u0:3(i64 vmctx, i64) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i64):
;;                                     v2 = iconst.i64 0x0100_0000_0004
;; @0081                               v3 = uadd_overflow_trap v1, v2, user2  ; v2 = 0x0100_0000_0004
;; @0081                               v4 = load.i64 notrap aligned v0+112
;; @0081                               v5 = icmp ugt v3, v4
;; @0081                               trapnz v5, user2
;; @0081                               v6 = load.i64 notrap aligned v0+104
;; @0081                               v7 = iadd v6, v1
;; @0081                               v8 = iconst.i64 0x0100_0000_0000
;; @0081                               v9 = iadd v7, v8  ; v8 = 0x0100_0000_0000
;; @0081                               v10 = load.i32 notrap little v9
;; @0081                               return v10
;; }
;; function u0:4(i64 vmctx) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64):
;;     v1 = load.i64 notrap aligned v0+8
;;     v2 = iconst.i64 16
;;     v3 = ushr v1, v2  ; v2 = 16
;;     v4 = ireduce.i32 v3
;;     return v4
;; }
