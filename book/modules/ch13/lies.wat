;; Functions that return what they are given, as a value of another type, for chapter 13.
(component
  (core module $M
    (memory (export "memory") 1)
    (func (export "one") (param i32) (result i32) local.get 0)
    ;; ANCHOR: boats
    ;; The result is at 0: a list at 1024, of as many boats as the caller says.
    (func (export "boats") (param $count i32) (result i32)
      (i32.store (i32.const 0) (i32.const 1024))
      (i32.store (i32.const 4) (local.get $count))
      (i32.const 0))
    ;; ANCHOR_END: boats
  )
  (core instance $m (instantiate $M))
  (type $direction' (enum "up" "down"))
  (export $direction "direction" (type $direction'))
  (type $lamps' (flags "left" "right" "mast"))
  (export $lamps "lamps" (type $lamps'))
  (type $boat' (record (field "crew" u8) (field "length" f32) (field "lamps" $lamps)))
  (export $boat "boat" (type $boat'))
  (func (export "which-direction") (param "n" u32) (result $direction) (canon lift (core func $m "one")))
  (func (export "which-lamps") (param "n" u32) (result $lamps) (canon lift (core func $m "one")))
  (func (export "so-many-boats") (param "n" u32) (result (list $boat))
    (canon lift (core func $m "boats") (memory (core memory $m "memory")))))
