;;! interruptible
(; A loop polls the page that an interrupt makes unreadable. ;)
(module
  (func (export "sum") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32):
;;     v8 = iconst.i32 0
;;     v7 -> v8
;;     jump block1(v8, v1)  ; v8 = 0
;;
;; block1(v2: i32, v3: i32):
;;     v4 = iadd v2, v3
;;     v5 = iconst.i32 -1
;;     v6 = iadd v3, v5  ; v5 = -1
;;     brif v6, block1(v4, v6), block2
;;
;; block2:
;;     return v4
;; }
