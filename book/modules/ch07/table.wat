;; Functions by number, for chapter 7.
(module
  ;; ANCHOR: table
  (type $binary (func (param i32 i32) (result i32)))
  (table 5 funcref)
  (elem (i32.const 0) $add $sub $negate)

  (func $add (type $binary) local.get 0 local.get 1 i32.add)
  (func $sub (type $binary) local.get 0 local.get 1 i32.sub)
  (func $negate (param i32) (result i32) i32.const 0 local.get 0 i32.sub)

  (func (export "apply") (param $which i32) (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    local.get $which
    call_indirect (type $binary))
  ;; ANCHOR_END: table
)
