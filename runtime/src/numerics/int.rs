//! Integer operations: section 4.3.2 of the specification.
//!
//! Each row of the table defines the instruction for `i32` and for `i64`, and its comment is the
//! semantics with `N` for the width. Operands are unsigned bit patterns.

use crate::trap::Trap;

both_widths! { u32, u64:
    /// `a + b` modulo `2^N`.
    i32_add, i64_add(a, b) -> same = a.wrapping_add(b);
    /// `a - b` modulo `2^N`.
    i32_sub, i64_sub(a, b) -> same = a.wrapping_sub(b);
    /// `a * b` modulo `2^N`.
    i32_mul, i64_mul(a, b) -> same = a.wrapping_mul(b);
    /// Signed `a / b`, rounded toward zero; traps if `b` is zero or the quotient is `2^(N-1)`.
    i32_div_s, i64_div_s(a, b) -> trapping = {
        if b == 0 {
            return Err(Trap::IntegerDivideByZero);
        }
        match a.cast_signed().checked_div(b.cast_signed()) {
            Some(quotient) => Ok(quotient.cast_unsigned()),
            None => Err(Trap::IntegerOverflow),
        }
    };
    /// Unsigned `a / b`, rounded toward zero; traps if `b` is zero.
    i32_div_u, i64_div_u(a, b) -> trapping = a.checked_div(b).ok_or(Trap::IntegerDivideByZero);
    /// Signed remainder with the sign of `a` (0 for the minimum by -1); traps if `b` is zero.
    i32_rem_s, i64_rem_s(a, b) -> trapping = {
        if b == 0 {
            return Err(Trap::IntegerDivideByZero);
        }
        Ok(a.cast_signed().wrapping_rem(b.cast_signed()).cast_unsigned())
    };
    /// Unsigned remainder; traps if `b` is zero.
    i32_rem_u, i64_rem_u(a, b) -> trapping = a.checked_rem(b).ok_or(Trap::IntegerDivideByZero);

    /// Bitwise and.
    i32_and, i64_and(a, b) -> same = a & b;
    /// Bitwise or.
    i32_or, i64_or(a, b) -> same = a | b;
    /// Bitwise exclusive or.
    i32_xor, i64_xor(a, b) -> same = a ^ b;
    /// `a` shifted left by `b` modulo `N` bits.
    i32_shl, i64_shl(a, b) -> same = a.wrapping_shl(b as u32);
    /// `a` shifted right by `b` modulo `N` bits, filled with the sign.
    i32_shr_s, i64_shr_s(a, b) -> same = a.cast_signed().wrapping_shr(b as u32).cast_unsigned();
    /// `a` shifted right by `b` modulo `N` bits, filled with zeros.
    i32_shr_u, i64_shr_u(a, b) -> same = a.wrapping_shr(b as u32);
    /// `a` rotated left by `b` modulo `N` bits.
    i32_rotl, i64_rotl(a, b) -> same = a.rotate_left(b as u32);
    /// `a` rotated right by `b` modulo `N` bits.
    i32_rotr, i64_rotr(a, b) -> same = a.rotate_right(b as u32);

    /// The number of leading zero bits (`N` for zero).
    i32_clz, i64_clz(a) -> same = a.leading_zeros() as _;
    /// The number of trailing zero bits (`N` for zero).
    i32_ctz, i64_ctz(a) -> same = a.trailing_zeros() as _;
    /// The number of one bits.
    i32_popcnt, i64_popcnt(a) -> same = a.count_ones() as _;
    /// The low 8 bits, sign-extended.
    i32_extend8_s, i64_extend8_s(a) -> same = a as i8 as _;
    /// The low 16 bits, sign-extended.
    i32_extend16_s, i64_extend16_s(a) -> same = a as i16 as _;

    /// Is `a` zero?
    i32_eqz, i64_eqz(a) -> bool = a == 0;
    /// `a == b`.
    i32_eq, i64_eq(a, b) -> bool = a == b;
    /// `a != b`.
    i32_ne, i64_ne(a, b) -> bool = a != b;
    /// Signed `a < b`.
    i32_lt_s, i64_lt_s(a, b) -> bool = a.cast_signed() < b.cast_signed();
    /// Unsigned `a < b`.
    i32_lt_u, i64_lt_u(a, b) -> bool = a < b;
    /// Signed `a > b`.
    i32_gt_s, i64_gt_s(a, b) -> bool = a.cast_signed() > b.cast_signed();
    /// Unsigned `a > b`.
    i32_gt_u, i64_gt_u(a, b) -> bool = a > b;
    /// Signed `a <= b`.
    i32_le_s, i64_le_s(a, b) -> bool = a.cast_signed() <= b.cast_signed();
    /// Unsigned `a <= b`.
    i32_le_u, i64_le_u(a, b) -> bool = a <= b;
    /// Signed `a >= b`.
    i32_ge_s, i64_ge_s(a, b) -> bool = a.cast_signed() >= b.cast_signed();
    /// Unsigned `a >= b`.
    i32_ge_u, i64_ge_u(a, b) -> bool = a >= b;
}

