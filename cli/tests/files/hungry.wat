;; Grows until it may not, and gives how many pages there are.
(module (memory 1)
  (func (export "pages") (result i32)
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (memory.size)))
