(; Operands are CLIF values: neither locals nor constants are copied. ;)
(module
  (func (export "mix") (param $a i32) (param $b i32) (result i32)
    (i32.xor (i32.add (local.get $a) (i32.const 7)) (i32.mul (local.get $b) (i32.const 8))))
  (func (export "mean") (param $a f64) (param $b f64) (result f64)
    (f64.mul (f64.add (local.get $a) (local.get $b)) (f64.const 0.5))))
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32, v2: i32):
;;     v3 = iconst.i32 7
;;     v4 = iadd v1, v3  ; v3 = 7
;;     v5 = iconst.i32 3
;;     v6 = ishl v2, v5  ; v5 = 3
;;     v7 = bxor v4, v6
;;     return v7
;; }
;; function u0:1(i64 vmctx, f64, f64) -> f64 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: f64, v2: f64):
;;     v3 = fadd v1, v2
;;     v4 = f64const 0x1.0000000000000p-1
;;     v5 = fmul v3, v4  ; v4 = 0x1.0000000000000p-1
;;     return v5
;; }
