//! Relaxed vector instructions: section 4.3.6 of the specification.
//!
//! The specification lets an implementation choose among a few results. We take those of its
//! *deterministic profile*, on every machine and in both engines, since a program must not behave
//! differently from one engine to the other:
//!
//! | instruction | our result |
//! | --- | --- |
//! | `i8x16.relaxed_swizzle` | [`i8x16_swizzle`]: 0 for every index from 16 on |
//! | `i32x4.relaxed_trunc_*` | the [saturating](i32x4_trunc_sat_f32x4_s) truncation: 0 for NaNs |
//! | `f*.relaxed_madd`, `f*.relaxed_nmadd` | *unfused*: the product is rounded, then the sum; `nmadd` negates `a` |
//! | `i*.relaxed_laneselect` | [`v128_bitselect`]: every bit of the mask counts |
//! | `f*.relaxed_min`, `f*.relaxed_max` | [`f32x4_min`] and its like: NaNs prevail, `-0 < +0` |
//! | `i16x8.relaxed_q15mulr_s` | [`i16x8_q15mulr_sat_s`]: saturates |
//! | `i16x8.relaxed_dot_i8x16_i7x16_s` | both operands signed, the pair's sum saturated to `i16` |
//! | `i32x4.relaxed_dot_i8x16_i7x16_add_s` | the same, then neighbours and `c` added modulo `2^32` |

use super::super::v128::V128;
use super::{float::*, int::*, lanes::*, zip};

functions! {
    /// [`i8x16_swizzle`].
    i8x16_relaxed_swizzle(a: V128, b: V128) -> V128 = i8x16_swizzle(a, b);

    /// [`i32x4_trunc_sat_f32x4_s`].
    i32x4_relaxed_trunc_f32x4_s(a: V128) -> V128 = i32x4_trunc_sat_f32x4_s(a);
    /// [`i32x4_trunc_sat_f32x4_u`].
    i32x4_relaxed_trunc_f32x4_u(a: V128) -> V128 = i32x4_trunc_sat_f32x4_u(a);
    /// [`i32x4_trunc_sat_f64x2_s_zero`].
    i32x4_relaxed_trunc_f64x2_s_zero(a: V128) -> V128 = i32x4_trunc_sat_f64x2_s_zero(a);
    /// [`i32x4_trunc_sat_f64x2_u_zero`].
    i32x4_relaxed_trunc_f64x2_u_zero(a: V128) -> V128 = i32x4_trunc_sat_f64x2_u_zero(a);

    /// `a * b + c`, rounded twice.
    f32x4_relaxed_madd(a: V128, b: V128, c: V128) -> V128 = f32x4_add(f32x4_mul(a, b), c);
    /// `-a * b + c`, rounded twice.
    f32x4_relaxed_nmadd(a: V128, b: V128, c: V128) -> V128 = f32x4_relaxed_madd(f32x4_neg(a), b, c);
    /// `a * b + c`, rounded twice.
    f64x2_relaxed_madd(a: V128, b: V128, c: V128) -> V128 = f64x2_add(f64x2_mul(a, b), c);
    /// `-a * b + c`, rounded twice.
    f64x2_relaxed_nmadd(a: V128, b: V128, c: V128) -> V128 = f64x2_relaxed_madd(f64x2_neg(a), b, c);

    /// [`v128_bitselect`].
    i8x16_relaxed_laneselect(a: V128, b: V128, mask: V128) -> V128 = v128_bitselect(a, b, mask);
    /// [`v128_bitselect`].
    i16x8_relaxed_laneselect(a: V128, b: V128, mask: V128) -> V128 = v128_bitselect(a, b, mask);
    /// [`v128_bitselect`].
    i32x4_relaxed_laneselect(a: V128, b: V128, mask: V128) -> V128 = v128_bitselect(a, b, mask);
    /// [`v128_bitselect`].
    i64x2_relaxed_laneselect(a: V128, b: V128, mask: V128) -> V128 = v128_bitselect(a, b, mask);

    /// [`f32x4_min`].
    f32x4_relaxed_min(a: V128, b: V128) -> V128 = f32x4_min(a, b);
    /// [`f32x4_max`].
    f32x4_relaxed_max(a: V128, b: V128) -> V128 = f32x4_max(a, b);
    /// [`f64x2_min`].
    f64x2_relaxed_min(a: V128, b: V128) -> V128 = f64x2_min(a, b);
    /// [`f64x2_max`].
    f64x2_relaxed_max(a: V128, b: V128) -> V128 = f64x2_max(a, b);

    /// [`i16x8_q15mulr_sat_s`].
    i16x8_relaxed_q15mulr_s(a: V128, b: V128) -> V128 = i16x8_q15mulr_sat_s(a, b);

    /// [`i16x8_relaxed_dot_i8x16_i7x16_s`], neighbours added once more, and `c`, modulo `2^32`.
    i32x4_relaxed_dot_i8x16_i7x16_add_s(a: V128, b: V128, c: V128) -> V128 = {
        i32x4_add(i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c)
    };
}

