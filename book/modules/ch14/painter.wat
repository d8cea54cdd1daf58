;; A painter, who is shown a boat for as long as a call takes.
(module
  (import "canal:harbour/boats" "[resource-drop]boat" (func $drop (param i32)))
  ;; ANCHOR: painter
  (func (export "canal:harbour/painting#paint") (param $boat i32)
    (call $drop (local.get $boat)))

  ;; Returns, and has not let go of the boat.
  (func (export "canal:harbour/painting#paint-slowly") (param $boat i32))
  ;; ANCHOR_END: painter
)
