;; An adapter: it has what modules import from `legacy`, and needs nothing of the component.
(module
  (func (export "double") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))
