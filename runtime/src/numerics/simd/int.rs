//! Integer shapes: arithmetic, comparisons, shifts, narrowing and widening.
//!
//! `N` is the width of a lane.

use super::super::v128::V128;
use super::{compare, map, map_with, zip};
use std::array::from_fn;

unary! {
    /// `|x|` modulo `2^N`: the minimum is its own.
    i8x16_abs: i8, i16x8_abs: i16, i32x4_abs: i32, i64x2_abs: i64 = |x| x.wrapping_abs();
    /// `-x` modulo `2^N`.
    i8x16_neg: i8, i16x8_neg: i16, i32x4_neg: i32, i64x2_neg: i64 = |x| x.wrapping_neg();
    /// The number of one bits.
    i8x16_popcnt: u8 = |x| x.count_ones() as u8;
}

binary! {
    /// `x + y` modulo `2^N`.
    i8x16_add: u8, i16x8_add: u16, i32x4_add: u32, i64x2_add: u64 = |x, y| x.wrapping_add(y);
    /// `x - y` modulo `2^N`.
    i8x16_sub: u8, i16x8_sub: u16, i32x4_sub: u32, i64x2_sub: u64 = |x, y| x.wrapping_sub(y);
    /// `x * y` modulo `2^N`.
    i16x8_mul: u16, i32x4_mul: u32, i64x2_mul: u64 = |x, y| x.wrapping_mul(y);
    /// `x + y`, saturated (signed).
    i8x16_add_sat_s: i8, i16x8_add_sat_s: i16 = |x, y| x.saturating_add(y);
    /// `x + y`, saturated (unsigned).
    i8x16_add_sat_u: u8, i16x8_add_sat_u: u16 = |x, y| x.saturating_add(y);
    /// `x - y`, saturated (signed).
    i8x16_sub_sat_s: i8, i16x8_sub_sat_s: i16 = |x, y| x.saturating_sub(y);
    /// `x - y`, saturated (unsigned).
    i8x16_sub_sat_u: u8, i16x8_sub_sat_u: u16 = |x, y| x.saturating_sub(y);

    /// The lesser (signed).
    i8x16_min_s: i8, i16x8_min_s: i16, i32x4_min_s: i32 = |x, y| x.min(y);
    /// The lesser (unsigned).
    i8x16_min_u: u8, i16x8_min_u: u16, i32x4_min_u: u32 = |x, y| x.min(y);
    /// The greater (signed).
    i8x16_max_s: i8, i16x8_max_s: i16, i32x4_max_s: i32 = |x, y| x.max(y);
    /// The greater (unsigned).
    i8x16_max_u: u8, i16x8_max_u: u16, i32x4_max_u: u32 = |x, y| x.max(y);
    /// The unsigned mean, rounded up.
    i8x16_avgr_u: u8 = |x, y| ((u16::from(x) + u16::from(y) + 1) >> 1) as u8;
    /// The unsigned mean, rounded up.
    i16x8_avgr_u: u16 = |x, y| ((u32::from(x) + u32::from(y) + 1) >> 1) as u16;
    /// The product of fractions in units of `2^-15`, rounded (ties up) and saturated.
    i16x8_q15mulr_sat_s: i16 = |x, y| saturate_to_i16((i32::from(x) * i32::from(y) + 0x4000) >> 15);
}

