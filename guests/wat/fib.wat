;; The n-th Fibonacci number by the definition: fib(n) = fib(n - 1) + fib(n - 2), modulo 2^32. Nearly all it does is call,
;; about 1.6 times as often for each further n.
(module
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else
        (i32.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2))))))))
