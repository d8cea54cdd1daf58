;; A tail call replaces its frame, also where it calls the host; one engine showed it in the backtrace of the host's error
;; and another did not.
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
;; call "f"
(module
  (import "a" "sometimes fails" (func $import))
  (func (export "f") (call $g))
  (func $g (return_call $import)))