comparisons! {
    /// `x == y`.
    i8x16_eq: u8 -> i8, i16x8_eq: u16 -> i16, i32x4_eq: u32 -> i32, i64x2_eq: u64 -> i64 = |x, y| x == y;
    /// `x != y`.
    i8x16_ne: u8 -> i8, i16x8_ne: u16 -> i16, i32x4_ne: u32 -> i32, i64x2_ne: u64 -> i64 = |x, y| x != y;
    /// Signed `x < y`.
    i8x16_lt_s: i8 -> i8, i16x8_lt_s: i16 -> i16, i32x4_lt_s: i32 -> i32, i64x2_lt_s: i64 -> i64 = |x, y| x < y;
    /// Unsigned `x < y`.
    i8x16_lt_u: u8 -> i8, i16x8_lt_u: u16 -> i16, i32x4_lt_u: u32 -> i32 = |x, y| x < y;
    /// Signed `x > y`.
    i8x16_gt_s: i8 -> i8, i16x8_gt_s: i16 -> i16, i32x4_gt_s: i32 -> i32, i64x2_gt_s: i64 -> i64 = |x, y| x > y;
    /// Unsigned `x > y`.
    i8x16_gt_u: u8 -> i8, i16x8_gt_u: u16 -> i16, i32x4_gt_u: u32 -> i32 = |x, y| x > y;
    /// Signed `x <= y`.
    i8x16_le_s: i8 -> i8, i16x8_le_s: i16 -> i16, i32x4_le_s: i32 -> i32, i64x2_le_s: i64 -> i64 = |x, y| x <= y;
    /// Unsigned `x <= y`.
    i8x16_le_u: u8 -> i8, i16x8_le_u: u16 -> i16, i32x4_le_u: u32 -> i32 = |x, y| x <= y;
    /// Signed `x >= y`.
    i8x16_ge_s: i8 -> i8, i16x8_ge_s: i16 -> i16, i32x4_ge_s: i32 -> i32, i64x2_ge_s: i64 -> i64 = |x, y| x >= y;
    /// Unsigned `x >= y`.
    i8x16_ge_u: u8 -> i8, i16x8_ge_u: u16 -> i16, i32x4_ge_u: u32 -> i32 = |x, y| x >= y;
}

shifts! {
    /// Each lane shifted left by `amount` modulo `N` bits.
    i8x16_shl: u8, i16x8_shl: u16, i32x4_shl: u32, i64x2_shl: u64 = |x, amount| x.wrapping_shl(amount);
    /// Each lane shifted right by `amount` modulo `N` bits, filled with its sign.
    i8x16_shr_s: i8, i16x8_shr_s: i16, i32x4_shr_s: i32, i64x2_shr_s: i64 = |x, amount| x.wrapping_shr(amount);
    /// Each lane shifted right by `amount` modulo `N` bits, filled with zeros.
    i8x16_shr_u: u8, i16x8_shr_u: u16, i32x4_shr_u: u32, i64x2_shr_u: u64 = |x, amount| x.wrapping_shr(amount);
}

