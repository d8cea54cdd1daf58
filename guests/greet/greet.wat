;; The greeting guest written by hand: all there is to it can be seen here.
;;
;; greet(ptr, len) reads `len` bytes of UTF-8 at `ptr` and writes "Hello, <name>" at address 0. The host writes the
;; name at `len + 10`:
;;
;;   0        7                7 + len  len + 10           2 * len + 10
;;   | Hello, | copy of the name | 0 0 0 | the name as written |
(module
  ;; Four pages of 64 KiB: 2 * len + 10 bytes for names of up to 128 KiB less 5 bytes.
  (memory (export "memory") 4)

  ;; A passive segment: its bytes are part of the module, and no part of the memory until `memory.init` copies them.
  ;; So memory is all zeros before the first call.
  (data $prefix "Hello, ")

  (func (export "greet") (param $ptr i32) (param $len i32)
    ;; The name first, so that a name which starts below address 7 is read before the prefix is written over it.
    ;; memory.copy is right for regions that overlap, and traps if either reaches past the end of memory.
    (memory.copy
      (i32.const 7)             ;; to: behind the prefix
      (local.get $ptr)          ;; from
      (local.get $len))         ;; how many bytes
    (memory.init $prefix
      (i32.const 0)             ;; to: the start of memory
      (i32.const 0)             ;; from: the start of the segment
      (i32.const 7))))          ;; how many bytes
