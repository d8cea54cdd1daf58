//! Calls: a doubly recursive Fibonacci number, where the work per call is next to nothing.
//!
//! It walks the sequence to the left of zero, F(-n) = F(-n + 2) - F(-n + 1), which has the same values as F(n) but for
//! the sign. LLVM makes a loop of one of the two calls in a sum; a difference it leaves alone.

/// F(n).
pub fn run(n: u32) -> u64 {
    fib_left(n).unsigned_abs()
}

#[inline(never)]
fn fib_left(n: u32) -> i64 {
    if n < 2 {
        return i64::from(n);
    }
    fib_left(n - 2) - fib_left(n - 1)
}

#[test]
fn fibonacci_numbers() {
    assert_eq!([0, 1, 2, 10, 20].map(run), [0, 1, 1, 55, 6765]);
}
