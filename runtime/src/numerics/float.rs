//! Floating-point operations: section 4.3.3 of the specification.
//!
//! Each row of the table defines the instruction for `f32` and for `f64`, and its comment is the
//! semantics. Rounding is to nearest, ties to even.
//!
//! # NaNs
//!
//! `abs`, `neg` and `copysign` touch the sign bit only. Every other operation must turn a signalling
//! NaN into a quiet one. The processor's arithmetic does; comparisons, selections and the C library's
//! `ceil` do not. So `min`, `max` and the rounding functions let each NaN go through an addition.
//! (Of a *constant* operand the compiler knows more: it folds `a * 1.0` to `a`. Operands come from a guest.)
//!
//! # Rounding without SSE4.1
//!
//! x86-64's baseline has no rounding instruction, so the standard library calls the C library. The
//! arithmetic in `round_to_nearest` has no branch and no call: it vectorises, and it keeps an
//! interpreter's handler a leaf. Measured, it is as fast as the call where each operation waits for
//! the one before (within 15 %), and up to twice as fast where they do not.

both_widths! { f32, f64:
    /// `a + b`.
    f32_add, f64_add(a, b) -> same = a + b;
    /// `a - b`.
    f32_sub, f64_sub(a, b) -> same = a - b;
    /// `a * b`.
    f32_mul, f64_mul(a, b) -> same = a * b;
    /// `a / b`.
    f32_div, f64_div(a, b) -> same = a / b;
    /// The lesser, with `-0 < +0`; a NaN if either is one.
    f32_min, f64_min(a, b) -> same = a.lesser(b);
    /// The greater, with `-0 < +0`; a NaN if either is one.
    f32_max, f64_max(a, b) -> same = a.greater(b);

    /// `a` without its sign bit; keeps a NaN's payload.
    f32_abs, f64_abs(a) -> same = a.abs();
    /// `a` with its sign bit flipped; keeps a NaN's payload.
    f32_neg, f64_neg(a) -> same = -a;
    /// `a` with the sign bit of `b`; keeps a NaN's payload.
    f32_copysign, f64_copysign(a, b) -> same = a.copysign(b);
    /// The square root.
    f32_sqrt, f64_sqrt(a) -> same = a.sqrt();
    /// The least integer that is not less than `a`.
    f32_ceil, f64_ceil(a) -> same = -(-a).round_down();
    /// The greatest integer that is not greater than `a`.
    f32_floor, f64_floor(a) -> same = a.round_down();
    /// The integer part of `a`.
    f32_trunc, f64_trunc(a) -> same = a.abs().round_down().copysign(a);
    /// The integer nearest to `a`, the even one if two are.
    f32_nearest, f64_nearest(a) -> same = a.round_to_nearest();

    /// `a == b`; false for NaNs.
    f32_eq, f64_eq(a, b) -> bool = a == b;
    /// `a != b`; true for NaNs.
    f32_ne, f64_ne(a, b) -> bool = a != b;
    /// `a < b`; false for NaNs.
    f32_lt, f64_lt(a, b) -> bool = a < b;
    /// `a > b`; false for NaNs.
    f32_gt, f64_gt(a, b) -> bool = a > b;
    /// `a <= b`; false for NaNs.
    f32_le, f64_le(a, b) -> bool = a <= b;
    /// `a >= b`; false for NaNs.
    f32_ge, f64_ge(a, b) -> bool = a >= b;
}

/// Does the processor round by itself? Its instructions quiet NaNs too.
const HAS_ROUNDING_INSTRUCTIONS: bool = cfg!(any(target_arch = "aarch64", target_feature = "sse4.1"));

/// What the standard library does not do in the specification's way, or not without a library call.
trait Float: Sized {
    /// The lesser of two, with `-0 < +0`; a quiet NaN if either is a NaN.
    fn lesser(self, other: Self) -> Self;

    /// The greater of two, with `-0 < +0`; a quiet NaN if either is a NaN.
    fn greater(self, other: Self) -> Self;

