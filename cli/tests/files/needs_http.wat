;; Wants what no plain command may: the interface's functions do not matter.
(component
  (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func)))))
