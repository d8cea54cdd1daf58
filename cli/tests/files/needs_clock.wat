(component
  (import "example:clock/now@1.0.0" (instance (export "seconds" (func (result u64))))))
