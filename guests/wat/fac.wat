;; The factorial of n by recursion, modulo 2^64: right up to fac(20). Deep recursion is what fac(-1) is good for: it
;; ends only when the stack does.
(module
  (func $fac (export "fac") (param $n i64) (result i64)
    (if (result i64) (i64.eqz (local.get $n))
      (then (i64.const 1))
      (else
        (i64.mul
          (local.get $n)
          (call $fac (i64.sub (local.get $n) (i64.const 1))))))))
