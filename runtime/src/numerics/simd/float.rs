//! Float shapes: arithmetic, comparisons, conversions.
//!
//! A lane's meaning is that of the scalar instruction, NaNs included.

use super::super::v128::V128;
use super::super::{convert::*, float::*};
use super::{compare, map, zip};

unary! {
    /// Without the sign bit.
    f32x4_abs: f32 = f32_abs;
    /// Without the sign bit.
    f64x2_abs: f64 = f64_abs;
    /// With the sign bit flipped.
    f32x4_neg: f32 = f32_neg;
    /// With the sign bit flipped.
    f64x2_neg: f64 = f64_neg;
    /// The square root.
    f32x4_sqrt: f32 = f32_sqrt;
    /// The square root.
    f64x2_sqrt: f64 = f64_sqrt;
    /// Rounded up.
    f32x4_ceil: f32 = f32_ceil;
    /// Rounded up.
    f64x2_ceil: f64 = f64_ceil;
    /// Rounded down.
    f32x4_floor: f32 = f32_floor;
    /// Rounded down.
    f64x2_floor: f64 = f64_floor;
    /// Rounded toward zero.
    f32x4_trunc: f32 = f32_trunc;
    /// Rounded toward zero.
    f64x2_trunc: f64 = f64_trunc;
    /// Rounded to the nearest integer, ties to even.
    f32x4_nearest: f32 = f32_nearest;
    /// Rounded to the nearest integer, ties to even.
    f64x2_nearest: f64 = f64_nearest;
}

binary! {
    /// `x + y`.
    f32x4_add: f32, f64x2_add: f64 = |x, y| x + y;
    /// `x - y`.
    f32x4_sub: f32, f64x2_sub: f64 = |x, y| x - y;
    /// `x * y`.
    f32x4_mul: f32, f64x2_mul: f64 = |x, y| x * y;
    /// `x / y`.
    f32x4_div: f32, f64x2_div: f64 = |x, y| x / y;
    /// The lesser, with `-0 < +0`; a NaN if either is one.
    f32x4_min: f32 = f32_min;
    /// The lesser, with `-0 < +0`; a NaN if either is one.
    f64x2_min: f64 = f64_min;
    /// The greater, with `-0 < +0`; a NaN if either is one.
    f32x4_max: f32 = f32_max;
    /// The greater, with `-0 < +0`; a NaN if either is one.
    f64x2_max: f64 = f64_max;
    /// `y` if `y < x`, or else `x`, bit for bit.
    f32x4_pmin: f32, f64x2_pmin: f64 = |x, y| if y < x { y } else { x };
    /// `y` if `x < y`, or else `x`, bit for bit.
    f32x4_pmax: f32, f64x2_pmax: f64 = |x, y| if x < y { y } else { x };
}

comparisons! {
    /// `x == y`; false for NaNs.
    f32x4_eq: f32 -> i32, f64x2_eq: f64 -> i64 = |x, y| x == y;
    /// `x != y`; true for NaNs.
    f32x4_ne: f32 -> i32, f64x2_ne: f64 -> i64 = |x, y| x != y;
    /// `x < y`; false for NaNs.
    f32x4_lt: f32 -> i32, f64x2_lt: f64 -> i64 = |x, y| x < y;
    /// `x > y`; false for NaNs.
    f32x4_gt: f32 -> i32, f64x2_gt: f64 -> i64 = |x, y| x > y;
    /// `x <= y`; false for NaNs.
    f32x4_le: f32 -> i32, f64x2_le: f64 -> i64 = |x, y| x <= y;
    /// `x >= y`; false for NaNs.
    f32x4_ge: f32 -> i32, f64x2_ge: f64 -> i64 = |x, y| x >= y;
}

unary! {
    /// The signed lanes, rounded to the nearest floats.
    f32x4_convert_i32x4_s: u32 = f32_convert_i32_s;
    /// The unsigned lanes, rounded to the nearest floats.
    f32x4_convert_i32x4_u: u32 = f32_convert_i32_u;
    /// The integer parts as the nearest `i32`; 0 for NaNs.
    i32x4_trunc_sat_f32x4_s: f32 = i32_trunc_sat_f32_s;
    /// The integer parts as the nearest `u32`; 0 for NaNs.
    i32x4_trunc_sat_f32x4_u: f32 = i32_trunc_sat_f32_u;
}

/// The lower two of four lanes, converted.
#[inline(always)]
fn from_low<A: Copy>(a: V128, f: impl Fn(A) -> f64) -> V128
where
    [A; 4]: From<V128>,
{
    let [x, y, _, _] = <[A; 4]>::from(a);
    V128::from([f(x), f(y)])
}

