;; Values that a double cannot hold.
(module
  (func (export "exact") (param i64) (result i64 f32 v128)
    (local.get 0)
    (f32.const -nan:0x123)
    (v128.const i64x2 1 -1)))
