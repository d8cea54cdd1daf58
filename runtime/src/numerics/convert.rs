//! Conversions: section 4.3.4 of the specification.

use crate::trap::Trap;

functions! {
    /// `a` modulo `2^32`.
    i32_wrap_i64(a: u64) -> u32 = a as u32;
    /// `a`, sign-extended.
    i64_extend_i32_s(a: u32) -> u64 = a as i32 as u64;
    /// `a`, zero-extended.
    i64_extend_i32_u(a: u32) -> u64 = u64::from(a);

    /// The integer part of `a`, or the nearest `i32`; 0 for a NaN.
    i32_trunc_sat_f32_s(a: f32) -> u32 = a as i32 as u32;
    /// The integer part of `a`, or the nearest `u32`; 0 for a NaN.
    i32_trunc_sat_f32_u(a: f32) -> u32 = a as u32;
    /// The integer part of `a`, or the nearest `i32`; 0 for a NaN.
    i32_trunc_sat_f64_s(a: f64) -> u32 = a as i32 as u32;
    /// The integer part of `a`, or the nearest `u32`; 0 for a NaN.
    i32_trunc_sat_f64_u(a: f64) -> u32 = a as u32;
    /// The integer part of `a`, or the nearest `i64`; 0 for a NaN.
    i64_trunc_sat_f32_s(a: f32) -> u64 = a as i64 as u64;
    /// The integer part of `a`, or the nearest `u64`; 0 for a NaN.
    i64_trunc_sat_f32_u(a: f32) -> u64 = a as u64;
    /// The integer part of `a`, or the nearest `i64`; 0 for a NaN.
    i64_trunc_sat_f64_s(a: f64) -> u64 = a as i64 as u64;
    /// The integer part of `a`, or the nearest `u64`; 0 for a NaN.
    i64_trunc_sat_f64_u(a: f64) -> u64 = a as u64;

    /// The signed `a`, rounded to the nearest `f32`.
    f32_convert_i32_s(a: u32) -> f32 = a as i32 as f32;
    /// The unsigned `a`, rounded to the nearest `f32`.
    f32_convert_i32_u(a: u32) -> f32 = a as f32;
    /// The signed `a`, rounded to the nearest `f32`.
    f32_convert_i64_s(a: u64) -> f32 = a as i64 as f32;
    /// The unsigned `a`, rounded to the nearest `f32`.
    f32_convert_i64_u(a: u64) -> f32 = a as f32;
    /// The signed `a` as a float.
    f64_convert_i32_s(a: u32) -> f64 = f64::from(a as i32);
    /// The unsigned `a` as a float.
    f64_convert_i32_u(a: u32) -> f64 = f64::from(a);
    /// The signed `a`, rounded to the nearest `f64`.
    f64_convert_i64_s(a: u64) -> f64 = a as i64 as f64;
    /// The unsigned `a`, rounded to the nearest `f64`.
    f64_convert_i64_u(a: u64) -> f64 = a as f64;
    /// `a`, rounded to the nearest `f32`; quiets a NaN.
    f32_demote_f64(a: f64) -> f32 = a as f32;
    /// `a` as an `f64`; quiets a NaN.
    f64_promote_f32(a: f32) -> f64 = f64::from(a);

    /// The bits of `a`.
    i32_reinterpret_f32(a: f32) -> u32 = a.to_bits();
    /// The bits of `a`.
    i64_reinterpret_f64(a: f64) -> u64 = a.to_bits();
    /// The float with the bits `a`.
    f32_reinterpret_i32(a: u32) -> f32 = f32::from_bits(a);
    /// The float with the bits `a`.
    f64_reinterpret_i64(a: u64) -> f64 = f64::from_bits(a);
}

