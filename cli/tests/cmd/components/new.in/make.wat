(module
  (import "legacy" "double" (func $double (param i32) (result i32)))
  (func (export "make") (result i32) (call $double (i32.const 21))))
