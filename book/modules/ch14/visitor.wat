;; A visitor of the harbour, who does everything right in one function and something wrong in each of the others.
(module
  ;; ANCHOR: imports
  (import "canal:harbour/boats" "[constructor]boat" (func $rent (param i32) (result i32)))
  (import "canal:harbour/boats" "[method]boat.row" (func $row (param i32 i32) (result i32)))
  (import "canal:harbour/boats" "[resource-drop]boat" (func $drop (param i32)))
  ;; ANCHOR_END: imports
  (import "canal:harbour/boats" "sell" (func $sell (param i32)))
  (import "canal:harbour/boats" "trade" (func $trade (param i32 i32)))
  (import "canal:harbour/painting" "paint" (func $paint (param i32)))
  (import "canal:harbour/painting" "paint-slowly" (func $paint_slowly (param i32)))

  ;; ANCHOR: trip
  (func (export "trip") (result i32)
    (local $boat i32) (local $metres i32)
    (local.set $boat (call $rent (i32.const 7)))
    (local.set $metres (call $row (local.get $boat) (i32.const 100)))
    (call $drop (local.get $boat))
    (local.get $metres))
  ;; ANCHOR_END: trip

  ;; ANCHOR: late
  (func (export "late") (result i32)
    (local $boat i32)
    (local.set $boat (call $rent (i32.const 7)))
    (call $drop (local.get $boat))
    (call $row (local.get $boat) (i32.const 100)))
  ;; ANCHOR_END: late

  (func (export "twice")
    (local $boat i32)
    (local.set $boat (call $rent (i32.const 7)))
    (call $drop (local.get $boat))
    (call $drop (local.get $boat)))

  ;; ANCHOR: forged
  (func (export "forged") (result i32)
    (call $row (i32.const 28) (i32.const 100)))
  ;; ANCHOR_END: forged

  ;; ANCHOR: stale
  (func (export "stale") (result i32)
    (local $mine i32)
    (local.set $mine (call $rent (i32.const 7)))
    (drop (call $row (local.get $mine) (i32.const 100)))
    (call $drop (local.get $mine))
    (drop (call $rent (i32.const 8)))
    (call $row (local.get $mine) (i32.const 5)))
  ;; ANCHOR_END: stale

  (func (export "sold") (result i32)
    (local $boat i32)
    (local.set $boat (call $rent (i32.const 7)))
    (call $sell (local.get $boat))
    (call $row (local.get $boat) (i32.const 100)))

  ;; ANCHOR: same
  (func (export "same")
    (local $boat i32)
    (local.set $boat (call $rent (i32.const 7)))
    (call $trade (local.get $boat) (local.get $boat)))
  ;; ANCHOR_END: same

  (func (export "portrait")
    (local $boat i32)
    (local.set $boat (call $rent (i32.const 7)))
    (call $paint (local.get $boat))
    (call $drop (local.get $boat)))

  (func (export "slow-portrait")
    (local $boat i32)
    (local.set $boat (call $rent (i32.const 7)))
    (call $paint_slowly (local.get $boat))
    (call $drop (local.get $boat)))

  ;; ANCHOR: forgetful
  ;; Takes out so many boats, and brings none back. The result is the last handle.
  (func (export "forgetful") (param $boats i32) (result i32)
    (local $last i32)
    (loop $next
      (local.set $last (call $rent (local.get $boats)))
      (local.set $boats (i32.sub (local.get $boats) (i32.const 1)))
      (br_if $next (local.get $boats)))
    (local.get $last))
  ;; ANCHOR_END: forgetful
)
