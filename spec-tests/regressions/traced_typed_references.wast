;; Translating for a trace panicked where an operand's type was a reference to a type by its index: the types that the
;; validator keeps on its stack name types of the validator, not of the module.
(module
  (type $t (func (result i32)))
  (table 1 funcref)
  (elem declare func $seven)
  (func $seven (type $t) (i32.const 7))
  (func (export "call") (result i32) (call_ref $t (ref.func $seven)))
  (func (export "is_null") (result i32) (ref.is_null (ref.func $seven)))
  (func (export "in_table") (result i32)
    (table.set (i32.const 0) (ref.func $seven))
    (call_indirect (type $t) (i32.const 0)))
  (func (export "through_block") (result i32)
    (block $null
      (br_on_null $null (ref.func $seven))
      (return (call_ref $t)))
    (i32.const 0)))
(assert_return (invoke "call") (i32.const 7))
(assert_return (invoke "is_null") (i32.const 0))
(assert_return (invoke "in_table") (i32.const 7))
(assert_return (invoke "through_block") (i32.const 7))