functions! {
    /// The low 32 bits, sign-extended.
    i64_extend32_s(a: u64) -> u64 = a as i32 as u64;
}

#[cfg(test)]
mod tests {
    use super::*;
    use Trap::{IntegerDivideByZero, IntegerOverflow};

    const MIN32: u32 = 0x8000_0000;
    const MAX32: u32 = 0x7fff_ffff;
    const NEG32: u32 = u32::MAX;
    const MIN64: u64 = 0x8000_0000_0000_0000;
    const MAX64: u64 = 0x7fff_ffff_ffff_ffff;
    const NEG64: u64 = u64::MAX;

    #[test]
    fn sums_and_products_wrap() {
        assert_eq!(i32_add(MAX32, 1), MIN32);
        assert_eq!(i32_sub(MIN32, 1), MAX32);
        assert_eq!(i32_mul(0x0123_4567, 0x7654_3210), 0x358e_7470);
        assert_eq!(i64_add(MAX64, 1), MIN64);
        assert_eq!(i64_sub(MIN64, 1), MAX64);
        assert_eq!(i64_mul(MIN64, NEG64), MIN64);
    }

    #[test]
    fn divisions() {
        // (a, b, div_s, div_u, rem_s, rem_u)
        let zero = Err(IntegerDivideByZero);
        for (a, b, div_s, div_u, rem_s, rem_u) in [
            (1, 0, zero, zero, zero, zero),
            (MIN32, 0, zero, zero, zero, zero),
            (MIN32, NEG32, Err(IntegerOverflow), Ok(0), Ok(0), Ok(MIN32)),
            (NEG32, NEG32, Ok(1), Ok(1), Ok(0), Ok(0)),
            (MIN32, 2, Ok(0xc000_0000), Ok(0x4000_0000), Ok(0), Ok(0)),
            (-5i32 as u32, 2, Ok(-2i32 as u32), Ok(0x7fff_fffd), Ok(NEG32), Ok(1)),
            (5, -2i32 as u32, Ok(-2i32 as u32), Ok(0), Ok(1), Ok(5)),
        ] {
            let found = (i32_div_s(a, b), i32_div_u(a, b), i32_rem_s(a, b), i32_rem_u(a, b));
            assert_eq!(found, (div_s, div_u, rem_s, rem_u), "{a:#x} by {b:#x}");
        }
        let zero = Err(IntegerDivideByZero);
        for (a, b, div_s, div_u, rem_s, rem_u) in [
            (1, 0, zero, zero, zero, zero),
            (MIN64, NEG64, Err(IntegerOverflow), Ok(0), Ok(0), Ok(MIN64)),
            (-7i64 as u64, 3, Ok(-2i64 as u64), Ok(0x5555_5555_5555_5553), Ok(NEG64), Ok(0)),
            (7, -3i64 as u64, Ok(-2i64 as u64), Ok(0), Ok(1), Ok(7)),
        ] {
            let found = (i64_div_s(a, b), i64_div_u(a, b), i64_rem_s(a, b), i64_rem_u(a, b));
            assert_eq!(found, (div_s, div_u, rem_s, rem_u), "{a:#x} by {b:#x}");
        }
    }

