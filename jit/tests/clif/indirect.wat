(; An indirect call checks the index, then the type; null faults when its type is read. ;)
(module
  (type $unary (func (param i32) (result i32)))
  (table $fixed 4 4 funcref)
  (table $grows 4 funcref)
  (func (export "fixed") (param $f i32) (param $n i32) (result i32)
    (call_indirect $fixed (type $unary) (local.get $n) (local.get $f)))
  (func (export "grows") (param $f i32) (param $n i32) (result i32)
    (return_call_indirect $grows (type $unary) (local.get $n) (local.get $f)))
  (func (export "typed") (param $f (ref null $unary)) (param $n i32) (result i32)
    (call_ref $unary (local.get $n) (local.get $f))))
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64 vmctx, i32) -> i32 tail
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;;                                     v3 = uextend.i64 v1
;;                                     v4 = iconst.i64 4
;;                                     v5 = icmp uge v3, v4  ; v4 = 4
;; @0051                               trapnz v5, user4
;; @0051                               v6 = load.i64 notrap aligned readonly can_move v0+72
;; @0051                               v7 = iconst.i64 3
;; @0051                               v8 = ishl v3, v7  ; v7 = 3
;; @0051                               v9 = iadd v6, v8
;; @0051                               v10 = load.i64 notrap aligned v9
;; @0051                               v11 = load.i32 user5 aligned v10
;; @0051                               v12 = load.i32 notrap aligned readonly can_move v0+256
;; @0051                               v13 = icmp ne v11, v12
;; @0051                               trapnz v13, user6
;; @0051                               v14 = load.i64 notrap aligned v10+8
;; @0051                               v15 = select v14, v14, v0
;; @0051                               v16 = load.i64 notrap aligned v10+16
;; @0051                               v17 = load.i64 notrap aligned readonly can_move v0+32
;; @0051                               store notrap aligned v10, v17+56
;; @0051                               v18 = call_indirect sig0, v16(v15, v2)
;; @0051                               return v18
;; }
;; function u0:1(i64 vmctx, i32, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64 vmctx, i32) -> i32 tail
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;;                                     v3 = uextend.i64 v1
;;                                     v4 = load.i64 notrap aligned v0+96
;;                                     v5 = icmp uge v3, v4
;; @005b                               trapnz v5, user4
;; @005b                               v6 = load.i64 notrap aligned v0+88
;; @005b                               v7 = iconst.i64 3
;; @005b                               v8 = ishl v3, v7  ; v7 = 3
;; @005b                               v9 = iadd v6, v8
;; @005b                               v10 = load.i64 notrap aligned v9
;; @005b                               v11 = load.i32 user5 aligned v10
;; @005b                               v12 = load.i32 notrap aligned readonly can_move v0+256
;; @005b                               v13 = icmp ne v11, v12
;; @005b                               trapnz v13, user6
;; @005b                               v14 = load.i64 notrap aligned v10+8
;; @005b                               v15 = select v14, v14, v0
;; @005b                               v16 = load.i64 notrap aligned v10+16
;; @005b                               v17 = load.i64 notrap aligned readonly can_move v0+32
;; @005b                               store notrap aligned v10, v17+56
;; @005b                               return_call_indirect sig0, v16(v15, v2)
;; }
;; function u0:2(i64 vmctx, i64, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64 vmctx, i32) -> i32 tail
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i64, v2: i32):
;; @0065                               v3 = load.i64 user7 aligned v1+8
;; @0065                               v4 = select v3, v3, v0
;; @0065                               v5 = load.i64 notrap aligned v1+16
;; @0065                               v6 = load.i64 notrap aligned readonly can_move v0+32
;; @0065                               store notrap aligned v1, v6+56
;; @0065                               v7 = call_indirect sig0, v5(v4, v2)
;; @0065                               return v7
;; }
