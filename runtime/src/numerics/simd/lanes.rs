//! Whole vectors and single lanes.

use super::super::v128::V128;
use super::{int::i8x16_min_u, map, zip};
use std::array::from_fn;

unary! {
    /// The bits of `a`, flipped.
    v128_not: u64 = |x| !x;
}

binary! {
    /// Bitwise and.
    v128_and: u64 = |x, y| x & y;
    /// The bits of `a` that are not in `b`.
    v128_andnot: u64 = |x, y| x & !y;
    /// Bitwise or.
    v128_or: u64 = |x, y| x | y;
    /// Bitwise exclusive or.
    v128_xor: u64 = |x, y| x ^ y;
}

functions! {
    /// The bits of `a` where `mask` is one, and of `b` where it is zero.
    v128_bitselect(a: V128, b: V128, mask: V128) -> V128 = {
        v128_or(v128_and(a, mask), v128_andnot(b, mask))
    };
    /// Is any bit set?
    v128_any_true(a: V128) -> bool = u128::from(a) != 0;
}

/// Rows of the form `splat, all_true: [lane; count] from scalar;`.
macro_rules! splats_and_tests {
    ($($splat:ident, $all_true:ident: [$lane:ident; $count:literal] from $scalar:ident;)*) => {$(
        /// The (low bits of the) scalar in every lane.
        #[inline(always)]
        pub fn $splat(a: $scalar) -> V128 {
            V128::from([a as $lane; $count])
        }

        /// Is no lane zero?
        #[inline(always)]
        pub fn $all_true(a: V128) -> bool {
            // No short circuit, so that the lanes are tested at once.
            <[$lane; $count]>::from(a).into_iter().fold(true, |all, x| all & (x != 0))
        }
    )*};
}

splats_and_tests! {
    i8x16_splat, i8x16_all_true: [u8; 16] from u32;
    i16x8_splat, i16x8_all_true: [u16; 8] from u32;
    i32x4_splat, i32x4_all_true: [u32; 4] from u32;
    i64x2_splat, i64x2_all_true: [u64; 2] from u64;
}

functions! {
    /// The float in every lane.
    f32x4_splat(a: f32) -> V128 = V128::from([a; 4]);
    /// The float in every lane.
    f64x2_splat(a: f64) -> V128 = V128::from([a; 2]);
}

/// The lane's index in an array of `count`, a power of two.
///
/// Validation has seen to it that it is one; the mask tells the compiler.
#[inline(always)]
fn index(lane: u8, count: usize) -> usize {
    debug_assert!(usize::from(lane) < count, "BUG: lane {lane} of {count} after validation");
    usize::from(lane) & (count - 1)
}

