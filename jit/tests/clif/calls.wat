(; A function of the module is called directly, an imported one through its reference. ;)
(module
  (import "env" "log" (func $log (param i32)))
  (func $twice (export "twice") (param $n i32) (result i32)
    (call $log (local.get $n))
    (i32.shl (local.get $n) (i32.const 1)))
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (i32.lt_u (local.get $n) (i32.const 2)) (then (return (local.get $n))))
    (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))
  (func (export "tail") (param $n i32) (result i32)
    (return_call $fib (local.get $n))))
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64 vmctx, i32) tail
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = load.i64 notrap aligned readonly can_move v0+72
;;                                     v3 = load.i64 notrap aligned v2+8
;;                                     v4 = select v3, v3, v0
;;                                     v5 = load.i64 notrap aligned v2+16
;;                                     v6 = load.i64 notrap aligned readonly can_move v0+32
;;                                     store notrap aligned v2, v6+56
;; @0046                               call_indirect sig0, v5(v4, v1)
;; @0046                               v7 = iconst.i32 1
;; @0046                               v8 = ishl v1, v7  ; v7 = 1
;; @0046                               return v8
;; }
;; function u0:2(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64 vmctx, i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v35 -> v1
;;                                     v36 -> v1
;;                                     v37 -> v1
;;                                     v2 = iconst.i32 2
;;                                     v3 = icmp ult v1, v2  ; v2 = 2
;;                                     brif v3, block1, block2
;;
;;                                 block1:
;;                                     return v1
;;
;;                                 block2:
;;                                     v4 = iconst.i32 -1
;;                                     v5 = iadd.i32 v1, v4  ; v4 = -1
;;                                     v21 -> v5
;;                                     v6 = iconst.i32 2
;;                                     v7 = icmp ult v5, v6  ; v6 = 2
;;                                     brif v7, block3, block4
;;
;;                                 block3:
;;                                     jump block5(v5)
;;
;;                                 block4:
;;                                     v9 = iconst.i32 -1
;;                                     v10 = iadd.i32 v5, v9  ; v9 = -1
;;                                     v11 = iconst.i32 2
;;                                     v12 = icmp ult v10, v11  ; v11 = 2
;;                                     brif v12, block6, block7
;;
;;                                 block6:
;;                                     jump block8(v10)
;;
;;                                 block7:
;;                                     v14 = iconst.i32 -1
;;                                     v15 = iadd.i32 v10, v14  ; v14 = -1
;; @80000001                           v16 = call fn0(v0, v15)
;; @80000001                           v17 = iconst.i32 -2
;; @80000001                           v18 = iadd.i32 v10, v17  ; v17 = -2
;; @80000002                           v19 = call fn0(v0, v18)
;; @80000002                           v20 = iadd v16, v19
;; @80000002                           jump block8(v20)
;;
;;                                 block8(v13: i32):
;; @80000002                           v22 = iconst.i32 -2
;; @80000002                           v23 = iadd.i32 v5, v22  ; v22 = -2
;; @80000002                           v24 = iconst.i32 2
;; @80000002                           v25 = icmp ult v23, v24  ; v24 = 2
;; @80000002                           brif v25, block9, block10
;;
;;                                 block9:
;; @80000002                           jump block11(v23)
;;
;;                                 block10:
;; @80000002                           v27 = iconst.i32 -1
;; @80000002                           v28 = iadd.i32 v23, v27  ; v27 = -1
;; @80000004                           v29 = call fn0(v0, v28)
;; @80000004                           v30 = iconst.i32 -2
;; @80000004                           v31 = iadd.i32 v23, v30  ; v30 = -2
;; @80000005                           v32 = call fn0(v0, v31)
;; @80000005                           v33 = iadd v29, v32
;; @80000005                           jump block11(v33)
;;
;;                                 block11(v26: i32):
;; @80000005                           v34 = iadd.i32 v13, v26
;; @80000005                           jump block5(v34)
;;
;;                                 block5(v8: i32):
;; @80000005                           v38 = iconst.i32 -2
;; @80000005                           v39 = iadd.i32 v1, v38  ; v38 = -2
;;                                     v55 -> v39
;; @80000005                           v40 = iconst.i32 2
;; @80000005                           v41 = icmp ult v39, v40  ; v40 = 2
;; @80000005                           brif v41, block12, block13
;;
;;                                 block12:
;; @80000005                           jump block14(v39)
;;
;;                                 block13:
;; @80000005                           v43 = iconst.i32 -1
;; @80000005                           v44 = iadd.i32 v39, v43  ; v43 = -1
;; @80000005                           v45 = iconst.i32 2
;; @80000005                           v46 = icmp ult v44, v45  ; v45 = 2
;; @80000005                           brif v46, block15, block16
;;
;;                                 block15:
;; @80000005                           jump block17(v44)
;;
;;                                 block16:
;; @80000005                           v48 = iconst.i32 -1
;; @80000005                           v49 = iadd.i32 v44, v48  ; v48 = -1
;; @80000007                           v50 = call fn0(v0, v49)
;; @80000007                           v51 = iconst.i32 -2
;; @80000007                           v52 = iadd.i32 v44, v51  ; v51 = -2
;; @80000008                           v53 = call fn0(v0, v52)
;; @80000008                           v54 = iadd v50, v53
;; @80000008                           jump block17(v54)
;;
;;                                 block17(v47: i32):
;; @80000008                           v56 = iconst.i32 -2
;; @80000008                           v57 = iadd.i32 v39, v56  ; v56 = -2
;; @80000008                           v58 = iconst.i32 2
;; @80000008                           v59 = icmp ult v57, v58  ; v58 = 2
;; @80000008                           brif v59, block18, block19
;;
;;                                 block18:
;; @80000008                           jump block20(v57)
;;
;;                                 block19:
;; @80000008                           v61 = iconst.i32 -1
;; @80000008                           v62 = iadd.i32 v57, v61  ; v61 = -1
;; @8000000a                           v63 = call fn0(v0, v62)
;; @8000000a                           v64 = iconst.i32 -2
;; @8000000a                           v65 = iadd.i32 v57, v64  ; v64 = -2
;; @8000000b                           v66 = call fn0(v0, v65)
;; @8000000b                           v67 = iadd v63, v66
;; @8000000b                           jump block20(v67)
;;
;;                                 block20(v60: i32):
;; @8000000b                           v68 = iadd.i32 v47, v60
;; @8000000b                           jump block14(v68)
;;
;;                                 block14(v42: i32):
;; @8000000b                           v69 = iadd.i32 v8, v42
;; @8000000b                           return v69
;; }
;; function u0:3(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     sig0 = (i64 vmctx, i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;; @006f                               return_call fn0(v0, v1)
;; }
