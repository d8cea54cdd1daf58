;; One page that cannot grow: long names do not fit. And it greets nobody.
(module (memory (export "memory") 1 1) (func (export "greet") (param i32 i32)))
