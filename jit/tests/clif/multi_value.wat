(; Blocks take and leave several values. ;)
(module
  (func $divmod (export "divmod") (param $a i32) (param $b i32) (result i32 i32)
    (i32.div_u (local.get $a) (local.get $b))
    (i32.rem_u (local.get $a) (local.get $b)))
  (func (export "fold") (param $a i32) (param $b i32) (result i32)
    (call $divmod (local.get $a) (local.get $b))
    (if (param i32 i32) (result i32) (local.get $a)
      (then (i32.add))
      (else (i32.sub)))))
;; function u0:0(i64 vmctx, i32, i32) -> i32, i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @0039                               v3 = udiv v1, v2
;; @003e                               v4 = urem v1, v2
;; @003e                               return v3, v4
;; }
;; function u0:1(i64 vmctx, i32, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;;                                 block0(v0: i64, v1: i32, v2: i32):
;; @80000000                           v3 = udiv v1, v2
;; @80000001                           v4 = urem v1, v2
;; @80000001                           brif v1, block1, block2
;;
;;                                 block1:
;; @80000001                           v5 = iadd.i32 v3, v4
;; @80000001                           jump block3(v5)
;;
;;                                 block2:
;; @80000001                           v7 = isub.i32 v3, v4
;; @80000001                           jump block3(v7)
;;
;;                                 block3(v6: i32):
;; @80000001                           return v6
;; }