/// The two lanes, converted, and two lanes of zeros.
#[inline(always)]
fn to_low<R: Default>(a: V128, f: impl Fn(f64) -> R) -> V128
where
    V128: From<[R; 4]>,
{
    let [x, y] = <[f64; 2]>::from(a);
    V128::from([f(x), f(y), R::default(), R::default()])
}

functions! {
    /// The lower two signed lanes.
    f64x2_convert_low_i32x4_s(a: V128) -> V128 = from_low(a, f64_convert_i32_s);
    /// The lower two unsigned lanes.
    f64x2_convert_low_i32x4_u(a: V128) -> V128 = from_low(a, f64_convert_i32_u);
    /// The lower two lanes.
    f64x2_promote_low_f32x4(a: V128) -> V128 = from_low(a, f64_promote_f32);
    /// The lanes rounded to the nearest `f32`, in the lower half; the upper is zero.
    f32x4_demote_f64x2_zero(a: V128) -> V128 = to_low(a, f32_demote_f64);
    /// The integer parts as the nearest `i32`, 0 for NaNs, in the lower half; the upper is zero.
    i32x4_trunc_sat_f64x2_s_zero(a: V128) -> V128 = to_low(a, i32_trunc_sat_f64_s);
    /// The integer parts as the nearest `u32`, 0 for NaNs, in the lower half; the upper is zero.
    i32x4_trunc_sat_f64x2_u_zero(a: V128) -> V128 = to_low(a, i32_trunc_sat_f64_u);
}

#[cfg(test)]
mod tests {
    use super::super::lanes::{f32x4_splat, f64x2_splat};
    use super::super::samples::{pairs_f32x4, pairs_f64x2, vectors};
    use super::*;
    use std::array::from_fn;

    /// Asserts that each instruction does to each lane what the scalar one does, NaN for NaN.
    ///
    /// Sign and payload of a NaN are free, so two of them count as equal.
    macro_rules! check {
        ($pairs:ident [$lane:ident; $count:literal] $($name:ident $scalar:ident),+) => {$(
            for (a, b) in $pairs() {
                let found = <[$lane; $count]>::from($name(a, b));
                let (xs, ys) = (<[$lane; $count]>::from(a), <[$lane; $count]>::from(b));
                for lane in 0..$count {
                    let wanted = $scalar(xs[lane], ys[lane]);
                    let same = found[lane].to_bits() == wanted.to_bits() || found[lane].is_nan() && wanted.is_nan();
                    assert!(same, "{} {} {}: {} for {wanted}", stringify!($name), xs[lane], ys[lane], found[lane]);
                }
            }
        )+};
    }

    /// The same for instructions of one operand.
    macro_rules! check_unary {
        ($pairs:ident [$lane:ident; $count:literal] $($name:ident $scalar:ident),+) => {$({
            let vector = |a, _| $name(a);
            let scalar = |x, _| $scalar(x);
            check!($pairs [$lane; $count] vector scalar);
        })+};
    }

    #[test]
    fn lanes_do_what_scalars_do() {
        check!(pairs_f32x4 [f32; 4] f32x4_add f32_add, f32x4_sub f32_sub, f32x4_mul f32_mul, f32x4_div f32_div);
        check!(pairs_f64x2 [f64; 2] f64x2_add f64_add, f64x2_sub f64_sub, f64x2_mul f64_mul, f64x2_div f64_div);
        check!(pairs_f32x4 [f32; 4] f32x4_min f32_min, f32x4_max f32_max);
        check!(pairs_f64x2 [f64; 2] f64x2_min f64_min, f64x2_max f64_max);
        check_unary!(pairs_f32x4 [f32; 4] f32x4_abs f32_abs, f32x4_neg f32_neg, f32x4_sqrt f32_sqrt);
        check_unary!(pairs_f64x2 [f64; 2] f64x2_abs f64_abs, f64x2_neg f64_neg, f64x2_sqrt f64_sqrt);
        check_unary!(pairs_f32x4 [f32; 4] f32x4_ceil f32_ceil, f32x4_floor f32_floor);
        check_unary!(pairs_f64x2 [f64; 2] f64x2_ceil f64_ceil, f64x2_floor f64_floor);
        check_unary!(pairs_f32x4 [f32; 4] f32x4_trunc f32_trunc, f32x4_nearest f32_nearest);
        check_unary!(pairs_f64x2 [f64; 2] f64x2_trunc f64_trunc, f64x2_nearest f64_nearest);
    }