/// Rows of the form `name: [lane; count] -> scalar = |x| result;`.
macro_rules! extractions {
    ($(
        $(#[$attribute:meta])*
        $name:ident: [$lane:ident; $count:literal] -> $scalar:ident = |$x:ident| $result:expr;
    )*) => {$(
        $(#[$attribute])*
        #[inline(always)]
        pub fn $name(a: V128, lane: u8) -> $scalar {
            let $x = <[$lane; $count]>::from(a)[index(lane, $count)];
            $result
        }
    )*};
}

extractions! {
    /// The lane, sign-extended.
    i8x16_extract_lane_s: [i8; 16] -> u32 = |x| x as u32;
    /// The lane, zero-extended.
    i8x16_extract_lane_u: [u8; 16] -> u32 = |x| x.into();
    /// The lane, sign-extended.
    i16x8_extract_lane_s: [i16; 8] -> u32 = |x| x as u32;
    /// The lane, zero-extended.
    i16x8_extract_lane_u: [u16; 8] -> u32 = |x| x.into();
    /// The lane.
    i32x4_extract_lane: [u32; 4] -> u32 = |x| x;
    /// The lane.
    i64x2_extract_lane: [u64; 2] -> u64 = |x| x;
    /// The lane, bit for bit.
    f32x4_extract_lane: [f32; 4] -> f32 = |x| x;
    /// The lane, bit for bit.
    f64x2_extract_lane: [f64; 2] -> f64 = |x| x;
}

/// Rows of the form `name: [lane; count] from scalar = |value| lane;`.
macro_rules! replacements {
    ($($name:ident: [$lane:ident; $count:literal] from $scalar:ident = |$value:ident| $result:expr;)*) => {$(
        /// `a` with (the low bits of) the value in the given lane.
        #[inline(always)]
        pub fn $name(a: V128, lane: u8, $value: $scalar) -> V128 {
            let mut lanes = <[$lane; $count]>::from(a);
            lanes[index(lane, $count)] = $result;
            V128::from(lanes)
        }
    )*};
}

replacements! {
    i8x16_replace_lane: [u8; 16] from u32 = |value| value as u8;
    i16x8_replace_lane: [u16; 8] from u32 = |value| value as u16;
    i32x4_replace_lane: [u32; 4] from u32 = |value| value;
    i64x2_replace_lane: [u64; 2] from u64 = |value| value;
    f32x4_replace_lane: [f32; 4] from f32 = |value| value;
    f64x2_replace_lane: [f64; 2] from f64 = |value| value;
}

functions! {
    /// The bytes of `a` and `b`, taken as one array of 32, at the given indices.
    i8x16_shuffle(a: V128, b: V128, lanes: [u8; 16]) -> V128 = {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&a.to_bytes());
        bytes[16..].copy_from_slice(&b.to_bytes());
        V128::from_bytes(from_fn(|i| bytes[index(lanes[i], 32)]))
    };
    /// The bytes of `a` at the indices in `b`; 0 where an index is 16 or more.
    i8x16_swizzle(a: V128, b: V128) -> V128 = {
        i8x16_shuffle(a, V128::ZERO, i8x16_min_u(b, i8x16_splat(16)).to_bytes())
    };

    /// The lanes' sign bits, lane 0's lowest.
    i8x16_bitmask(a: V128) -> u32 = {
        let [low, high] = <[u64; 2]>::from(a).map(signs_of_bytes);
        low | high << 8
    };
    /// The lanes' sign bits, lane 0's lowest.
    i16x8_bitmask(a: V128) -> u32 = {
        let [low, high] = <[u64; 2]>::from(a).map(signs_of_pairs);
        low | high << 4
    };
    /// The lanes' sign bits, lane 0's lowest.
    i32x4_bitmask(a: V128) -> u32 = {
        let [a, b, c, d] = <[u32; 4]>::from(a).map(|x| x >> 31);
        a | b << 1 | c << 2 | d << 3
    };
    /// The lanes' sign bits, lane 0's lowest.
    i64x2_bitmask(a: V128) -> u32 = {
        let [a, b] = <[u64; 2]>::from(a).map(|x| (x >> 63) as u32);
        a | b << 1
    };
}

/// The sign bits of eight bytes.
///
/// Sign `k` stands at bit `8k`; of the factor's bits, the one at `56 - 7k` takes it to `56 + k`, and no
/// two products fall on the same bit.
#[inline(always)]
fn signs_of_bytes(bytes: u64) -> u32 {
    let signs = bytes >> 7 & 0x0101_0101_0101_0101;
    (signs.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

/// The sign bits of four byte pairs, in the same way: `16k + 48 - 15k = 48 + k`.
#[inline(always)]
fn signs_of_pairs(pairs: u64) -> u32 {
    let signs = pairs >> 15 & 0x0001_0001_0001_0001;
    (signs.wrapping_mul(0x0001_0002_0004_0008) >> 48) as u32
}

#[cfg(test)]
mod tests {
    use super::super::samples::{pairs, vectors};
    use super::*;

    const COUNT: V128 = V128::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

    #[test]
    fn bitwise_instructions_are_those_of_u128() {
        for (a, b) in pairs() {
            let (x, y) = (u128::from(a), u128::from(b));
            assert_eq!(u128::from(v128_not(a)), !x);
            assert_eq!(u128::from(v128_and(a, b)), x & y);
            assert_eq!(u128::from(v128_andnot(a, b)), x & !y);
            assert_eq!(u128::from(v128_or(a, b)), x | y);
            assert_eq!(u128::from(v128_xor(a, b)), x ^ y);
            assert_eq!(u128::from(v128_bitselect(a, b, COUNT)), x & u128::from(COUNT) | y & !u128::from(COUNT));
        }
    }

    #[test]
    fn splats_fill_every_lane() {
        assert_eq!(i8x16_splat(0x1234_5681), V128::from([0x81u8; 16]));
        assert_eq!(i16x8_splat(0x1234_8765), V128::from([0x8765u16; 8]));
        assert_eq!(i32x4_splat(0x1234_8765), V128::from([0x1234_8765u32; 4]));
        assert_eq!(i64x2_splat(1 << 63), V128::from([1u64 << 63; 2]));
        assert_eq!(f32x4_splat(-0.0), V128::from([0x8000_0000u32; 4]));
        assert_eq!(f64x2_splat(-0.0), V128::from([1u64 << 63; 2]));
    }

    #[test]
    fn lanes_are_extracted_as_they_were_replaced() {
        for a in vectors() {
            for lane in 0..16 {
                let replaced = i8x16_replace_lane(a, lane, 0xffff_ff80);
                assert_eq!(i8x16_extract_lane_s(replaced, lane), 0xffff_ff80);
                assert_eq!(i8x16_extract_lane_u(replaced, lane), 0x80);
                assert_eq!(i8x16_replace_lane(replaced, lane, i8x16_extract_lane_u(a, lane)), a);
            }
            for lane in 0..8 {
                let replaced = i16x8_replace_lane(a, lane, 0x0001_8000);
                assert_eq!(i16x8_extract_lane_s(replaced, lane), 0xffff_8000);
                assert_eq!(i16x8_extract_lane_u(replaced, lane), 0x8000);
                assert_eq!(i16x8_replace_lane(replaced, lane, i16x8_extract_lane_s(a, lane)), a);
            }
            for lane in 0..4 {
                assert_eq!(i32x4_replace_lane(V128::ZERO, lane, 7), V128::from(7u128 << (32 * lane)));
                assert_eq!(i32x4_extract_lane(f32x4_replace_lane(a, lane, -0.0), lane), 1 << 31);
                assert_eq!(f32x4_extract_lane(a, lane).to_bits(), i32x4_extract_lane(a, lane));
            }
            for lane in 0..2 {
                assert_eq!(i64x2_replace_lane(V128::ZERO, lane, 7), V128::from(7u128 << (64 * lane)));
                assert_eq!(i64x2_extract_lane(f64x2_replace_lane(a, lane, -0.0), lane), 1 << 63);
                assert_eq!(f64x2_extract_lane(a, lane).to_bits(), i64x2_extract_lane(a, lane));
            }
        }
    }

    #[test]
    fn shuffles_and_swizzles() {
        let high = V128::from(from_fn::<u8, 16, _>(|i| 16 + i as u8));
        let lanes = [31, 0, 16, 15, 1, 2, 3, 4, 20, 21, 22, 23, 7, 7, 7, 30];
        assert_eq!(i8x16_shuffle(COUNT, high, lanes).to_bytes(), lanes);
        let indices = V128::from([15u8, 0, 16, 255, 1, 128, 17, 4, 14, 13, 12, 11, 7, 7, 7, 31]);
        let swizzled = i8x16_swizzle(V128::from(from_fn::<u8, 16, _>(|i| 100 + i as u8)), indices);
        assert_eq!(swizzled.to_bytes(), [115, 100, 0, 0, 101, 0, 0, 104, 114, 113, 112, 111, 107, 107, 107, 0]);
    }

    #[test]
    fn truth_of_vectors() {
        assert!(!v128_any_true(V128::ZERO) && v128_any_true(V128::from(1u128 << 127)));
        for a in vectors() {
            assert_eq!(i8x16_all_true(a), <[u8; 16]>::from(a).iter().all(|&x| x != 0));
            assert_eq!(i16x8_all_true(a), <[u16; 8]>::from(a).iter().all(|&x| x != 0));
            assert_eq!(i32x4_all_true(a), <[u32; 4]>::from(a).iter().all(|&x| x != 0));
            assert_eq!(i64x2_all_true(a), <[u64; 2]>::from(a).iter().all(|&x| x != 0));
        }
        assert!(i8x16_all_true(V128::from([1u8; 16])) && !i8x16_all_true(COUNT) && i64x2_all_true(COUNT));
    }

    #[test]
    fn bitmasks_collect_signs() {
        let signs = |negative: &[bool]| negative.iter().rev().fold(0, |mask, &bit| mask << 1 | u32::from(bit));
        for a in vectors().into_iter().chain([V128::from(u128::MAX), V128::ZERO]) {
            assert_eq!(i8x16_bitmask(a), signs(&<[i8; 16]>::from(a).map(|x| x < 0)));
            assert_eq!(i16x8_bitmask(a), signs(&<[i16; 8]>::from(a).map(|x| x < 0)));
            assert_eq!(i32x4_bitmask(a), signs(&<[i32; 4]>::from(a).map(|x| x < 0)));
            assert_eq!(i64x2_bitmask(a), signs(&<[i64; 2]>::from(a).map(|x| x < 0)));
        }
    }
}
