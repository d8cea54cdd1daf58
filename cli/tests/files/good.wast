(module (func (export "half") (param i32) (result i32) (i32.div_s (local.get 0) (i32.const 2))))
(assert_return (invoke "half" (i32.const -7)) (i32.const -3))
(assert_return (invoke "half" (i32.const 8)) (i32.const 4))
