;; A harbour, by hand. A boat's representation is the address of four bytes: how many metres it has been rowed.
(module
  ;; ANCHOR: harbour
  (import "[export]canal:harbour/boats" "[resource-new]boat" (func $new (param i32) (result i32)))
  (memory (export "memory") 1)

  (func (export "canal:harbour/boats#[constructor]boat") (param $number i32) (result i32)
    (call $new (i32.mul (local.get $number) (i32.const 4))))

  (func (export "canal:harbour/boats#[method]boat.row") (param $boat i32) (param $metres i32) (result i32)
    (i32.store (local.get $boat) (i32.add (i32.load (local.get $boat)) (local.get $metres)))
    (i32.load (local.get $boat)))

  ;; A boat has been brought back: the next visitor begins at 0.
  (func (export "canal:harbour/boats#[dtor]boat") (param $boat i32)
    (i32.store (local.get $boat) (i32.const 0)))
  ;; ANCHOR_END: harbour

  (func (export "canal:harbour/boats#sell") (param $boat i32))
  (func (export "canal:harbour/boats#trade") (param $yours i32) (param $mine i32)))
