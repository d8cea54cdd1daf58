(; The result of a comparison stays a byte, and a branch or select uses it as it is. ;)
(module
  (func (export "clamp") (param $a i32) (param $most i32) (result i32)
    (select (local.get $most) (local.get $a) (i32.gt_s (local.get $a) (local.get $most))))
  (func (export "either") (param $a i32) (param $b i64) (result i32)
    (if (result i32) (i32.or (i32.eqz (local.get $a)) (i64.lt_u (local.get $b) (i64.const 5)))
      (then (i32.const 1))
      (else (i32.const 2))))
  (func (export "number") (param $a f32) (result i32)
    (i32.eqz (f32.ne (local.get $a) (local.get $a)))))
;; function u0:0(i64 vmctx, i32, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32, v2: i32):
;;     v3 = icmp sgt v1, v2
;;     v4 = select v3, v2, v1
;;     return v4
;; }
;; function u0:1(i64 vmctx, i32, i64) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32, v2: i64):
;;     v3 = iconst.i32 0
;;     v4 = icmp eq v1, v3  ; v3 = 0
;;     v5 = iconst.i64 5
;;     v6 = icmp ult v2, v5  ; v5 = 5
;;     v7 = bor v4, v6
;;     brif v7, block1, block2
;;
;; block1:
;;     v9 = iconst.i32 1
;;     jump block3(v9)  ; v9 = 1
;;
;; block2:
;;     v10 = iconst.i32 2
;;     jump block3(v10)  ; v10 = 2
;;
;; block3(v8: i32):
;;     return v8
;; }
;; function u0:2(i64 vmctx, f32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: f32):
;;     v2 = fcmp ne v1, v1
;;     v3 = fcmp eq v1, v1
;;     v4 = uextend.i32 v3
;;     return v4
;; }
