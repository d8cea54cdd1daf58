(module (memory (export "memory") 1) (func (export "hello") (param i32 i32)))
