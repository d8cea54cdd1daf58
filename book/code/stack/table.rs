//! What the instructions take, what they give, and what they do.

use std::fmt;

use crate::programs::Result;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An integer of 32 bits.
    I32,
    /// An integer of 64 bits.
    I64,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Type::I32 { "i32" } else { "i64" })
    }
}

use Type::{I32, I64};

// ANCHOR: table
/// An instruction: its name, the types that it takes, the type that it gives, and what it does with the operands.
pub type Row = (&'static str, &'static [Type], Type, fn(&[i64]) -> i64);

/// All instructions but the constants. An `i32` is kept as the `i64` of the same value.
pub const TABLE: [Row; 8] = [
    ("i32.add", &[I32, I32], I32, |a| wrap(a[0] + a[1])),
    ("i32.sub", &[I32, I32], I32, |a| wrap(a[0] - a[1])),
    ("i32.mul", &[I32, I32], I32, |a| wrap(a[0].wrapping_mul(a[1]))),
    ("i32.eqz", &[I32], I32, |a| i64::from(a[0] == 0)),
    ("i64.add", &[I64, I64], I64, |a| a[0].wrapping_add(a[1])),
    ("i64.eqz", &[I64], I32, |a| i64::from(a[0] == 0)),
    ("i32.wrap_i64", &[I64], I32, |a| wrap(a[0])),
    ("i64.extend_i32_s", &[I32], I64, |a| a[0]),
];

/// The value of the lowest 32 bits.
fn wrap(value: i64) -> i64 {
    i64::from(value as i32)
}
// ANCHOR_END: table

/// The row of an instruction.
pub fn find(name: &str) -> Result<&'static Row> {
    TABLE.iter().find(|row| row.0 == name).ok_or_else(|| format!("there is no instruction `{name}`").into())
}

/// The constant that `i32.const 2` or `i64.const 2` pushes, if it is one of these.
pub fn constant(instruction: &str) -> Result<Option<(Type, i64)>> {
    let Some((name, value)) = instruction.split_once(' ') else { return Ok(None) };
    match name {
        "i32.const" => Ok(Some((I32, i64::from(value.parse::<i32>()?)))),
        "i64.const" => Ok(Some((I64, value.parse()?))),
        _ => Ok(None),
    }
}
