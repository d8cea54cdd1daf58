(; Globals stand in the context; a constant one is its value. ;)
(module
  (import "env" "base" (global $base (mut i32)))
  (global $count (mut i64) (i64.const 0))
  (global $step i64 (i64.const 3))
  (func (export "next") (result i64)
    (global.set $count (i64.add (global.get $count) (global.get $step)))
    (global.get $count))
  (func (export "move") (param $by i32)
    (global.set $base (i32.add (global.get $base) (local.get $by)))))
;; function u0:0(i64 vmctx) -> i64 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64):
;;     v1 = load.i64 notrap aligned v0+80
;;     v2 = iconst.i64 3
;;     v3 = iadd v1, v2  ; v2 = 3
;;     store notrap aligned v3, v0+80
;;     v4 = load.i64 notrap aligned v0+80
;;     return v4
;; }
;; function u0:1(i64 vmctx, i32) tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32):
;;     v2 = load.i64 notrap aligned readonly can_move v0+72
;;     v3 = load.i32 notrap aligned v2
;;     v4 = iadd v3, v1
;;     v5 = load.i64 notrap aligned readonly can_move v0+72
;;     store notrap aligned v4, v5
;;     return
;; }
