//! Integer division (section 4.3.2): by a machine instruction, or where the divisor is a constant by shifts, or by a
//! multiplication with its reciprocal.
//!
//! The quotient `x / d` is `x * m >> N + s` for a fixed-point reciprocal `m` of `d`, `2^(N + s) / d` rounded up, that
//! is exact enough: `m * d` must exceed `2^(N + s)` by no more than `2^(N + s) / X`, where `X` bounds `x` (Granlund and
//! Montgomery, "Division by Invariant Integers using Multiplication").

use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{InstBuilder, Type, Value};

use super::state::FunctionTranslator;

/// A reciprocal: the factor, and how many bits beyond a word's the product is shifted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reciprocal {
    factor: u64,
    shift: u32,
}

/// The reciprocal of `divisor` for unsigned dividends of so many bits, if it fits in a word of `word` bits.
fn unsigned(divisor: u64, word: u32, bits: u32) -> Option<Reciprocal> {
    (0..word).find_map(|shift| {
        let one = power_of_two(word + shift)?;
        let factor = one.div_ceil(u128::from(divisor));
        let excess = factor * u128::from(divisor) - one;
        let exact = excess <= 1 << (word + shift - bits);
        (exact && factor >> word == 0).then_some(Reciprocal { factor: factor as u64, shift })
    })
}

/// The reciprocal of `divisor`, which is no power of two, for signed dividends of `word` bits. Its factor takes all the
/// bits of a word.
fn signed(divisor: u64, word: u32) -> Reciprocal {
    let shift = divisor.ilog2();
    let factor = (1 << (word + shift)) / u128::from(divisor) + 1;
    Reciprocal { factor: factor as u64, shift }
}

/// The reciprocal of `divisor`, which is no power of two, for unsigned dividends of 64 bits: of its factor, which has 65
/// bits, all but the highest.
fn long(divisor: u64) -> (u64, u32) {
    let shift = divisor.ilog2() + 1;
    let rest = (1_u128 << shift) - u128::from(divisor);
    (((rest << 64) / u128::from(divisor) + 1) as u64, shift)
}

fn power_of_two(exponent: u32) -> Option<u128> {
    1_u128.checked_shl(exponent)
}