/// Defines trapping conversions for rows of the form `name(float) -> integer as bits, between low, high;`,
/// where the integer part fits exactly if `low < a < high`.
macro_rules! trapping_truncations {
    ($($name:ident($float:ident) -> $integer:ident as $bits:ident, between $low:literal, $high:literal;)*) => {$(
        #[doc = concat!("The integer part of `a`; traps if `", stringify!($integer), "` does not hold it.")]
        #[inline(always)]
        pub fn $name(a: $float) -> Result<$bits, Trap> {
            if a > $low && a < $high {
                Ok(a as $integer as $bits)
            } else {
                Err(no_integer(a.is_nan()))
            }
        }
    )*};
}

// The lower bound is the greatest float whose integer part is too small. Where 2^31 + 1 or 2^63 + 1
// is no float, that is the float below -2^31 or -2^63.
trapping_truncations! {
    i32_trunc_f32_s(f32) -> i32 as u32, between -2_147_483_904.0, 2_147_483_648.0;
    i32_trunc_f32_u(f32) -> u32 as u32, between -1.0, 4_294_967_296.0;
    i32_trunc_f64_s(f64) -> i32 as u32, between -2_147_483_649.0, 2_147_483_648.0;
    i32_trunc_f64_u(f64) -> u32 as u32, between -1.0, 4_294_967_296.0;
    i64_trunc_f32_s(f32) -> i64 as u64, between -9_223_373_136_366_403_584.0, 9_223_372_036_854_775_808.0;
    i64_trunc_f32_u(f32) -> u64 as u64, between -1.0, 18_446_744_073_709_551_616.0;
    i64_trunc_f64_s(f64) -> i64 as u64, between -9_223_372_036_854_777_856.0, 9_223_372_036_854_775_808.0;
    i64_trunc_f64_u(f64) -> u64 as u64, between -1.0, 18_446_744_073_709_551_616.0;
}

