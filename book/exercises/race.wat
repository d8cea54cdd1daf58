;; Takes out two boats, rows each, and brings both back. The result is the sum of both ways.
(module
  (import "canal:harbour/boats" "[constructor]boat" (func $rent (param i32) (result i32)))
  (import "canal:harbour/boats" "[method]boat.row" (func $row (param i32 i32) (result i32)))
  (import "canal:harbour/boats" "[resource-drop]boat" (func $drop (param i32)))
  (func (export "race") (result i32)
    (local $a i32) (local $b i32) (local $metres i32)
    (local.set $a (call $rent (i32.const 1)))
    (local.set $b (call $rent (i32.const 2)))
    (local.set $metres (i32.add
      (call $row (local.get $a) (i32.const 300))
      (call $row (local.get $b) (i32.const 400))))
    (call $drop (local.get $a))
    (call $drop (local.get $b))
    (local.get $metres)))
