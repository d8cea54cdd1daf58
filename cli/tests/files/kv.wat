;; A resource inside: `store` implements `bucket`, `user` makes one, asks it, and drops it.
(component $kv
  (component $store
    (core module $Dtor (func (export "dtor") (param $rep i32)))
    (core instance $dtor (instantiate $Dtor))
    (type $bucket' (resource (rep i32) (dtor (core func $dtor "dtor"))))
    (export $bucket "bucket" (type $bucket'))
    (core func $new (canon resource.new $bucket'))
    (core module $M
      (import "bucket" "new" (func $new (param i32) (result i32)))
      (func (export "open") (param $number i32) (result i32) (call $new (i32.add (local.get $number) (i32.const 100))))
      ;; Borrowed by whom it belongs to, a handle is what it stands for.
      (func (export "get") (param $rep i32) (param $key i32) (result i32)
        (i32.add (local.get $rep) (local.get $key))))
    (core instance $m (instantiate $M (with "bucket" (instance (export "new" (func $new))))))
    (func (export "open") (param "number" u32) (result (own $bucket)) (canon lift (core func $m "open")))
    (func (export "get") (param "self" (borrow $bucket)) (param "key" u32) (result u32)
      (canon lift (core func $m "get"))))
  (component $user
    (import "store" (instance $store
      (export "bucket" (type $bucket (sub resource)))
      (export "open" (func (param "number" u32) (result (own $bucket))))
      (export "get" (func (param "self" (borrow $bucket)) (param "key" u32) (result u32)))))
    (alias export $store "bucket" (type $bucket))
    (core func $open (canon lower (func $store "open")))
    (core func $get (canon lower (func $store "get")))
    (core func $drop (canon resource.drop $bucket))
    (core module $M
      (import "store" "open" (func $open (param i32) (result i32)))
      (import "store" "get" (func $get (param i32 i32) (result i32)))
      (import "store" "drop" (func $drop (param i32)))
      (func (export "run") (param $key i32) (result i32)
        (local $bucket i32) (local $answer i32)
        (local.set $bucket (call $open (i32.const 7)))
        (local.set $answer (call $get (local.get $bucket) (local.get $key)))
        (call $drop (local.get $bucket))
        (local.get $answer)))
    (core instance $m (instantiate $M (with "store" (instance
      (export "open" (func $open)) (export "get" (func $get)) (export "drop" (func $drop))))))
    (func (export "run") (param "key" u32) (result u32) (canon lift (core func $m "run"))))
  (instance $s (instantiate $store))
  (instance $u (instantiate $user (with "store" (instance $s))))
  (export "run" (func $u "run")))
