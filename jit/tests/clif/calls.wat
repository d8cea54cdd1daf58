(; A function of the module is called directly, an imported one through its reference. ;)
(module
  (import "env" "log" (func $log (param i32)))
  (func $twice (export "twice") (param $n i32) (result i32)
    (call $log (local.get $n))
    (call $fib (call $fib (local.get $n))))
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
;;     sig1 = (i64 vmctx, i32) -> i32 tail
;;     fn0 = colocated u0:2 sig1
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = load.i64 notrap aligned readonly can_move v0+80
;;                                     v3 = load.i64 notrap aligned v2+8
;;                                     v4 = select v3, v3, v0
;;                                     v5 = load.i64 notrap aligned v2+16
;;                                     v6 = load.i64 notrap aligned readonly can_move v0+32
;;                                     store notrap aligned v2, v6+56
;; @0046                               call_indirect sig0, v5(v4, v1)
;; @004a                               v7 = call fn0(v0, v1)
;; @004c                               v8 = call fn0(v0, v7)
;;                                     return v8
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
;;                                     v2 = iconst.i32 2
;;                                     v3 = icmp ult v1, v2  ; v2 = 2
;;                                     brif v3, block1, block2
;;
;;                                 block1:
;;                                     return v1
;;
;;                                 block2:
;;                                     v4 = iconst.i32 1
;;                                     v5 = isub.i32 v1, v4  ; v4 = 1
;; @0061                               v6 = call fn0(v0, v5)
;;                                     v7 = iconst.i32 2
;;                                     v8 = isub.i32 v1, v7  ; v7 = 2
;; @0068                               v9 = call fn0(v0, v8)
;;                                     v10 = iadd v6, v9
;;                                     return v10
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
;; @0070                               return_call fn0(v0, v1)
;; }
