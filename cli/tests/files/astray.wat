;; Says that its result is where no memory is.
(component $astray
  (core module $M
    (memory (export "memory") 1)
    (func (export "f") (result i32) (i32.const 0x10000)))
  (core instance $m (instantiate $M))
  (func (export "f") (result string) (canon lift (core func $m "f") (memory (core memory $m "memory")))))
