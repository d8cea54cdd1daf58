;; Machine code that adds a loaded value reads memory in the addition itself. The fault was a trap without a frame, since
;; the addition, unlike the load, had no source position.
;; call "add" i32:33554169
;; call "multiply" i32:33554169
;; call "xor" i32:33554169
;; call "splat" i32:33554169
(module
  (memory 2 2)
  (func (export "add") (param i32) (result i32)
    (i32.add (local.get 0) (i32.load offset=255 (local.get 0))))
  (func (export "multiply") (param i32) (result i32)
    (i32.mul (i32.const 7) (i32.load offset=255 (local.get 0))))
  (func (export "xor") (param i32) (result v128)
    (v128.xor (v128.const i32x4 1 2 3 4) (v128.load offset=255 (local.get 0))))
  (func (export "splat") (param i32) (result v128)
    (v128.load32_splat offset=255 (local.get 0))))