/// Why a float has no integer part of the wanted type.
#[cold]
fn no_integer(is_nan: bool) -> Trap {
    if is_nan { Trap::InvalidConversionToInteger } else { Trap::IntegerOverflow }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Trap::{IntegerOverflow, InvalidConversionToInteger};
    use std::hint::black_box;

    const TWO_31: f64 = 2_147_483_648.0;
    const TWO_32: f64 = 4_294_967_296.0;
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    const TWO_64: f64 = 18_446_744_073_709_551_616.0;

    #[test]
    fn integers_change_width() {
        assert_eq!(i32_wrap_i64(0xffff_ffff_8000_0001), 0x8000_0001);
        assert_eq!(i64_extend_i32_s(0x8000_0000), 0xffff_ffff_8000_0000);
        assert_eq!(i64_extend_i32_u(0x8000_0000), 0x8000_0000);
    }

    #[test]
    fn truncations_at_the_bounds() {
        let overflow = Err(IntegerOverflow);
        for (a, signed, unsigned) in [
            (-0.9, Ok(0), Ok(0)),
            (-1.0, Ok(u32::MAX), overflow),
            (TWO_31 - 1.0, Ok(0x7fff_ffff), Ok(0x7fff_ffff)),
            (TWO_31 - 0.1, Ok(0x7fff_ffff), Ok(0x7fff_ffff)),
            (TWO_31, overflow, Ok(0x8000_0000)),
            (-TWO_31, Ok(0x8000_0000), overflow),
            (-TWO_31 - 0.9, Ok(0x8000_0000), overflow),
            (-TWO_31 - 1.0, overflow, overflow),
            (TWO_32 - 0.1, overflow, Ok(u32::MAX)),
            (TWO_32, overflow, overflow),
            (f64::INFINITY, overflow, overflow),
            (f64::NEG_INFINITY, overflow, overflow),
        ] {
            assert_eq!((i32_trunc_f64_s(a), i32_trunc_f64_u(a)), (signed, unsigned), "{a}");
        }
        for (a, signed, unsigned) in [
            (-0.9, Ok(0), Ok(0)),
            (-1.0, Ok(u64::MAX), overflow.map(u64::from)),
            (TWO_63.next_down(), Ok(0x7fff_ffff_ffff_fc00), Ok(0x7fff_ffff_ffff_fc00)),
            (TWO_63, Err(IntegerOverflow), Ok(1 << 63)),
            (-TWO_63, Ok(1 << 63), Err(IntegerOverflow)),
            ((-TWO_63).next_down(), Err(IntegerOverflow), Err(IntegerOverflow)),
            (TWO_64.next_down(), Err(IntegerOverflow), Ok(0xffff_ffff_ffff_f800)),
            (TWO_64, Err(IntegerOverflow), Err(IntegerOverflow)),
        ] {
            assert_eq!((i64_trunc_f64_s(a), i64_trunc_f64_u(a)), (signed, unsigned), "{a}");
        }
    }

    #[test]
    fn truncations_of_f32_at_the_bounds() {
        let [two_31, two_32, two_63, two_64] = [TWO_31, TWO_32, TWO_63, TWO_64].map(|power| power as f32);
        assert_eq!(i32_trunc_f32_s(two_31.next_down()), Ok(0x7fff_ff80));
        assert_eq!(i32_trunc_f32_s(two_31), Err(IntegerOverflow));
        assert_eq!(i32_trunc_f32_s(-two_31), Ok(0x8000_0000));
        assert_eq!(i32_trunc_f32_s((-two_31).next_down()), Err(IntegerOverflow));
        assert_eq!(i32_trunc_f32_u(two_32.next_down()), Ok(0xffff_ff00));
        assert_eq!(i32_trunc_f32_u(two_32), Err(IntegerOverflow));
        assert_eq!(i32_trunc_f32_u(-1f32.next_down()), Ok(0));
        assert_eq!(i32_trunc_f32_u(-1.0), Err(IntegerOverflow));
        assert_eq!(i64_trunc_f32_s(two_63.next_down()), Ok(0x7fff_ff80_0000_0000));
        assert_eq!(i64_trunc_f32_s(two_63), Err(IntegerOverflow));
        assert_eq!(i64_trunc_f32_s(-two_63), Ok(1 << 63));
        assert_eq!(i64_trunc_f32_s((-two_63).next_down()), Err(IntegerOverflow));
        assert_eq!(i64_trunc_f32_u(two_64.next_down()), Ok(0xffff_ff00_0000_0000));
        assert_eq!(i64_trunc_f32_u(two_64), Err(IntegerOverflow));
        assert_eq!(i64_trunc_f32_u(-1.0), Err(IntegerOverflow));
    }

    #[test]
    fn nan_is_no_integer() {
        for nan in [f64::NAN, -f64::NAN, f64::from_bits(0x7ff4_0000_0000_0000)] {
            let narrow = [i32_trunc_f64_s(nan), i32_trunc_f64_u(nan)];
            let wide = [i64_trunc_f64_s(nan), i64_trunc_f64_u(nan)];
            assert_eq!((narrow, wide), ([Err(InvalidConversionToInteger); 2], [Err(InvalidConversionToInteger); 2]));
        }
        let narrow = [i32_trunc_f32_s(f32::NAN), i32_trunc_f32_u(f32::NAN)];
        let wide = [i64_trunc_f32_s(f32::NAN), i64_trunc_f32_u(f32::NAN)];
        assert_eq!((narrow, wide), ([Err(InvalidConversionToInteger); 2], [Err(InvalidConversionToInteger); 2]));
    }

    #[test]
    fn saturating_truncations() {
        // (a, i32 signed, unsigned, i64 signed, unsigned)
        for (a, s32, u32, s64, u64) in [
            (f64::NAN, 0, 0, 0, 0),
            (f64::INFINITY, 0x7fff_ffff, u32::MAX, 0x7fff_ffff_ffff_ffff, u64::MAX),
            (f64::NEG_INFINITY, 0x8000_0000, 0, 1 << 63, 0),
            (-1.9, u32::MAX, 0, u64::MAX, 0),
            (TWO_31, 0x7fff_ffff, 0x8000_0000, 1 << 31, 1 << 31),
            (TWO_32, 0x7fff_ffff, u32::MAX, 1 << 32, 1 << 32),
            (TWO_63, 0x7fff_ffff, u32::MAX, 0x7fff_ffff_ffff_ffff, 1 << 63),
        ] {
            assert_eq!((i32_trunc_sat_f64_s(a), i32_trunc_sat_f64_u(a)), (s32, u32), "{a}");
            assert_eq!((i64_trunc_sat_f64_s(a), i64_trunc_sat_f64_u(a)), (s64, u64), "{a}");
            let a = a as f32;
            assert_eq!((i32_trunc_sat_f32_s(a), i32_trunc_sat_f32_u(a)), (s32, u32), "{a}");
            assert_eq!((i64_trunc_sat_f32_s(a), i64_trunc_sat_f32_u(a)), (s64, u64), "{a}");
        }
    }

    #[test]
    fn integers_become_the_nearest_float() {
        assert_eq!(f32_convert_i32_s(16_777_217), 16_777_216.0);
        assert_eq!(f32_convert_i32_s(16_777_219), 16_777_220.0);
        assert_eq!(f32_convert_i32_s(u32::MAX), -1.0);
        assert_eq!(f32_convert_i32_u(u32::MAX), 4_294_967_296.0);
        assert_eq!(f32_convert_i64_s(0x7fff_ff40_0000_0001), f32::from_bits(0x5eff_ffff));
        assert_eq!(f32_convert_i64_u(0x8000_0080_0000_0001), f32::from_bits(0x5f00_0001));
        assert_eq!(f32_convert_i64_u(0x0020_0000_2000_0001), f32::from_bits(0x5a00_0001));
        assert_eq!(f64_convert_i32_s(0x8000_0000), -TWO_31);
        assert_eq!(f64_convert_i32_u(0x8000_0000), TWO_31);
        assert_eq!(f64_convert_i64_s(1 << 63), -TWO_63);
        assert_eq!(f64_convert_i64_s(9_007_199_254_740_993), 9_007_199_254_740_992.0);
        assert_eq!(f64_convert_i64_u(0x8000_0000_0000_0400), TWO_63);
        assert_eq!(f64_convert_i64_u(0x8000_0000_0000_0401), TWO_63.next_up());
        assert_eq!(f64_convert_i64_u(u64::MAX), TWO_64);
    }

    #[test]
    fn floats_change_width() {
        assert_eq!(f32_demote_f64(black_box(f64::MAX)), f32::INFINITY);
        assert_eq!(f32_demote_f64(black_box(1e-50)).to_bits(), 0);
        assert_eq!(f32_demote_f64(black_box(-0.0)).to_bits(), 1 << 31);
        assert_eq!(f64_promote_f32(black_box(f32::from_bits(1))), 2f64.powi(-149));
        let signalling = f64::from_bits(black_box(0x7ff4_0000_0000_0000));
        assert_eq!(f32_demote_f64(signalling).to_bits() & 0x7fc0_0000, 0x7fc0_0000);
        let signalling = f32::from_bits(black_box(0xffa0_0000));
        assert_eq!(f64_promote_f32(signalling).to_bits() >> 51, 0x1fff);
    }

    #[test]
    fn reinterpretations_keep_every_bit() {
        for bits in [0u32, 0x7fa0_0001, 0xffff_ffff, 0x8000_0000] {
            assert_eq!(i32_reinterpret_f32(f32_reinterpret_i32(black_box(bits))), bits);
        }
        for bits in [0u64, 0x7ff4_0000_0000_0001, u64::MAX, 1 << 63] {
            assert_eq!(i64_reinterpret_f64(f64_reinterpret_i64(black_box(bits))), bits);
        }
    }
}
