//! Arguments of a function: text to values, by the parameter's type.

use ::wast::parser::{self, Parse, ParseBuffer};
use ::wast::token::{F32, F64};
use falkirk::{FuncType, HeapType, V128, Val, ValType};

use crate::failure::Failure;

/// The values that `texts` mean for a function of type `ty`.
pub fn parse(name: &str, ty: &FuncType, texts: &[String]) -> Result<Vec<Val>, Failure> {
    if texts.len() != ty.params().len() {
        return Err(wrong_count(name, ty, texts));
    }
    let one = |(position, (text, param)): (usize, (&String, &ValType))| {
        value(text, *param).ok_or_else(|| wrong_value(name, ty, position, text))
    };
    texts.iter().zip(ty.params()).enumerate().map(one).collect()
}

fn wrong_count(name: &str, ty: &FuncType, texts: &[String]) -> Failure {
    let given = if texts.is_empty() { "none".to_owned() } else { format!("{} ({})", texts.len(), texts.join(" ")) };
    let failure = Failure::input(format!("`{name}` was given a wrong number of arguments"))
        .found(given)
        .wanted(format!("{}, as its type is {ty}", ty.params().len()))
        .help(format!("`falkirk run FILE --invoke {name}{}`", placeholders(ty)));
    match texts.iter().find(|text| text.starts_with("--")) {
        Some(option) => failure.help(format!("`{option}` goes in front of FILE, as all options but `--invoke` do")),
        None => failure,
    }
}

fn placeholders(ty: &FuncType) -> String {
    ty.params().iter().map(|param| format!(" <{param}>")).collect()
}

fn wrong_value(name: &str, ty: &FuncType, position: usize, text: &str) -> Failure {
    let param = ty.params()[position];
    Failure::input(format!("argument {} of `{name}` is not of type {param}", position + 1))
        .found(format!("`{text}`"))
        .wanted(examples(param))
}

/// What can be written for a parameter of this type.
pub fn examples(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "an integer from -2147483648 to 4294967295, such as `42`, `-1` or `0xff`",
        ValType::I64 => "an integer from -9223372036854775808 to 18446744073709551615, such as `42`, `-1` or `0xff`",
        ValType::F32 | ValType::F64 => "a number such as `1.5`, `-2e10`, `0x1.8p3`, `inf` or `nan`",
        ValType::V128 => "lanes such as `i32x4:1,2,3,4` or `f64x2:1.5,nan`, or `0x` and 32 hexadecimal digits",
        ValType::Ref(reference) if reference.nullable => "`null`: other references cannot be written down",
        ValType::Ref(_) => "a reference that is not null, which cannot be written down: call it from a module",
    }
}

/// The value that `text` means for a parameter of type `ty`.
pub fn value(text: &str, ty: ValType) -> Option<Val> {
    match ty {
        ValType::I32 => literal::<i32>(text).map(Val::I32),
        ValType::I64 => literal::<i64>(text).map(Val::I64),
        ValType::F32 => f32_bits(text).map(Val::F32),
        ValType::F64 => f64_bits(text).map(Val::F64),
        ValType::V128 => v128(text).map(Val::V128),
        ValType::Ref(reference) if text == "null" && reference.nullable => null(reference.heap),
        ValType::Ref(_) => None,
    }
}

fn null(heap: HeapType) -> Option<Val> {
    match heap {
        HeapType::Func | HeapType::Concrete(_) => Some(Val::FuncRef(None)),
        HeapType::Extern => Some(Val::ExternRef(None)),
        _ => None,
    }
}

/// A literal of the text format, which is what the specification calls the value.
fn literal<T: for<'a> Parse<'a>>(text: &str) -> Option<T> {
    let buffer = ParseBuffer::new(text).ok()?;
    parser::parse::<T>(&buffer).ok()
}

/// Floats of the text format (`0x1.8p3`, `nan:0x1`), and those that only Rust's parser knows (`.5`, `infinity`, `NaN`).
fn f32_bits(text: &str) -> Option<u32> {
    literal::<F32>(text).map(|value| value.bits).or_else(|| text.parse::<f32>().ok().map(f32::to_bits))
}

fn f64_bits(text: &str) -> Option<u64> {
    literal::<F64>(text).map(|value| value.bits).or_else(|| text.parse::<f64>().ok().map(f64::to_bits))
}

/// `i32x4 1 2 3 4`, `i32x4:1,2,3,4`, or the whole number in hexadecimal.
fn v128(text: &str) -> Option<V128> {
    text.replace([':', ','], " ").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: ValType, text: &str, wanted: Option<Val>) {
        assert_eq!(format!("{:?}", value(text, ty)), format!("{wanted:?}"), "{text}");
    }

    #[test]
    fn integers() {
        check(ValType::I32, "42", Some(Val::I32(42)));
        check(ValType::I32, "-1", Some(Val::I32(-1)));
        check(ValType::I32, "4294967295", Some(Val::I32(-1)));
        check(ValType::I32, "0xffff_fff0", Some(Val::I32(-16)));
        check(ValType::I64, "-0x8000000000000000", Some(Val::I64(i64::MIN)));
        check(ValType::I64, "18446744073709551615", Some(Val::I64(-1)));
        for wrong in ["4294967296", "-2147483649", "", "1.5", "0x", "1 2", "\"1\"", "null", "1)", "(;;)"] {
            check(ValType::I32, wrong, None);
        }
    }

    #[test]
    fn floats() {
        check(ValType::F64, "1.5", Some(Val::F64(1.5_f64.to_bits())));
        check(ValType::F64, "-.5", Some(Val::F64((-0.5_f64).to_bits())));
        check(ValType::F64, "0x1.8p3", Some(Val::F64(12.0_f64.to_bits())));
        check(ValType::F64, "-inf", Some(Val::F64(f64::NEG_INFINITY.to_bits())));
        check(ValType::F32, "nan:0x1", Some(Val::F32(0x7f80_0001)));
        check(ValType::F32, "NaN", Some(Val::F32(0x7fc0_0000)));
        check(ValType::F32, "7", Some(Val::F32(7_f32.to_bits())));
        for wrong in ["", "one", "1,5", "0x", "nan:0x0"] {
            check(ValType::F32, wrong, None);
        }
    }

    #[test]
    fn vectors() {
        let lanes = V128::from([1, 2, 3, 4_u32]);
        for text in ["i32x4 1 2 3 4", "i32x4:1,2,3,4", "0x00000004000000030000000200000001"] {
            check(ValType::V128, text, Some(Val::V128(lanes)));
        }
        for wrong in ["", "0x", "1", "i32x4:1,2,3", "i32x5:1", "0x100000000000000000000000000000000", "0x+1"] {
            check(ValType::V128, wrong, None);
        }
    }

    #[test]
    fn references() {
        check(ValType::FUNCREF, "null", Some(Val::FuncRef(None)));
        check(ValType::EXTERNREF, "null", Some(Val::ExternRef(None)));
        check(ValType::FUNCREF, "0", None);
    }
}