    /// Rounds to the nearest integer, ties to even. Keeps the sign of a zero and quiets a NaN.
    ///
    /// Let `unit` be the least magnitude from which on every float is an integer (`2^23`, `2^52`). The
    /// sum of `unit` and anything less has no room for a fraction, so the processor rounds it off, and
    /// the subtraction is exact. Larger magnitudes are integers already and pass unchanged. NaNs, which
    /// are not larger, take the way of the sums.
    fn round_to_nearest(self) -> Self;

    /// Rounds toward negative infinity: to nearest, then one down if that went up.
    fn round_down(self) -> Self;
}

/// Implements [`Float`] for a type, given its `unit`.
macro_rules! float {
    ($float:ident, $unit:literal) => {
        impl Float for $float {
            #[inline(always)]
            fn lesser(self, other: Self) -> Self {
                // Operands that compare equal differ at most in the sign of a zero: `|` takes the negative.
                let left = if self < other { self } else { other };
                let right = if other < self { other } else { self };
                let lesser = Self::from_bits(left.to_bits() | right.to_bits());
                if self.is_nan() | other.is_nan() { self + other } else { lesser }
            }

            #[inline(always)]
            fn greater(self, other: Self) -> Self {
                // As above: `&` takes the positive zero.
                let left = if self > other { self } else { other };
                let right = if other > self { other } else { self };
                let greater = Self::from_bits(left.to_bits() & right.to_bits());
                if self.is_nan() | other.is_nan() { self + other } else { greater }
            }

            #[inline(always)]
            fn round_to_nearest(self) -> Self {
                if HAS_ROUNDING_INSTRUCTIONS {
                    return self.round_ties_even();
                }
                let magnitude = self.abs();
                let rounded = (magnitude + $unit) - $unit;
                if magnitude >= $unit { self } else { rounded.copysign(self) }
            }

            #[inline(always)]
            fn round_down(self) -> Self {
                if HAS_ROUNDING_INSTRUCTIONS {
                    return self.floor();
                }
                let nearest = self.round_to_nearest();
                nearest - if nearest > self { 1.0 } else { 0.0 }
            }
        }
    };
}

