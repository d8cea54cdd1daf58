;; length(text): a component whose `realloc` traps.
(component
  (core module $Guest
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "length") (param i32 i32) (result i32) local.get 1))

  (core instance $guest (instantiate $Guest))
  (func (export "length") (param "text" string) (result u32)
    (canon lift (core func $guest "length")
      (memory (core memory $guest "memory")) (realloc (core func $guest "realloc")))))