binary! {
    /// The signed products of the lanes, neighbours added and saturated.
    i16x8_relaxed_dot_i8x16_i7x16_s: i16 = |x, y| {
        let low = i16::from(x as i8) * i16::from(y as i8);
        low.saturating_add((x >> 8) * (y >> 8))
    };
}

#[cfg(test)]
mod tests {
    use super::super::samples::{pairs, vectors};
    use super::*;

    #[test]
    fn multiply_add_rounds_twice() {
        // Fused, `a * a - (a * a rounded)` is what the rounding lost; rounded twice, nothing is left.
        let a = f32x4_splat(1.0 + f32::EPSILON);
        let product = f32x4_mul(a, a);
        assert_eq!(f32x4_relaxed_madd(a, a, f32x4_neg(product)), V128::ZERO);
        assert_eq!(f32x4_relaxed_nmadd(a, a, product), V128::ZERO);
        let a = f64x2_splat(1.0 + f64::EPSILON);
        let product = f64x2_mul(a, a);
        assert_eq!(f64x2_relaxed_madd(a, a, f64x2_neg(product)), V128::ZERO);
        assert_eq!(f64x2_relaxed_nmadd(a, a, product), V128::ZERO);
        let [two, three, four] = [2.0, 3.0, 4.0].map(f64x2_splat);
        assert_eq!(f64x2_relaxed_madd(two, three, four), f64x2_splat(10.0));
        assert_eq!(f64x2_relaxed_nmadd(two, three, four), f64x2_splat(-2.0));
    }

    #[test]
    fn dot_products_are_signed_and_saturate_once() {
        // (a, b, the dot product, and with its neighbour and 1)
        for (a, b, dot, sum) in [
            (-128i8, 127i8, -32_512i16, -65_023),
            (-128, -127, 32_512, 65_025),
            (-128, -128, 32_767, 65_535),
            (127, 127, 32_258, 64_517),
        ] {
            let (a, b) = (V128::from([a; 16]), V128::from([b; 16]));
            assert_eq!(i16x8_relaxed_dot_i8x16_i7x16_s(a, b), V128::from([dot; 8]));
            let c = V128::from([1i32; 4]);
            assert_eq!(i32x4_relaxed_dot_i8x16_i7x16_add_s(a, b, c), V128::from([sum; 4]));
        }
        let count = V128::from(std::array::from_fn::<i8, 16, _>(|i| i as i8));
        let wanted = V128::from([1i16, 13, 41, 85, 145, 221, 313, 421]);
        assert_eq!(i16x8_relaxed_dot_i8x16_i7x16_s(count, count), wanted);
        let (c, wanted) = (V128::from([0i32, 1, 2, 3]), V128::from([14i32, 127, 368, 737]));
        assert_eq!(i32x4_relaxed_dot_i8x16_i7x16_add_s(count, count, c), wanted);
    }

    #[test]
    fn the_others_are_their_strict_namesakes() {
        for (a, b) in pairs() {
            assert_eq!(i8x16_relaxed_swizzle(a, b), i8x16_swizzle(a, b));
            assert_eq!(i16x8_relaxed_q15mulr_s(a, b), i16x8_q15mulr_sat_s(a, b));
            let c = i8x16_popcnt(a);
            for select in
                [i8x16_relaxed_laneselect, i16x8_relaxed_laneselect, i32x4_relaxed_laneselect, i64x2_relaxed_laneselect]
            {
                assert_eq!(select(a, b, c), v128_bitselect(a, b, c));
            }
        }
        for a in vectors() {
            assert_eq!(i32x4_relaxed_trunc_f32x4_s(a), i32x4_trunc_sat_f32x4_s(a));
            assert_eq!(i32x4_relaxed_trunc_f32x4_u(a), i32x4_trunc_sat_f32x4_u(a));
            assert_eq!(i32x4_relaxed_trunc_f64x2_s_zero(a), i32x4_trunc_sat_f64x2_s_zero(a));
            assert_eq!(i32x4_relaxed_trunc_f64x2_u_zero(a), i32x4_trunc_sat_f64x2_u_zero(a));
        }
        let (zero, negative) = (f32x4_splat(0.0), f32x4_splat(-0.0));
        assert_eq!((f32x4_relaxed_min(zero, negative), f32x4_relaxed_max(negative, zero)), (negative, zero));
        let (zero, negative) = (f64x2_splat(0.0), f64x2_splat(-0.0));
        assert_eq!((f64x2_relaxed_min(zero, negative), f64x2_relaxed_max(negative, zero)), (negative, zero));
    }
}
