//! Values that belong to no store, so that those of two engines can be compared.

use std::fmt;

use falkirk_runtime::{AsContext, AsContextMut, ExternRef, HeapType, Instance, V128, Val, ValType};

/// A value as it is seen from outside of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A vector, lane 0 lowest.
    V128(u128),
    /// A reference.
    Ref(Reference),
}

/// A reference: what two stores can agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// Null.
    Null,
    /// The function of the guest with this index.
    Function(u32),
    /// A value of the host that was made up for the comparison, with this number.
    MadeUp(u32),
    /// Another function or value of the host, or one that cannot be looked into where it was seen.
    Opaque,
}

/// The value of the host behind a [`Reference::MadeUp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MadeUp(pub u32);

/// How NaNs are compared.
///
/// Which NaN an arithmetic instruction gives is open in the specification (section 4.3.3, "NaN Propagation"), so engines
/// may differ in it. They may not differ in whether it is quiet: arithmetic gives quiet NaNs, and what only moves floats
/// leaves signalling ones as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nans {
    /// Bit for bit, for modules that make every NaN canonical themselves.
    Exact,
    /// NaNs are alike when both are quiet or both are not: in results, globals, arguments of host functions, and in
    /// memories where they are aligned.
    #[default]
    Alike,
}

impl Value {
    /// What `value` is, for the functions of `instance`, if that is known already.
    pub fn of(value: &Val, store: impl AsContext, instance: Option<Instance>) -> Value {
        match value {
            Val::FuncRef(Some(function)) => match function.origin(&store) {
                Some((owner, index)) if instance.is_none_or(|instance| instance == owner) => {
                    Value::Ref(Reference::Function(index))
                }
                _ => Value::Ref(Reference::Opaque),
            },
            Val::ExternRef(Some(reference)) => Value::Ref(match reference.data(&store).downcast_ref() {
                Some(MadeUp(number)) => Reference::MadeUp(*number),
                None => Reference::Opaque,
            }),
            plain => Value::without_store(plain),
        }
    }

    /// What `value` is as far as it shows without its store.
    pub fn without_store(value: &Val) -> Value {
        match value {
            Val::I32(value) => Value::I32(*value),
            Val::I64(value) => Value::I64(*value),
            Val::F32(bits) => Value::F32(*bits),
            Val::F64(bits) => Value::F64(*bits),
            Val::V128(value) => Value::V128((*value).into()),
            Val::FuncRef(None) | Val::ExternRef(None) => Value::Ref(Reference::Null),
            Val::FuncRef(Some(_)) | Val::ExternRef(Some(_)) => Value::Ref(Reference::Opaque),
        }
    }

    /// This value in a store, for a place of type `ty`; `None` if it has none there.
    pub fn to_val(self, store: impl AsContextMut, instance: Option<Instance>, ty: ValType) -> Option<Val> {
        Some(match self {
            Value::I32(value) => Val::I32(value),
            Value::I64(value) => Val::I64(value),
            Value::F32(bits) => Val::F32(bits),
            Value::F64(bits) => Val::F64(bits),
            Value::V128(value) => Val::V128(V128::from(value)),
            Value::Ref(Reference::Null) => Val::default_for(ty)?,
            Value::Ref(Reference::MadeUp(number)) => Val::ExternRef(Some(ExternRef::new(store, MadeUp(number)))),
            Value::Ref(Reference::Function(index)) => exported_function(&store, instance?, index)?,
            Value::Ref(Reference::Opaque) => return None,
        })
    }

    /// Whether two engines may give these for the same thing.
    pub fn is_like(self, other: Value, nans: Nans) -> bool {
        match (self, other) {
            (a, b) if a == b => true,
            _ if nans == Nans::Exact => false,
            (Value::F32(a), Value::F32(b)) => alike_f32(a, b),
            (Value::F64(a), Value::F64(b)) => alike_f64(a, b),
            (Value::V128(a), Value::V128(b)) => alike_lanes(a, b),
            _ => false,
        }
    }

    /// This value with the canonical NaN for any NaN that is a float of its own.
    pub fn with_canonical_nan(self) -> Value {
        match self {
            Value::F32(bits) if f32::from_bits(bits).is_nan() => Value::F32(0x7fc0_0000),
            Value::F64(bits) if f64::from_bits(bits).is_nan() => Value::F64(0x7ff8_0000_0000_0000),
            other => other,
        }
    }
}

fn exported_function(store: impl AsContext, instance: Instance, index: u32) -> Option<Val> {
    let mut functions = instance.exports(&store).filter_map(|(_, item)| item.into_func());
    functions.find(|function| function.origin(&store) == Some((instance, index))).map(Val::from)
}

