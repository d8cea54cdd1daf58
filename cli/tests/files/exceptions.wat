(module (tag $e) (func (export "f") (throw $e)))
