;; Two functions that have no result, each in its own way.
(module
  (func (export "spin") (result i32) (loop $again (br $again)) (i32.const 0))
  (func (export "trap") (result i32) unreachable))
