;; How often a number must be halved, or made three times itself plus 1, until it is 1: the sum of that for all numbers
;; up to n.
(module
  (func (export "collatz") (param $n i32) (result i32)
    (local $sum i32) (local $x i32)
    ;; ANCHOR: body
    block $done
      loop $next
        local.get $n
        i32.eqz
        br_if $done
        local.get $n
        local.set $x
        block $one
          loop $step
            local.get $x
            i32.const 1
            i32.eq
            br_if $one
            (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
            (if (i32.and (local.get $x) (i32.const 1))
              (then (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 3)) (i32.const 1))))
              (else (local.set $x (i32.shr_u (local.get $x) (i32.const 1)))))
            br $step
          end
        end
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        br $next
      end
    end
    local.get $sum
    ;; ANCHOR_END: body
  )
)
