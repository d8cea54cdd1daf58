;; Reads memory, for chapter 2. The memory has one page; the data segment puts five letters at its start.
(module
  ;; ANCHOR: start
  (memory (export "memory") 1)
  (data (i32.const 0) "Hello")
  ;; ANCHOR_END: start

  ;; ANCHOR: peek
  ;; peek(address): the byte there
  (func (export "peek") (param $address i32) (result i32)
    (i32.load8_u (local.get $address)))

  ;; word(address): the four bytes from there on, as one number
  (func (export "word") (param $address i32) (result i32)
    (i32.load (local.get $address)))
  ;; ANCHOR_END: peek

  ;; ANCHOR: far
  ;; far(address): the byte a hundred further on
  (func (export "far") (param $address i32) (result i32)
    (i32.load8_u offset=100 (local.get $address)))
  ;; ANCHOR_END: far

  ;; size() and grow(pages), in pages
  (func (export "size") (result i32)
    (memory.size))
  (func (export "grow") (param $pages i32) (result i32)
    (memory.grow (local.get $pages)))

  ;; beyond(): grows by one page, then reads the first byte of it
  (func (export "beyond") (result i32)
    (drop (memory.grow (i32.const 1)))
    (i32.load8_u (i32.const 65536))))
