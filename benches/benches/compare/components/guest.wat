;; A component whose functions do as little as they can, so that what is measured is the crossing.
(component
  (core module $Echo
    (memory (export "memory") 64)
    ;; Whoever calls has one value here at a time: memory is given from the start on, and all of it is freed at once.
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (local.get $at))
    (func $free (export "free") (global.set $next (i32.const 1024)))
    (func (export "freed") (param i32) (call $free))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16))
    (func (export "record")
      (param i32 i32 i32 i64 f32 f64 i32 i32 i32 i64) (result i32)
      (i32.store8 (i32.const 64) (local.get 0))
      (i32.store16 (i32.const 66) (local.get 1))
      (i32.store (i32.const 68) (local.get 2))
      (i64.store (i32.const 72) (local.get 3))
      (f32.store (i32.const 80) (local.get 4))
      (f64.store (i32.const 88) (local.get 5))
      (i32.store8 (i32.const 96) (local.get 6))
      (i32.store (i32.const 100) (local.get 7))
      (i32.store16 (i32.const 104) (local.get 8))
      (i64.store (i32.const 112) (local.get 9))
      (i32.const 64)))

  ;; Passes its own string on, as often as it is told, and counts the bytes that come back.
  (core module $Loop
    (import "" "memory" (memory 64))
    (import "" "free" (func $free))
    (import "" "pass" (func $pass (param i32 i32 i32)))
    (func (export "run") (param $n i32) (param $size i32) (result i32)
      (local $sum i32)
      (loop $more
        (call $pass (i32.const 2097152) (local.get $size) (i32.const 8))
        (local.set $sum (i32.add (local.get $sum) (i32.load (i32.const 12))))
        (call $free)
        (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))

  (core instance $echo (instantiate $Echo))
  (alias core export $echo "memory" (core memory $memory))
  (alias core export $echo "realloc" (core func $realloc))

  (func (export "bytes") (param "value" (list u8)) (result (list u8))
    (canon lift (core func $echo "echo") (memory $memory) (realloc $realloc) (post-return (core func $echo "freed"))))
  (func (export "words") (param "value" (list u32)) (result (list u32))
    (canon lift (core func $echo "echo") (memory $memory) (realloc $realloc) (post-return (core func $echo "freed"))))

  (type $ten' (record
    (field "a" u8) (field "b" s16) (field "c" u32) (field "d" u64) (field "e" f32)
    (field "f" f64) (field "g" bool) (field "h" char) (field "i" u16) (field "j" s64)))
  (export $ten "ten" (type $ten'))
  (func (export "record") (param "value" $ten) (result $ten)
    (canon lift (core func $echo "record") (memory $memory) (realloc $realloc)))

  ;; A resource whose representation is its value.
  (core module $Counter
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "constructor") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
  (type $counter' (resource (rep i32)))
  (core func $new (canon resource.new $counter'))
  (core instance $counter (instantiate $Counter (with "" (instance (export "new" (func $new))))))
  (export $counter "counter" (type $counter'))
  (func (export "[constructor]counter") (param "start" u32) (result (own $counter))
    (canon lift (core func $counter "constructor")))
  (func (export "[method]counter.add") (param "self" (borrow $counter)) (param "n" u32) (result u32)
    (canon lift (core func $counter "add")))

  ;; Two components: one calls the other.
  (component $Callee
    (import "echo" (core module $M
      (export "memory" (memory 64))
      (export "realloc" (func (param i32 i32 i32 i32) (result i32)))
      (export "freed" (func (param i32)))
      (export "echo" (func (param i32 i32) (result i32)))))
    (core instance $m (instantiate $M))
    (func (export "pass") (param "value" string) (result string)
      (canon lift (core func $m "echo") (memory (core memory $m "memory")) (realloc (core func $m "realloc"))
        (post-return (core func $m "freed")))))
  (component $Caller
    (import "echo" (core module $M
      (export "memory" (memory 64))
      (export "realloc" (func (param i32 i32 i32 i32) (result i32)))
      (export "free" (func))))
    (import "loop" (core module $L
      (import "" "memory" (memory 64))
      (import "" "free" (func))
      (import "" "pass" (func (param i32 i32 i32)))
      (export "run" (func (param i32 i32) (result i32)))))
    (import "pass" (func $pass (param "value" string) (result string)))
    (core instance $m (instantiate $M))
    (core func $lowered (canon lower (func $pass) (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
    (core instance $l (instantiate $L (with "" (instance
      (export "memory" (memory $m "memory"))
      (export "free" (func $m "free"))
      (export "pass" (func $lowered))))))
    (func (export "run") (param "n" u32) (param "size" u32) (result u32) (canon lift (core func $l "run"))))
  (instance $callee (instantiate $Callee (with "echo" (core module $Echo))))
  (instance $caller (instantiate $Caller
    (with "echo" (core module $Echo)) (with "loop" (core module $Loop)) (with "pass" (func $callee "pass"))))
  (export "between" (func $caller "run")))