float!(f32, 8_388_608.0);
float!(f64, 4_503_599_627_370_496.0);

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    const QUIET32: u32 = 0x7fc0_0000;
    const QUIET64: u64 = 0x7ff8_0000_0000_0000;
    const SIGNALLING32: u32 = 0x7fa0_0001;
    const SIGNALLING64: u64 = 0xfff4_0000_0000_0001;

    /// Is this an arithmetic NaN (any sign, quiet bit set)?
    fn is_quiet32(a: f32) -> bool {
        a.to_bits() & QUIET32 == QUIET32
    }

    fn is_quiet64(a: f64) -> bool {
        a.to_bits() & QUIET64 == QUIET64
    }

    #[test]
    fn minima_and_maxima() {
        const INF: f64 = f64::INFINITY;
        // (a, b, min, max)
        for (a, b, min, max) in [
            (0.0, -0.0, -0.0, 0.0),
            (0.0, 0.0, 0.0, 0.0),
            (-0.0, -0.0, -0.0, -0.0),
            (1.0, 2.0, 1.0, 2.0),
            (-1.0, -0.0, -1.0, -0.0),
            (INF, -INF, -INF, INF),
            (INF, INF, INF, INF),
            (f64::MIN_POSITIVE, 0.0, 0.0, f64::MIN_POSITIVE),
        ] {
            for (a, b) in [(black_box(a), black_box(b)), (black_box(b), black_box(a))] {
                assert_eq!(f64_min(a, b).to_bits(), f64::to_bits(min), "min {a} {b}");
                assert_eq!(f64_max(a, b).to_bits(), f64::to_bits(max), "max {a} {b}");
                let (a, b) = (a as f32, b as f32);
                assert_eq!(f32_min(a, b).to_bits(), f32::to_bits(min as f32), "min {a} {b}");
                assert_eq!(f32_max(a, b).to_bits(), f32::to_bits(max as f32), "max {a} {b}");
            }
        }
    }

    #[test]
    fn one_nan_makes_the_minimum_and_the_maximum_quiet_nans() {
        for nan in [QUIET32, SIGNALLING32, QUIET32 | 1 << 31].map(f32::from_bits).map(black_box) {
            for other in [0.0, -1.0, f32::INFINITY, f32::NEG_INFINITY, nan].map(black_box) {
                for result in [f32_min(nan, other), f32_min(other, nan), f32_max(nan, other), f32_max(other, nan)] {
                    assert!(is_quiet32(result), "{:#x} {other} gives {:#x}", nan.to_bits(), result.to_bits());
                }
            }
        }
        for nan in [QUIET64, SIGNALLING64].map(f64::from_bits).map(black_box) {
            for other in [0.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, nan].map(black_box) {
                for result in [f64_min(nan, other), f64_min(other, nan), f64_max(nan, other), f64_max(other, nan)] {
                    assert!(is_quiet64(result), "{:#x} {other} gives {:#x}", nan.to_bits(), result.to_bits());
                }
            }
        }
        // Canonical NaNs give canonical NaNs.
        let canonical = f64::from_bits(black_box(QUIET64));
        assert_eq!(f64_min(canonical, 1.0).to_bits() << 1, QUIET64 << 1);
        assert_eq!(f64_max(1.0, canonical).to_bits() << 1, QUIET64 << 1);
    }

    #[test]
    fn sign_operations_keep_every_other_bit() {
        for bits in [0, 1 << 31, SIGNALLING32, SIGNALLING32 | 1 << 31, 0x3f80_0000] {
            let a = f32::from_bits(black_box(bits));
            assert_eq!(f32_abs(a).to_bits(), bits & 0x7fff_ffff);
            assert_eq!(f32_neg(a).to_bits(), bits ^ 0x8000_0000);
            assert_eq!(f32_copysign(a, -0.0).to_bits(), bits | 0x8000_0000);
            assert_eq!(f32_copysign(a, f32::from_bits(SIGNALLING32)).to_bits(), bits & 0x7fff_ffff);
        }
        for bits in [0, 1 << 63, SIGNALLING64, 0x3ff0_0000_0000_0000] {
            let a = f64::from_bits(black_box(bits));
            assert_eq!(f64_abs(a).to_bits(), bits & !(1 << 63));
            assert_eq!(f64_neg(a).to_bits(), bits ^ 1 << 63);
            assert_eq!(f64_copysign(a, f64::from_bits(SIGNALLING64)).to_bits(), bits | 1 << 63);
        }
    }

    /// Values at which rounding may go wrong: ties, the neighbours of integers, and where fractions end.
    fn rounding_cases() -> Vec<f64> {
        let mut cases = vec![0.0, f64::MIN_POSITIVE, f64::from_bits(1), f64::MAX, f64::INFINITY];
        for exponent in [0, 1, 2, 20, 21, 22, 23, 24, 31, 32, 50, 51, 52, 53, 62, 63, 64] {
            let power = 2f64.powi(exponent);
            for base in [power, power - 0.5, power + 0.5, power - 1.0, power + 1.0, power + 1.5, power * 0.3] {
                cases.extend([base, base.next_up(), base.next_down()]);
                cases.extend([f64::from((base as f32).next_up()), f64::from((base as f32).next_down())]);
            }
        }
        cases.iter().flat_map(|&case| [case, -case]).map(black_box).collect()
    }

    #[test]
    fn rounding_is_that_of_the_standard_library() {
        for a in rounding_cases() {
            assert_eq!(f64_ceil(a).to_bits(), a.ceil().to_bits(), "ceil {a:?}");
            assert_eq!(f64_floor(a).to_bits(), a.floor().to_bits(), "floor {a:?}");
            assert_eq!(f64_trunc(a).to_bits(), a.trunc().to_bits(), "trunc {a:?}");
            assert_eq!(f64_nearest(a).to_bits(), a.round_ties_even().to_bits(), "nearest {a:?}");
            let a = a as f32;
            assert_eq!(f32_ceil(a).to_bits(), a.ceil().to_bits(), "ceil {a:?}");
            assert_eq!(f32_floor(a).to_bits(), a.floor().to_bits(), "floor {a:?}");
            assert_eq!(f32_trunc(a).to_bits(), a.trunc().to_bits(), "trunc {a:?}");
            assert_eq!(f32_nearest(a).to_bits(), a.round_ties_even().to_bits(), "nearest {a:?}");
        }
    }

    #[test]
    fn roundings_by_hand() {
        // (a, ceil, floor, trunc, nearest)
        for (a, ceil, floor, trunc, nearest) in [
            (0.5, 1.0, 0.0, 0.0, 0.0),
            (-0.5, -0.0, -1.0, -0.0, -0.0),
            (1.5, 2.0, 1.0, 1.0, 2.0),
            (-1.5, -1.0, -2.0, -1.0, -2.0),
            (2.5, 3.0, 2.0, 2.0, 2.0),
            (-0.0, -0.0, -0.0, -0.0, -0.0),
            (-0.75, -0.0, -1.0, -0.0, -1.0),
            (4503599627370495.5, 4503599627370496.0, 4503599627370495.0, 4503599627370495.0, 4503599627370496.0),
        ] {
            let a = black_box(a);
            let found = [f64_ceil(a), f64_floor(a), f64_trunc(a), f64_nearest(a)].map(f64::to_bits);
            assert_eq!(found, [ceil, floor, trunc, nearest].map(f64::to_bits), "{a}");
        }
    }

    #[test]
    fn arithmetic_quiets_nans() {
        type Unary<T> = fn(T) -> T;
        type Binary<T> = fn(T, T) -> T;
        let nan = f32::from_bits(black_box(SIGNALLING32));
        for f in [f32_ceil, f32_floor, f32_trunc, f32_nearest, f32_sqrt] as [Unary<f32>; 5] {
            assert!(is_quiet32(f(nan)), "{:#x}", f(nan).to_bits());
        }
        for f in [f32_add, f32_sub, f32_mul, f32_div] as [Binary<f32>; 4] {
            assert!(is_quiet32(f(nan, black_box(1.0))) && is_quiet32(f(black_box(0.0), nan)));
        }
        let nan = f64::from_bits(black_box(SIGNALLING64));
        for f in [f64_ceil, f64_floor, f64_trunc, f64_nearest, f64_sqrt] as [Unary<f64>; 5] {
            assert!(is_quiet64(f(nan)), "{:#x}", f(nan).to_bits());
        }
        for f in [f64_add, f64_sub, f64_mul, f64_div] as [Binary<f64>; 4] {
            assert!(is_quiet64(f(nan, black_box(1.0))) && is_quiet64(f(black_box(0.0), nan)));
        }
        assert!(is_quiet64(f64_sqrt(black_box(-1.0))) && is_quiet32(f32_div(black_box(0.0), 0.0)));
    }

    #[test]
    fn comparisons_with_nan_are_false_but_for_ne() {
        let nan = black_box(f64::NAN);
        for (a, b) in [(nan, 1.0), (1.0, nan), (nan, nan)] {
            assert!(f64_ne(a, b) && f32_ne(a as f32, b as f32));
            let all = [f64_eq, f64_lt, f64_gt, f64_le, f64_ge] as [fn(f64, f64) -> bool; 5];
            assert!(all.iter().all(|f| !f(a, b)));
            let all = [f32_eq, f32_lt, f32_gt, f32_le, f32_ge] as [fn(f32, f32) -> bool; 5];
            assert!(all.iter().all(|f| !f(a as f32, b as f32)));
        }
        assert!(f64_eq(0.0, -0.0) && f64_le(-0.0, 0.0) && f64_ge(-0.0, 0.0) && !f64_lt(-0.0, 0.0));
    }
}