/// The nearest `i16`.
#[inline(always)]
fn saturate_to_i16(x: i32) -> i16 {
    x.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// Narrows the lanes of `a`, then those of `b`.
#[inline(always)]
fn narrow<A: Copy, R, const N: usize, const M: usize>(a: V128, b: V128, f: impl Fn(A) -> R) -> V128
where
    [A; N]: From<V128>,
    V128: From<[R; M]>,
{
    let (a, b) = (<[A; N]>::from(a), <[A; N]>::from(b));
    V128::from(from_fn(|lane| f(if lane < N { a[lane] } else { b[lane - N] })))
}

functions! {
    /// The signed lanes of `a`, then of `b`, each as the nearest `i8`.
    i8x16_narrow_i16x8_s(a: V128, b: V128) -> V128 = narrow(a, b, |x: i16| x.clamp(-128, 127) as i8);
    /// The signed lanes of `a`, then of `b`, each as the nearest `u8`.
    i8x16_narrow_i16x8_u(a: V128, b: V128) -> V128 = narrow(a, b, |x: i16| x.clamp(0, 255) as u8);
    /// The signed lanes of `a`, then of `b`, each as the nearest `i16`.
    i16x8_narrow_i32x4_s(a: V128, b: V128) -> V128 = narrow(a, b, saturate_to_i16);
    /// The signed lanes of `a`, then of `b`, each as the nearest `u16`.
    i16x8_narrow_i32x4_u(a: V128, b: V128) -> V128 = narrow(a, b, |x: i32| x.clamp(0, 65_535) as u16);
}

/// The lower half of the lanes, extended.
#[inline(always)]
fn low<A: Copy, R: From<A>, const N: usize, const M: usize>(a: V128) -> [R; M]
where
    [A; N]: From<V128>,
{
    let a = <[A; N]>::from(a);
    from_fn(|lane| R::from(a[lane]))
}

/// The upper half of the lanes, extended.
#[inline(always)]
fn high<A: Copy, R: From<A>, const N: usize, const M: usize>(a: V128) -> [R; M]
where
    [A; N]: From<V128>,
{
    let a = <[A; N]>::from(a);
    from_fn(|lane| R::from(a[M + lane]))
}

/// Rows of the form `[lane; count] to [wide; half]: extend_low, extend_high, extmul_low, extmul_high;`.
macro_rules! widening {
    ($([$lane:ident; $count:literal] to [$wide:ident; $half:literal]:
        $extend_low:ident, $extend_high:ident, $extmul_low:ident, $extmul_high:ident;)*) => {$(
        /// The lower half of the lanes, extended.
        #[inline(always)]
        pub fn $extend_low(a: V128) -> V128 {
            V128::from(low::<$lane, $wide, $count, $half>(a))
        }

        /// The upper half of the lanes, extended.
        #[inline(always)]
        pub fn $extend_high(a: V128) -> V128 {
            V128::from(high::<$lane, $wide, $count, $half>(a))
        }

        /// The products of the lower halves of the lanes, exact.
        #[inline(always)]
        pub fn $extmul_low(a: V128, b: V128) -> V128 {
            zip::<$wide, _, _>($extend_low(a), $extend_low(b), |x, y| x * y)
        }

        /// The products of the upper halves of the lanes, exact.
        #[inline(always)]
        pub fn $extmul_high(a: V128, b: V128) -> V128 {
            zip::<$wide, _, _>($extend_high(a), $extend_high(b), |x, y| x * y)
        }
    )*};
}

widening! {
    [i8; 16] to [i16; 8]:
        i16x8_extend_low_i8x16_s, i16x8_extend_high_i8x16_s, i16x8_extmul_low_i8x16_s, i16x8_extmul_high_i8x16_s;
    [u8; 16] to [u16; 8]:
        i16x8_extend_low_i8x16_u, i16x8_extend_high_i8x16_u, i16x8_extmul_low_i8x16_u, i16x8_extmul_high_i8x16_u;
    [i16; 8] to [i32; 4]:
        i32x4_extend_low_i16x8_s, i32x4_extend_high_i16x8_s, i32x4_extmul_low_i16x8_s, i32x4_extmul_high_i16x8_s;
    [u16; 8] to [u32; 4]:
        i32x4_extend_low_i16x8_u, i32x4_extend_high_i16x8_u, i32x4_extmul_low_i16x8_u, i32x4_extmul_high_i16x8_u;
    [i32; 4] to [i64; 2]:
        i64x2_extend_low_i32x4_s, i64x2_extend_high_i32x4_s, i64x2_extmul_low_i32x4_s, i64x2_extmul_high_i32x4_s;
    [u32; 4] to [u64; 2]:
        i64x2_extend_low_i32x4_u, i64x2_extend_high_i32x4_u, i64x2_extmul_low_i32x4_u, i64x2_extmul_high_i32x4_u;
}

// Pairs of narrow lanes do not vectorise, so these take a pair as one wide lane: its low half sign-extended
// by a cast, its high half by a shift.

unary! {
    /// The sums of neighbouring lanes, exact (signed).
    i16x8_extadd_pairwise_i8x16_s: i16 = |x| i16::from(x as i8) + (x >> 8);
    /// The sums of neighbouring lanes, exact (unsigned).
    i16x8_extadd_pairwise_i8x16_u: u16 = |x| (x & 0xff) + (x >> 8);
    /// The sums of neighbouring lanes, exact (signed).
    i32x4_extadd_pairwise_i16x8_s: i32 = |x| i32::from(x as i16) + (x >> 16);
    /// The sums of neighbouring lanes, exact (unsigned).
    i32x4_extadd_pairwise_i16x8_u: u32 = |x| (x & 0xffff) + (x >> 16);
}

binary! {
    /// The signed products of the lanes, neighbours added modulo `2^32`.
    i32x4_dot_i16x8_s: i32 = |x, y| {
        let low = i32::from(x as i16) * i32::from(y as i16);
        low.wrapping_add((x >> 16) * (y >> 16))
    };
}

#[cfg(test)]
mod tests {
    use super::super::samples::{pairs, vectors};
    use super::*;

    /// Asserts that each instruction, over all pairs of samples, does to each lane what is said of it.
    macro_rules! check {
        ($([$lane:ident; $count:literal] $($name:ident)+: |$x:ident, $y:ident| $wanted:expr;)*) => {$(
            for (a, b) in pairs() {
                let (xs, ys) = (<[$lane; $count]>::from(a), <[$lane; $count]>::from(b));
                let wanted: [_; $count] = from_fn(|lane| {
                    let ($x, $y) = (i128::from(xs[lane]), i128::from(ys[lane]));
                    $lane::try_from($wanted).expect("the expectation fits its lane")
                });
                $(assert_eq!($name(a, b), V128::from(wanted), "{} {a:?} {b:?}", stringify!($name));)+
            }
        )*};
    }

    /// `x` modulo `2^bits`, as a signed number.
    fn wrap(x: i128, bits: u32) -> i128 {
        x << (128 - bits) >> (128 - bits)
    }

    #[test]
    fn sums_and_products_wrap() {
        check! {
            [i8; 16] i8x16_add: |x, y| wrap(x + y, 8);
            [i8; 16] i8x16_sub: |x, y| wrap(x - y, 8);
            [i16; 8] i16x8_add: |x, y| wrap(x + y, 16);
            [i16; 8] i16x8_sub: |x, y| wrap(x - y, 16);
            [i16; 8] i16x8_mul: |x, y| wrap(x * y, 16);
            [i32; 4] i32x4_add: |x, y| wrap(x + y, 32);
            [i32; 4] i32x4_sub: |x, y| wrap(x - y, 32);
            [i32; 4] i32x4_mul: |x, y| wrap(x * y, 32);
            [i64; 2] i64x2_add: |x, y| wrap(x + y, 64);
            [i64; 2] i64x2_sub: |x, y| wrap(x - y, 64);
            [i64; 2] i64x2_mul: |x, y| wrap(x * y, 64);
        }
    }

    #[test]
    fn saturation_and_rounding() {
        check! {
            [i8; 16] i8x16_add_sat_s: |x, y| (x + y).clamp(-128, 127);
            [u8; 16] i8x16_add_sat_u: |x, y| (x + y).min(255);
            [i8; 16] i8x16_sub_sat_s: |x, y| (x - y).clamp(-128, 127);
            [u8; 16] i8x16_sub_sat_u: |x, y| (x - y).max(0);
            [i16; 8] i16x8_add_sat_s: |x, y| (x + y).clamp(-32_768, 32_767);
            [u16; 8] i16x8_add_sat_u: |x, y| (x + y).min(65_535);
            [i16; 8] i16x8_sub_sat_s: |x, y| (x - y).clamp(-32_768, 32_767);
            [u16; 8] i16x8_sub_sat_u: |x, y| (x - y).max(0);
            [u8; 16] i8x16_avgr_u: |x, y| (x + y + 1) / 2;
            [u16; 8] i16x8_avgr_u: |x, y| (x + y + 1) / 2;
            [i16; 8] i16x8_q15mulr_sat_s: |x, y| ((x * y + 0x4000) >> 15).min(32_767);
        }
        let minimum = V128::from([i16::MIN; 8]);
        assert_eq!(i16x8_q15mulr_sat_s(minimum, minimum), V128::from([i16::MAX; 8]));
    }

    #[test]
    fn lesser_and_greater() {
        check! {
            [i8; 16] i8x16_min_s: |x, y| x.min(y);
            [u8; 16] i8x16_min_u: |x, y| x.min(y);
            [i8; 16] i8x16_max_s: |x, y| x.max(y);
            [u8; 16] i8x16_max_u: |x, y| x.max(y);
            [i16; 8] i16x8_min_s: |x, y| x.min(y);
            [u16; 8] i16x8_min_u: |x, y| x.min(y);
            [i16; 8] i16x8_max_s: |x, y| x.max(y);
            [u16; 8] i16x8_max_u: |x, y| x.max(y);
            [i32; 4] i32x4_min_s: |x, y| x.min(y);
            [u32; 4] i32x4_min_u: |x, y| x.min(y);
            [i32; 4] i32x4_max_s: |x, y| x.max(y);
            [u32; 4] i32x4_max_u: |x, y| x.max(y);
        }
    }

    /// Asserts the comparisons of one shape and signedness against those of the lanes' type.
    macro_rules! check_comparisons {
        ($($lane:ident $mask:ident $count:literal: $($name:ident $op:tt),+;)*) => {$($(
            for (a, b) in pairs() {
                let (xs, ys) = (<[$lane; $count]>::from(a), <[$lane; $count]>::from(b));
                let wanted: [$mask; $count] = from_fn(|lane| if xs[lane] $op ys[lane] { -1 } else { 0 });
                assert_eq!($name(a, b), V128::from(wanted), "{} {a:?} {b:?}", stringify!($name));
            }
        )+)*};
    }

    #[test]
    fn comparisons() {
        check_comparisons! {
            i8 i8 16: i8x16_eq ==, i8x16_ne !=, i8x16_lt_s <, i8x16_gt_s >, i8x16_le_s <=, i8x16_ge_s >=;
            u8 i8 16: i8x16_lt_u <, i8x16_gt_u >, i8x16_le_u <=, i8x16_ge_u >=;
            i16 i16 8: i16x8_eq ==, i16x8_ne !=, i16x8_lt_s <, i16x8_gt_s >, i16x8_le_s <=, i16x8_ge_s >=;
            u16 i16 8: i16x8_lt_u <, i16x8_gt_u >, i16x8_le_u <=, i16x8_ge_u >=;
            i32 i32 4: i32x4_eq ==, i32x4_ne !=, i32x4_lt_s <, i32x4_gt_s >, i32x4_le_s <=, i32x4_ge_s >=;
            u32 i32 4: i32x4_lt_u <, i32x4_gt_u >, i32x4_le_u <=, i32x4_ge_u >=;
            i64 i64 2: i64x2_eq ==, i64x2_ne !=, i64x2_lt_s <, i64x2_gt_s >, i64x2_le_s <=, i64x2_ge_s >=;
        }
    }

    /// Asserts the shifts of one shape by amounts within and past its width.
    macro_rules! check_shifts {
        ($($signed:ident $unsigned:ident $count:literal: $shl:ident $shr_s:ident $shr_u:ident;)*) => {$(
            for a in vectors() {
                for amount in [0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, u32::MAX] {
                    let (signed, unsigned) = (<[$signed; $count]>::from(a), <[$unsigned; $count]>::from(a));
                    let bits = amount % $signed::BITS;
                    assert_eq!($shl(a, amount), V128::from(unsigned.map(|x| x << bits)), "{a:?} << {amount}");
                    assert_eq!($shr_s(a, amount), V128::from(signed.map(|x| x >> bits)), "{a:?} >> {amount}");
                    assert_eq!($shr_u(a, amount), V128::from(unsigned.map(|x| x >> bits)), "{a:?} >>> {amount}");
                }
            }
        )*};
    }

    #[test]
    fn shift_amounts_are_modulo_the_width() {
        check_shifts! {
            i8 u8 16: i8x16_shl i8x16_shr_s i8x16_shr_u;
            i16 u16 8: i16x8_shl i16x8_shr_s i16x8_shr_u;
            i32 u32 4: i32x4_shl i32x4_shr_s i32x4_shr_u;
            i64 u64 2: i64x2_shl i64x2_shr_s i64x2_shr_u;
        }
    }

    #[test]
    fn one_operand() {
        for a in vectors() {
            assert_eq!(i8x16_abs(a), V128::from(<[i8; 16]>::from(a).map(i8::unsigned_abs)));
            assert_eq!(i16x8_abs(a), V128::from(<[i16; 8]>::from(a).map(i16::unsigned_abs)));
            assert_eq!(i32x4_abs(a), V128::from(<[i32; 4]>::from(a).map(i32::unsigned_abs)));
            assert_eq!(i64x2_abs(a), V128::from(<[i64; 2]>::from(a).map(i64::unsigned_abs)));
            assert_eq!(i8x16_neg(a), i8x16_sub(V128::ZERO, a));
            assert_eq!(i16x8_neg(a), i16x8_sub(V128::ZERO, a));
            assert_eq!(i32x4_neg(a), i32x4_sub(V128::ZERO, a));
            assert_eq!(i64x2_neg(a), i64x2_sub(V128::ZERO, a));
            assert_eq!(i8x16_popcnt(a), V128::from(<[u8; 16]>::from(a).map(|x| x.count_ones() as u8)));
        }
    }

    #[test]
    fn narrowing_saturates() {
        let wide = V128::from([-32_768i16, -129, -128, -1, 0, 127, 128, 256]);
        let signed = [-128i8, -128, -128, -1, 0, 127, 127, 127];
        let unsigned = [0u8, 0, 0, 0, 0, 127, 128, 255];
        let [low, high] = <[i64; 2]>::from(i8x16_narrow_i16x8_s(wide, V128::ZERO));
        assert_eq!((low.to_le_bytes().map(|x| x as i8), high), (signed, 0));
        let [low, high] = <[u64; 2]>::from(i8x16_narrow_i16x8_u(V128::ZERO, wide));
        assert_eq!((low, high.to_le_bytes()), (0, unsigned));

        let wide = V128::from([i32::MIN, -32_769, 32_768, 65_536]);
        let other = V128::from([-32_768, -1, 32_767, 65_535]);
        let signed = [-32_768i16, -32_768, 32_767, 32_767, -32_768, -1, 32_767, 32_767];
        assert_eq!(i16x8_narrow_i32x4_s(wide, other), V128::from(signed));
        let unsigned = [0u16, 0, 32_768, 65_535, 0, 0, 32_767, 65_535];
        assert_eq!(i16x8_narrow_i32x4_u(wide, other), V128::from(unsigned));
    }

    /// Asserts the widening instructions of one shape and signedness.
    macro_rules! check_widening {
        ($($lane:ident $count:literal to $wide:ident $half:literal:
            $extend_low:ident $extend_high:ident $extmul_low:ident $extmul_high:ident;)*) => {$(
            for (a, b) in pairs() {
                let (xs, ys) = (<[$lane; $count]>::from(a), <[$lane; $count]>::from(b));
                let (xs, ys) = (xs.map($wide::from), ys.map($wide::from));
                assert_eq!($extend_low(a), V128::from(from_fn::<_, $half, _>(|i| xs[i])));
                assert_eq!($extend_high(a), V128::from(from_fn::<_, $half, _>(|i| xs[i + $half])));
                assert_eq!($extmul_low(a, b), V128::from(from_fn::<_, $half, _>(|i| xs[i] * ys[i])));
                assert_eq!($extmul_high(a, b), V128::from(from_fn::<_, $half, _>(|i| xs[i + $half] * ys[i + $half])));
            }
        )*};
    }

    #[test]
    fn widening_is_exact() {
        check_widening! {
            i8 16 to i16 8:
                i16x8_extend_low_i8x16_s i16x8_extend_high_i8x16_s i16x8_extmul_low_i8x16_s i16x8_extmul_high_i8x16_s;
            u8 16 to u16 8:
                i16x8_extend_low_i8x16_u i16x8_extend_high_i8x16_u i16x8_extmul_low_i8x16_u i16x8_extmul_high_i8x16_u;
            i16 8 to i32 4:
                i32x4_extend_low_i16x8_s i32x4_extend_high_i16x8_s i32x4_extmul_low_i16x8_s i32x4_extmul_high_i16x8_s;
            u16 8 to u32 4:
                i32x4_extend_low_i16x8_u i32x4_extend_high_i16x8_u i32x4_extmul_low_i16x8_u i32x4_extmul_high_i16x8_u;
            i32 4 to i64 2:
                i64x2_extend_low_i32x4_s i64x2_extend_high_i32x4_s i64x2_extmul_low_i32x4_s i64x2_extmul_high_i32x4_s;
            u32 4 to u64 2:
                i64x2_extend_low_i32x4_u i64x2_extend_high_i32x4_u i64x2_extmul_low_i32x4_u i64x2_extmul_high_i32x4_u;
        }
    }

    #[test]
    fn neighbours_are_added() {
        for (a, b) in pairs() {
            let (xs, ys) = (<[i8; 16]>::from(a).map(i16::from), <[u8; 16]>::from(a).map(u16::from));
            assert_eq!(i16x8_extadd_pairwise_i8x16_s(a), V128::from(from_fn::<_, 8, _>(|i| xs[2 * i] + xs[2 * i + 1])));
            assert_eq!(i16x8_extadd_pairwise_i8x16_u(a), V128::from(from_fn::<_, 8, _>(|i| ys[2 * i] + ys[2 * i + 1])));
            let (xs, ys) = (<[i16; 8]>::from(a).map(i32::from), <[u16; 8]>::from(a).map(u32::from));
            assert_eq!(i32x4_extadd_pairwise_i16x8_s(a), V128::from(from_fn::<_, 4, _>(|i| xs[2 * i] + xs[2 * i + 1])));
            assert_eq!(i32x4_extadd_pairwise_i16x8_u(a), V128::from(from_fn::<_, 4, _>(|i| ys[2 * i] + ys[2 * i + 1])));
            let ys = <[i16; 8]>::from(b).map(i32::from);
            let product = |i: usize| xs[i] * ys[i];
            let wanted = from_fn::<_, 4, _>(|i| product(2 * i).wrapping_add(product(2 * i + 1)));
            assert_eq!(i32x4_dot_i16x8_s(a, b), V128::from(wanted));
        }
        let minimum = V128::from([i16::MIN; 8]);
        assert_eq!(i32x4_dot_i16x8_s(minimum, minimum), V128::from([i32::MIN; 4]));
    }
}
