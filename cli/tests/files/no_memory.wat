(module (func (export "greet") (param i32 i32)))
