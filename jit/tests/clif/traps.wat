(; What traps carries its reason and its place; blocks that only trap are cold. ;)
(module
  (func (export "check") (param $n i32)
    (if (i32.gt_u (local.get $n) (i32.const 9)) (then (unreachable))))
  (func (export "truncate") (param $a f64) (result i32)
    (i32.trunc_f64_s (local.get $a)))
  (func (export "divide") (param $a i64) (param $b i64) (result i64)
    (i64.rem_s (i64.div_s (local.get $a) (local.get $b)) (local.get $b))))
;; function u0:0(i64 vmctx, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32):
;;                                     v2 = iconst.i32 9
;;                                     v3 = icmp ugt v1, v2  ; v2 = 9
;;                                     brif v3, block1, block2
;;
;;                                 block1 cold:
;; @004b                               trap user1
;;
;;                                 block2:
;; @004b                               return
;; }
;; function u0:1(i64 vmctx, f64) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: f64):
;; @0052                               v2 = fcvt_to_sint.i32 v1
;; @0052                               return v2
;; }
;; function u0:2(i64 vmctx, i64, i64) -> i64 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i64, v2: i64):
;; @005a                               v3 = sdiv v1, v2
;; @005d                               v4 = srem v3, v2
;; @005d                               return v4
;; }
