(; A label gets a block where something branches to it; values are its parameters. ;)
(module
  (func (export "switch") (param $n i32) (result i32)
    (block $two (block $one (block $zero (br_table $zero $one $two (local.get $n)))
      (return (i32.const 10)))
      (return (i32.const 20)))
    (i32.const 30))
  (func (export "carry") (param $n i32) (result i32)
    (block $out (result i32)
      (i32.add (i32.const 1) (block $in (result i32) (br_table $in $out (i32.const 5) (local.get $n)))))))
;; function u0:0(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32):
;;     br_table v1, block3, [block1, block2]
;;
;; block1:
;;     v2 = iconst.i32 10
;;     return v2  ; v2 = 10
;;
;; block2:
;;     v3 = iconst.i32 20
;;     return v3  ; v3 = 20
;;
;; block3:
;;     v4 = iconst.i32 30
;;     return v4  ; v4 = 30
;; }
;; function u0:1(i64 vmctx, i32) -> i32 tail {
;;     gv0 = vmctx
;;     gv1 = load.i64 notrap aligned readonly can_move gv0+16
;;     gv2 = load.i64 notrap aligned gv1+8
;;     stack_limit = gv2
;;
;; block0(v0: i64, v1: i32):
;;     v2 = iconst.i32 5
;;     br_table v1, block2, [block1]
;;
;; block1:
;;     jump block3(v2)  ; v2 = 5
;;
;; block2:
;;     jump block4(v2)  ; v2 = 5
;;
;; block3(v3: i32):
;;     v5 = iconst.i32 1
;;     v6 = iadd v5, v3  ; v5 = 1
;;     jump block4(v6)
;;
;; block4(v4: i32):
;;     return v4
;; }
