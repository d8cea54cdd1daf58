(; A small function of the module is compiled in place of a call; what can trap in it keeps its own place. ;)
(module
  (memory 1)
  (func $get (param $p i32) (result i32)
    (if (i32.eqz (local.get $p)) (then (return (i32.const -1))))
    (i32.load (local.get $p)))
  (func (export "sum") (param $p i32) (param $q i32) (result i32)
    (i32.add (call $get (local.get $p)) (call $get (local.get $q)))))
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v6 = load.i64 notrap aligned readonly can_move v0
;;                                     v2 = iconst.i32 0
;;                                     v3 = icmp eq v1, v2  ; v2 = 0
;;                                     brif v3, block1, block2
;;
;;                                 block1:
;;                                     v4 = iconst.i32 -1
;;                                     return v4  ; v4 = -1
;;
;;                                 block2:
;;                                     v5 = uextend.i64 v1
;;                                     v7 = iadd.i64 v6, v5
;; @0039                               v8 = load.i32 little v7
;; @0039                               return v8
;; }
;; function u0:1(i64 vmctx, i32, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;;                                     v11 -> v2
;;                                     v8 = load.i64 notrap aligned readonly can_move v0
;;                                     v3 = iconst.i32 0
;;                                     v4 = icmp eq v1, v3  ; v3 = 0
;;                                     brif v4, block1, block2
;;
;;                                 block1:
;;                                     v6 = iconst.i32 -1
;;                                     jump block3(v6)  ; v6 = -1
;;
;;                                 block2:
;;                                     v7 = uextend.i64 v1
;;                                     v9 = iadd.i64 v8, v7
;; @80000000                           v10 = load.i32 little v9
;; @80000000                           jump block3(v10)
;;
;;                                 block3(v5: i32):
;; @80000000                           v12 = iconst.i32 0
;; @80000000                           v13 = icmp.i32 eq v2, v12  ; v12 = 0
;; @80000000                           brif v13, block4, block5
;;
;;                                 block4:
;; @80000000                           v15 = iconst.i32 -1
;; @80000000                           jump block6(v15)  ; v15 = -1
;;
;;                                 block5:
;; @80000000                           v16 = uextend.i64 v2
;; @80000000                           v17 = iadd.i64 v8, v16
;; @80000001                           v18 = load.i32 little v17
;; @80000001                           jump block6(v18)
;;
;;                                 block6(v14: i32):
;; @80000001                           v19 = iadd.i32 v5, v14
;; @80000001                           return v19
;; }