/// Whether two words of memory are alike as two 32-bit floats or as one 64-bit float.
pub(super) fn alike_words(a: u64, b: u64) -> bool {
    let halves = |word: u64| [word as u32, (word >> 32) as u32];
    let alike_halves = || halves(a).into_iter().zip(halves(b)).all(|(a, b)| a == b || alike_f32(a, b));
    a == b || alike_f64(a, b) || alike_halves()
}

fn alike_lanes(a: u128, b: u128) -> bool {
    alike_words(a as u64, b as u64) && alike_words((a >> 64) as u64, (b >> 64) as u64)
}

/// Whether both are NaNs that are quiet, or NaNs that are not.
fn alike_f32(a: u32, b: u32) -> bool {
    const QUIET: u32 = 1 << 22;
    f32::from_bits(a).is_nan() && f32::from_bits(b).is_nan() && (a ^ b) & QUIET == 0
}

fn alike_f64(a: u64, b: u64) -> bool {
    const QUIET: u64 = 1 << 51;
    f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan() && (a ^ b) & QUIET == 0
}

/// Whether the type's null is the only value of it that can be made up.
pub(super) fn only_null(heap: HeapType) -> bool {
    matches!(heap, HeapType::Concrete(_))
}

/// Integers as signed decimals, floats as the shortest number that reads back the same, NaNs with their payload.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::I32(value) => value.fmt(f),
            Value::I64(value) => value.fmt(f),
            Value::F32(bits) if f32::from_bits(bits).is_nan() => {
                fmt_nan(f, bits >> 31 != 0, u64::from(bits & 0x7f_ffff))
            }
            Value::F64(bits) if f64::from_bits(bits).is_nan() => fmt_nan(f, bits >> 63 != 0, bits & 0xf_ffff_ffff_ffff),
            Value::F32(bits) => write!(f, "{:?}", f32::from_bits(bits)),
            Value::F64(bits) => write!(f, "{:?}", f64::from_bits(bits)),
            Value::V128(bits) => V128::from(bits).fmt(f),
            Value::Ref(Reference::Null) => f.write_str("null"),
            Value::Ref(Reference::Function(index)) => write!(f, "function {index}"),
            Value::Ref(Reference::MadeUp(number)) => write!(f, "host value {number}"),
            Value::Ref(Reference::Opaque) => f.write_str("a reference"),
        }
    }
}

fn fmt_nan(f: &mut fmt::Formatter<'_>, negative: bool, payload: u64) -> fmt::Result {
    write!(f, "{}nan:{payload:#x}", if negative { "-" } else { "" })
}

/// Values with commas between.
pub(super) fn list(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nans_are_alike_when_both_are_quiet() {
        let (quiet, other_quiet, signalling) = (0x7fc0_0000, 0xffc0_1234, 0x7f80_0001);
        let pairs = [(quiet, other_quiet, true), (quiet, signalling, false), (quiet, 0x3f80_0000, false)];
        for (a, b, wanted) in pairs {
            assert_eq!(Value::F32(a).is_like(Value::F32(b), Nans::Alike), wanted, "{a:x} {b:x}");
            assert!(!Value::F32(a).is_like(Value::F32(b), Nans::Exact), "{a:x} {b:x}");
        }
        assert!(Value::F32(signalling).is_like(Value::F32(signalling), Nans::Exact));
        let lanes = |lane: u32| Value::V128(u128::from(lane) << 32 | 5);
        assert!(lanes(quiet).is_like(lanes(other_quiet), Nans::Alike));
        assert!(!lanes(quiet).is_like(lanes(signalling), Nans::Alike));
        assert!(!Value::I32(quiet as i32).is_like(Value::I32(other_quiet as i32), Nans::Alike));
        let doubles = (0x7ff8_0000_0000_0000, 0xfff8_0000_0000_0001);
        assert!(Value::F64(doubles.0).is_like(Value::F64(doubles.1), Nans::Alike));
    }

    #[test]
    fn values_as_text() {
        let shown = [
            (Value::I32(-1), "-1"),
            (Value::F32(0x7fc0_0000), "nan:0x400000"),
            (Value::F64(0xfff0_0000_0000_0001), "-nan:0x1"),
            (Value::F64((-0.0_f64).to_bits()), "-0.0"),
            (Value::V128(1), "i32x4 0x00000001 0x00000000 0x00000000 0x00000000"),
            (Value::Ref(Reference::Function(3)), "function 3"),
        ];
        for (value, wanted) in shown {
            assert_eq!(value.to_string(), wanted);
        }
    }
}