    #[test]
    fn pseudo_minimum_and_maximum_return_an_operand_bit_for_bit() {
        let signalling = V128::from([0x7fa0_0001u32; 4]);
        let (one, two) = (f32x4_splat(1.0), f32x4_splat(2.0));
        let (zero, negative) = (f32x4_splat(0.0), f32x4_splat(-0.0));
        // (a, b, pmin, pmax)
        for (a, b, pmin, pmax) in [
            (one, two, one, two),
            (two, one, one, two),
            (zero, negative, zero, zero),
            (negative, zero, negative, negative),
            (signalling, one, signalling, signalling),
            (one, signalling, one, one),
        ] {
            assert_eq!((f32x4_pmin(a, b), f32x4_pmax(a, b)), (pmin, pmax), "{a:?} {b:?}");
        }
        let (signalling, one) = (V128::from([0x7ff4_0000_0000_0001u64; 2]), f64x2_splat(1.0));
        assert_eq!((f64x2_pmin(signalling, one), f64x2_pmax(signalling, one)), (signalling, signalling));
        assert_eq!((f64x2_pmin(one, signalling), f64x2_pmax(one, signalling)), (one, one));
        assert_eq!(
            (f64x2_pmin(one, f64x2_splat(-1.0)), f64x2_pmax(one, f64x2_splat(2.0))),
            (f64x2_splat(-1.0), f64x2_splat(2.0))
        );
    }

    /// Asserts that a mask's lanes are all ones where the comparison holds.
    macro_rules! check_comparisons {
        ($pairs:ident $lane:ident $mask:ident $count:literal $($name:ident $op:tt),+) => {$(
            for (a, b) in $pairs() {
                let (xs, ys) = (<[$lane; $count]>::from(a), <[$lane; $count]>::from(b));
                let wanted: [$mask; $count] = from_fn(|lane| if xs[lane] $op ys[lane] { -1 } else { 0 });
                assert_eq!($name(a, b), V128::from(wanted), "{} {xs:?} {ys:?}", stringify!($name));
            }
        )+};
    }

    #[test]
    fn comparisons() {
        check_comparisons!(pairs_f32x4 f32 i32 4 f32x4_eq ==, f32x4_ne !=);
        check_comparisons!(pairs_f32x4 f32 i32 4 f32x4_lt <, f32x4_gt >, f32x4_le <=, f32x4_ge >=);
        check_comparisons!(pairs_f64x2 f64 i64 2 f64x2_eq ==, f64x2_ne !=);
        check_comparisons!(pairs_f64x2 f64 i64 2 f64x2_lt <, f64x2_gt >, f64x2_le <=, f64x2_ge >=);
    }

    #[test]
    fn integers_become_floats() {
        for a in vectors() {
            let lanes = <[u32; 4]>::from(a);
            assert_eq!(f32x4_convert_i32x4_s(a), V128::from(lanes.map(f32_convert_i32_s)));
            assert_eq!(f32x4_convert_i32x4_u(a), V128::from(lanes.map(f32_convert_i32_u)));
            let low = [lanes[0], lanes[1]];
            assert_eq!(f64x2_convert_low_i32x4_s(a), V128::from(low.map(f64_convert_i32_s)));
            assert_eq!(f64x2_convert_low_i32x4_u(a), V128::from(low.map(f64_convert_i32_u)));
        }
    }

    #[test]
    fn floats_become_integers() {
        for (a, _) in pairs_f32x4() {
            let lanes = <[f32; 4]>::from(a);
            assert_eq!(i32x4_trunc_sat_f32x4_s(a), V128::from(lanes.map(i32_trunc_sat_f32_s)));
            assert_eq!(i32x4_trunc_sat_f32x4_u(a), V128::from(lanes.map(i32_trunc_sat_f32_u)));
        }
        for (a, _) in pairs_f64x2() {
            let [x, y] = <[f64; 2]>::from(a);
            let signed = [i32_trunc_sat_f64_s(x), i32_trunc_sat_f64_s(y), 0, 0];
            assert_eq!(i32x4_trunc_sat_f64x2_s_zero(a), V128::from(signed));
            let unsigned = [i32_trunc_sat_f64_u(x), i32_trunc_sat_f64_u(y), 0, 0];
            assert_eq!(i32x4_trunc_sat_f64x2_u_zero(a), V128::from(unsigned));
        }
    }

    #[test]
    fn floats_change_width() {
        let wide = V128::from([1.5, f64::MAX]);
        let narrow = V128::from([1.5, f32::INFINITY, 0.0, 0.0]);
        assert_eq!(f32x4_demote_f64x2_zero(wide), narrow);
        assert_eq!(f64x2_promote_low_f32x4(narrow), V128::from([1.5, f64::INFINITY]));
        let signalling = V128::from([0xffa0_0000u32, 0, 0, 0]);
        assert_eq!(<[u64; 2]>::from(f64x2_promote_low_f32x4(signalling))[0] >> 51, 0x1fff);
    }
}