impl FunctionTranslator<'_> {
    /// The quotient or remainder of two integers.
    pub(super) fn divide(&mut self, signed: bool, remainder: bool) {
        let (divisor, x) = (self.pop_operand(), self.pop());
        let known = self.known(divisor);
        let quotient = match (known, self.type_of(x), signed) {
            (Some(d), _, false) if d != 0 => Some(self.divide_unsigned(x, d)),
            // Division by -1 may trap, and the least number is its own absolute value.
            (Some(d), I32, true) => {
                let d = d as i32;
                (!matches!(d, 0 | -1 | i32::MIN)).then(|| self.divide_signed(x, d.into()))
            }
            (Some(d), _, true) => {
                let d = d as i64;
                (!matches!(d, 0 | -1 | i64::MIN)).then(|| self.divide_signed(x, d))
            }
            _ => None,
        };
        let y = self.value(divisor);
        let value = match quotient {
            Some(quotient) if remainder => {
                let product = self.builder.ins().imul(quotient, y);
                self.builder.ins().isub(x, product)
            }
            Some(quotient) => quotient,
            None => self.placed(|b| match (signed, remainder) {
                (true, false) => b.ins().sdiv(x, y),
                (false, false) => b.ins().udiv(x, y),
                (true, true) => b.ins().srem(x, y),
                (false, true) => b.ins().urem(x, y),
            }),
        };
        self.push(value);
    }

    /// The quotient of an unsigned integer and a constant that is not zero.
    fn divide_unsigned(&mut self, x: Value, divisor: u64) -> Value {
        if divisor.is_power_of_two() {
            return self.shift_right(x, divisor.trailing_zeros());
        }
        match self.type_of(x) {
            I32 => self.divide_u32(x, divisor),
            _ => self.divide_u64(x, divisor),
        }
    }

    fn divide_u32(&mut self, x: Value, divisor: u64) -> Value {
        let x = self.extended(x);
        let quotient = match unsigned(divisor, 32, 32) {
            Some(Reciprocal { factor, shift }) => {
                let factor = self.word(factor);
                let product = self.builder.ins().imul(x, factor);
                self.shift_right(product, 32 + shift)
            }
            // One of 64 bits is exact for each dividend of 32.
            None => {
                let factor = self.word(u64::MAX / divisor + 1);
                self.builder.ins().umulhi(x, factor)
            }
        };
        self.builder.ins().ireduce(I32, quotient)
    }

    fn divide_u64(&mut self, x: Value, divisor: u64) -> Value {
        let zeros = divisor.trailing_zeros();
        // An even divisor needs fewer bits of the dividend.
        let shifted = || Some((unsigned(divisor >> zeros, 64, 64 - zeros)?, zeros));
        if let Some((reciprocal, zeros)) = unsigned(divisor, 64, 64).map(|it| (it, 0)).or_else(shifted) {
            let x = self.shift_right(x, zeros);
            let factor = self.word(reciprocal.factor);
            let high = self.builder.ins().umulhi(x, factor);
            return self.shift_right(high, reciprocal.shift);
        }
        let (low, shift) = long(divisor);
        let low = self.word(low);
        let high = self.builder.ins().umulhi(x, low);
        // The factor's highest bit adds the dividend itself; so halved, the sum does not overflow.
        let rest = self.builder.ins().isub(x, high);
        let half = self.shift_right(rest, 1);
        let sum = self.builder.ins().iadd(half, high);
        self.shift_right(sum, shift - 1)
    }

    /// The quotient of a signed integer and a constant.
    fn divide_signed(&mut self, x: Value, divisor: i64) -> Value {
        let size = divisor.unsigned_abs();
        let ty = self.type_of(x);
        let quotient = if size == 1 {
            x
        } else if size.is_power_of_two() {
            self.divide_by_power(x, ty, size.trailing_zeros())
        } else {
            self.divide_by_reciprocal(x, ty, signed(size, ty.bits()))
        };
        if divisor < 0 { self.builder.ins().ineg(quotient) } else { quotient }
    }

    /// The quotient of a signed integer and a power of two, which a shift alone would round down.
    fn divide_by_power(&mut self, x: Value, ty: Type, exponent: u32) -> Value {
        let sign = self.builder.ins().sshr_imm_u(x, i64::from(ty.bits() - 1));
        let bias = self.shift_right(sign, ty.bits() - exponent);
        let sum = self.builder.ins().iadd(x, bias);
        self.builder.ins().sshr_imm_u(sum, i64::from(exponent))
    }

    fn divide_by_reciprocal(&mut self, x: Value, ty: Type, Reciprocal { factor, shift }: Reciprocal) -> Value {
        let factor = self.word(factor);
        let rounded_down = match ty {
            I32 => {
                let wide = self.builder.ins().sextend(I64, x);
                let product = self.builder.ins().imul(wide, factor);
                let quotient = self.builder.ins().sshr_imm_u(product, i64::from(32 + shift));
                self.builder.ins().ireduce(I32, quotient)
            }
            _ => {
                // As a signed number the factor is 2^64 too small.
                let high = self.builder.ins().smulhi(x, factor);
                let high = self.builder.ins().iadd(high, x);
                self.builder.ins().sshr_imm_u(high, i64::from(shift))
            }
        };
        // One more for a negative number, whose quotient is rounded up.
        let sign = self.builder.ins().sshr_imm_u(x, i64::from(ty.bits() - 1));
        self.builder.ins().isub(rounded_down, sign)
    }

    fn shift_right(&mut self, x: Value, bits: u32) -> Value {
        if bits == 0 { x } else { self.builder.ins().ushr_imm_u(x, i64::from(bits)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Divisors and dividends near powers of two and near each other, and some others.
    fn numbers(bits: u32) -> Vec<u64> {
        let mask = u64::MAX >> (64 - bits);
        let near = (0..bits).flat_map(|bit| (0..5).map(move |by| (1_u64 << bit).wrapping_add(by).wrapping_sub(2)));
        let others = [3, 5, 7, 10, 11, 60, 100, 125, 641, 1000, 10_000, 1_000_000_007, 0xaaaa_aaaa_aaaa_aaaa, u64::MAX];
        near.chain(others).map(|number| number & mask).collect()
    }

    fn divisors(bits: u32) -> Vec<u64> {
        numbers(bits).into_iter().filter(|divisor| *divisor > 2 && !divisor.is_power_of_two()).collect()
    }

    fn high(x: u64, factor: u64) -> u64 {
        ((u128::from(x) * u128::from(factor)) >> 64) as u64
    }

    /// The dividends that go wrong first are those just below a multiple of the divisor.
    fn dividends(bits: u32, divisor: u64) -> impl Iterator<Item = u64> {
        let most = u64::MAX >> (64 - bits);
        let below = (most / divisor * divisor).wrapping_sub(1) & most;
        numbers(bits).into_iter().chain([most, below, below.saturating_sub(divisor), divisor - 1, divisor])
    }

    #[test]
    fn reciprocals_of_words() {
        for divisor in divisors(32) {
            for x in dividends(32, divisor) {
                let quotient = match unsigned(divisor, 32, 32) {
                    Some(Reciprocal { factor, shift }) => (x * factor) >> (32 + shift),
                    None => high(x, u64::MAX / divisor + 1),
                };
                assert_eq!(quotient, x / divisor, "{x} / {divisor}");
            }
        }
    }

    #[test]
    fn reciprocals_of_double_words() {
        for divisor in divisors(64) {
            let zeros = divisor.trailing_zeros();
            for x in dividends(64, divisor) {
                if let Some(Reciprocal { factor, shift }) = unsigned(divisor, 64, 64) {
                    assert_eq!(high(x, factor) >> shift, x / divisor, "{x} / {divisor}");
                }
                if let Some(Reciprocal { factor, shift }) = unsigned(divisor >> zeros, 64, 64 - zeros) {
                    assert_eq!(high(x >> zeros, factor) >> shift, x / divisor, "{x} / {divisor}, by halves");
                } else {
                    assert_eq!(zeros, 0, "an even divisor always has a reciprocal of one word");
                }
                let (low, shift) = long(divisor);
                let high = high(x, low);
                assert_eq!(((x - high) / 2 + high) >> (shift - 1), x / divisor, "{x} / {divisor}, by 65 bits");
            }
        }
    }

    #[test]
    fn reciprocals_for_signed_numbers() {
        for divisor in divisors(63) {
            let Reciprocal { factor, shift } = signed(divisor, 64);
            for x in dividends(64, divisor).map(|x| x as i64) {
                let product = i128::from(x) * i128::from(factor);
                let quotient = (product >> (64 + shift)) as i64 - (x >> 63);
                assert_eq!(quotient, x / divisor as i64, "{x} / {divisor}");
            }
        }
        for divisor in divisors(31) {
            let Reciprocal { factor, shift } = signed(divisor, 32);
            for x in dividends(32, divisor).map(|x| x as i32) {
                let quotient = ((i64::from(x) * factor as i64) >> (32 + shift)) as i32 - (x >> 31);
                assert_eq!(quotient, x / divisor as i32, "{x} / {divisor}");
            }
        }
    }
}
