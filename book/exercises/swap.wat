;; swap(address) turns the four bytes there round. Two rotations, each of which brings two bytes to where they belong.
(module
  (memory (export "memory") 1)

  (func (export "swap") (param $address i32)
    (local $word i32)
    (local.set $word (i32.load (local.get $address)))
    (i32.store (local.get $address)
      (i32.or
        (i32.and (i32.rotl (local.get $word) (i32.const 8)) (i32.const 0x00ff00ff))
        (i32.and (i32.rotr (local.get $word) (i32.const 8)) (i32.const 0xff00ff00))))))
