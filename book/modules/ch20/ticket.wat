;; Uses threads, which Falkirk does not have, for chapter 20.
(module
  ;; ANCHOR: ticket
  (memory (import "hall" "memory") 1 1 shared)

  ;; next(): the number of the next ticket, whoever else takes one at the same time
  (func (export "next") (result i32)
    (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
  ;; ANCHOR_END: ticket
)
