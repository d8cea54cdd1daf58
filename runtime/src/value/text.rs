//! Values as text.

use std::fmt;

use super::Val;

/// Integers are signed decimals, floats the shortest number that reads back the same (NaNs with their payload unless it is
/// the canonical one), vectors as in the text format.
impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Val::I32(value) => write!(f, "{value}"),
            Val::I64(value) => write!(f, "{value}"),
            Val::F32(bits) => f.write_str(&show_f32(*bits)),
            Val::F64(bits) => f.write_str(&show_f64(*bits)),
            Val::V128(value) => write!(f, "{value}"),
            Val::FuncRef(None) | Val::ExternRef(None) => f.write_str("null"),
            Val::FuncRef(Some(_)) => f.write_str("funcref"),
            Val::ExternRef(Some(_)) => f.write_str("externref"),
        }
    }
}

/// Whether a number is better read without an exponent.
fn is_handy(magnitude: f64) -> bool {
    magnitude == 0.0 || (1e-5..1e17).contains(&magnitude)
}

fn show_f32(bits: u32) -> String {
    let value = f32::from_bits(bits);
    if value.is_nan() {
        return show_nan(bits >> 31 != 0, u64::from(bits & 0x7f_ffff), 1 << 22);
    }
    if is_handy(f64::from(value.abs())) || value.is_infinite() { value.to_string() } else { format!("{value:e}") }
}

fn show_f64(bits: u64) -> String {
    let value = f64::from_bits(bits);
    if value.is_nan() {
        return show_nan(bits >> 63 != 0, bits & 0xf_ffff_ffff_ffff, 1 << 51);
    }
    if is_handy(value.abs()) || value.is_infinite() { value.to_string() } else { format!("{value:e}") }
}

/// `nan` when its payload is the canonical one, else `nan:0x...`.
fn show_nan(negative: bool, payload: u64, canonical: u64) -> String {
    let sign = if negative { "-" } else { "" };
    if payload == canonical { format!("{sign}nan") } else { format!("{sign}nan:{payload:#x}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::V128;

    #[test]
    fn values() {
        let cases = [
            (Val::I32(-1), "-1"),
            (Val::I64(i64::MIN), "-9223372036854775808"),
            (Val::F32(0.1_f32.to_bits()), "0.1"),
            (Val::F64((-0.0_f64).to_bits()), "-0"),
            (Val::F64(1e300_f64.to_bits()), "1e300"),
            (Val::F64(123456.75_f64.to_bits()), "123456.75"),
            (Val::F64(f64::NEG_INFINITY.to_bits()), "-inf"),
            (Val::F32(0x7fc0_0000), "nan"),
            (Val::F32(0xff80_0001), "-nan:0x1"),
            (Val::V128(V128::from([1, 2, 3, 4_u32])), "i32x4 0x00000001 0x00000002 0x00000003 0x00000004"),
            (Val::FuncRef(None), "null"),
        ];
        for (value, wanted) in cases {
            assert_eq!(value.to_string(), wanted);
        }
    }
}