    #[test]
    fn shift_amounts_are_modulo_the_width() {
        // (a, b, shl, shr_s, shr_u, rotl, rotr)
        for (a, b, shl, shr_s, shr_u, rotl, rotr) in [
            (MIN32, 0, MIN32, MIN32, MIN32, MIN32, MIN32),
            (MIN32, 31, 0, NEG32, 1, 0x4000_0000, 1),
            (1, 32, 1, 1, 1, 1, 1),
            (1, 33, 2, 0, 0, 2, MIN32),
            (NEG32, NEG32, MIN32, NEG32, 1, NEG32, NEG32),
            (0xabcd_9876, 1, 0x579b_30ec, 0xd5e6_cc3b, 0x55e6_cc3b, 0x579b_30ed, 0x55e6_cc3b),
        ] {
            let found = (i32_shl(a, b), i32_shr_s(a, b), i32_shr_u(a, b));
            assert_eq!(found, (shl, shr_s, shr_u), "{a:#x} by {b:#x}");
            assert_eq!((i32_rotl(a, b), i32_rotr(a, b)), (rotl, rotr), "{a:#x} by {b:#x}");
        }
        for (a, b, shl, shr_s, shr_u, rotl, rotr) in [
            (MIN64, 63, 0, NEG64, 1, 0x4000_0000_0000_0000, 1),
            (1, 64, 1, 1, 1, 1, 1),
            (1, 65, 2, 0, 0, 2, MIN64),
            (1, 0xffff_ffff_0000_0000, 1, 1, 1, 1, 1),
        ] {
            let found = (i64_shl(a, b), i64_shr_s(a, b), i64_shr_u(a, b));
            assert_eq!(found, (shl, shr_s, shr_u), "{a:#x} by {b:#x}");
            assert_eq!((i64_rotl(a, b), i64_rotr(a, b)), (rotl, rotr), "{a:#x} by {b:#x}");
        }
    }

    #[test]
    fn bit_counts() {
        // (a, clz, ctz, popcnt)
        for (a, clz, ctz, popcnt) in [(0, 32, 32, 0), (1, 31, 0, 1), (MIN32, 0, 31, 1), (NEG32, 0, 0, 32)] {
            assert_eq!((i32_clz(a), i32_ctz(a), i32_popcnt(a)), (clz, ctz, popcnt), "{a:#x}");
        }
        for (a, clz, ctz, popcnt) in [(0, 64, 64, 0), (1, 63, 0, 1), (MIN64, 0, 63, 1), (NEG64, 0, 0, 64)] {
            assert_eq!((i64_clz(a), i64_ctz(a), i64_popcnt(a)), (clz, ctz, popcnt), "{a:#x}");
        }
    }

    #[test]
    fn sign_extensions() {
        assert_eq!(i32_extend8_s(0x0123_457f), 0x7f);
        assert_eq!(i32_extend8_s(0x0123_4580), 0xffff_ff80);
        assert_eq!(i32_extend16_s(0x0123_7fff), 0x7fff);
        assert_eq!(i32_extend16_s(0x0123_8000), 0xffff_8000);
        assert_eq!(i64_extend8_s(0x0123_4567_89ab_cd80), 0xffff_ffff_ffff_ff80);
        assert_eq!(i64_extend16_s(0x0123_4567_89ab_8000), 0xffff_ffff_ffff_8000);
        assert_eq!(i64_extend32_s(0x0123_4567_8000_0000), 0xffff_ffff_8000_0000);
        assert_eq!(i64_extend32_s(0xfedc_ba98_7fff_ffff), 0x7fff_ffff);
    }

    #[test]
    fn comparisons() {
        assert!(i32_eqz(0) && !i32_eqz(MIN32) && i64_eqz(0) && !i64_eqz(1 << 32));
        for (a, b) in [(0u32, 0), (0, 1), (1, 0), (MIN32, MAX32), (NEG32, 0), (0, NEG32), (MIN32, MIN32)] {
            let (sa, sb) = (a as i32, b as i32);
            let signed = (i32_lt_s(a, b), i32_gt_s(a, b), i32_le_s(a, b), i32_ge_s(a, b));
            let unsigned = (i32_lt_u(a, b), i32_gt_u(a, b), i32_le_u(a, b), i32_ge_u(a, b));
            assert_eq!((i32_eq(a, b), i32_ne(a, b)), (a == b, a != b));
            assert_eq!(signed, (sa < sb, sa > sb, sa <= sb, sa >= sb), "{a:#x}, {b:#x}");
            assert_eq!(unsigned, (a < b, a > b, a <= b, a >= b), "{a:#x}, {b:#x}");
        }
        for (a, b) in [(0u64, 0), (0, 1), (MIN64, MAX64), (NEG64, 0), (0, NEG64)] {
            let (sa, sb) = (a as i64, b as i64);
            let signed = (i64_lt_s(a, b), i64_gt_s(a, b), i64_le_s(a, b), i64_ge_s(a, b));
            let unsigned = (i64_lt_u(a, b), i64_gt_u(a, b), i64_le_u(a, b), i64_ge_u(a, b));
            assert_eq!((i64_eq(a, b), i64_ne(a, b)), (a == b, a != b));
            assert_eq!(signed, (sa < sb, sa > sb, sa <= sb, sa >= sb), "{a:#x}, {b:#x}");
            assert_eq!(unsigned, (a < b, a > b, a <= b, a >= b), "{a:#x}, {b:#x}");
        }
    }
}
