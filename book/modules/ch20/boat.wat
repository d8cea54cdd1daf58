;; Uses garbage-collected types, which Falkirk does not have, for chapter 20.
(module
  ;; ANCHOR: boat
  (type $boat (struct (field $crew i32) (field $length f32)))

  (func (export "crew") (result i32)
    (struct.get $boat $crew (struct.new $boat (i32.const 2) (f32.const 21.5))))
  ;; ANCHOR_END: boat
)
