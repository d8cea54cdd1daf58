//! Values whose types are known only when the program runs.

mod flat;
mod load;
mod store;

pub use load::convert_i32_to_char;
pub(crate) use load::{load_pair, part};
pub(crate) use store::store_pair;

use crate::resources::ResourceType;
use crate::types::Name;

/// A value of any type of the component model.
///
/// ```
/// use falkirk_canonical_abi::Val;
///
/// let point = Val::record([("x", Val::S32(3)), ("y", Val::S32(-4))]);
/// assert_eq!(point, Val::record([("x", Val::S32(3)), ("y", Val::S32(-4))]));
/// assert_eq!(Val::from("hi"), Val::String("hi".into()));
/// // There is one NaN, whatever its bits.
/// assert_eq!(Val::F32(f32::NAN), Val::F32(-f32::NAN));
/// ```
#[derive(Clone, Debug)]
pub enum Val {
    /// A `bool`.
    Bool(bool),
    /// An `s8`.
    S8(i8),
    /// A `u8`.
    U8(u8),
    /// An `s16`.
    S16(i16),
    /// A `u16`.
    U16(u16),
    /// An `s32`.
    S32(i32),
    /// A `u32`.
    U32(u32),
    /// An `s64`.
    S64(i64),
    /// A `u64`.
    U64(u64),
    /// An `f32`.
    F32(f32),
    /// An `f64`.
    F64(f64),
    /// A `char`.
    Char(char),
    /// A `string`.
    String(String),
    /// A `list`, of fixed length or not.
    List(Vec<Val>),
    /// A `record`: its fields in order.
    Record(Vec<(Name, Val)>),
    /// A `tuple`.
    Tuple(Vec<Val>),
    /// A case of a `variant`, and what it carries.
    Variant(Name, Option<Box<Val>>),
    /// A case of an `enum`.
    Enum(Name),
    /// An `option`.
    Option(Option<Box<Val>>),
    /// A `result`.
    Result(Result<Option<Box<Val>>, Option<Box<Val>>>),
    /// The names of the flags that are set, in any order.
    Flags(Vec<Name>),
    /// A handle, owned or borrowed as the type says.
    Handle(Handle),
}

/// A resource outside of any guest's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    /// The resource's type.
    pub ty: ResourceType,
    /// Its representation.
    pub rep: u32,
}

impl Val {
    /// A record of these fields.
    pub fn record<N: Into<Name>>(fields: impl IntoIterator<Item = (N, Val)>) -> Val {
        Val::Record(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// A case of a variant.
    pub fn variant(name: impl Into<Name>, payload: Option<Val>) -> Val {
        Val::Variant(name.into(), payload.map(Box::new))
    }

    /// A case of an enum.
    pub fn enumeration(name: impl Into<Name>) -> Val {
        Val::Enum(name.into())
    }

    /// `some` or `none`.
    pub fn option(value: Option<Val>) -> Val {
        Val::Option(value.map(Box::new))
    }

    /// `ok` or `err`, with or without a payload.
    pub fn result(value: Result<Option<Val>, Option<Val>>) -> Val {
        Val::Result(value.map(|ok| ok.map(Box::new)).map_err(|err| err.map(Box::new)))
    }

    /// These flags.
    pub fn flags<N: Into<Name>>(names: impl IntoIterator<Item = N>) -> Val {
        Val::Flags(names.into_iter().map(Into::into).collect())
    }

    /// What a message calls a value of this sort.
    pub(crate) fn sort(&self) -> &'static str {
        match self {
            Val::Bool(_) => "a bool",
            Val::S8(_) => "an s8",
            Val::U8(_) => "a u8",
            Val::S16(_) => "an s16",
            Val::U16(_) => "a u16",
            Val::S32(_) => "an s32",
            Val::U32(_) => "a u32",
            Val::S64(_) => "an s64",
            Val::U64(_) => "a u64",
            Val::F32(_) => "an f32",
            Val::F64(_) => "an f64",
            Val::Char(_) => "a char",
            Val::String(_) => "a string",
            Val::List(_) => "a list",
            Val::Record(_) => "a record",
            Val::Tuple(_) => "a tuple",
            Val::Variant(..) => "a variant",
            Val::Enum(_) => "an enum",
            Val::Option(_) => "an option",
            Val::Result(_) => "a result",
            Val::Flags(_) => "flags",
            Val::Handle(_) => "a handle",
        }
    }
}

impl PartialEq for Val {
    fn eq(&self, other: &Val) -> bool {
        match (self, other) {
            (Val::Bool(a), Val::Bool(b)) => a == b,
            (Val::S8(a), Val::S8(b)) => a == b,
            (Val::U8(a), Val::U8(b)) => a == b,
            (Val::S16(a), Val::S16(b)) => a == b,
            (Val::U16(a), Val::U16(b)) => a == b,
            (Val::S32(a), Val::S32(b)) => a == b,
            (Val::U32(a), Val::U32(b)) => a == b,
            (Val::S64(a), Val::S64(b)) => a == b,
            (Val::U64(a), Val::U64(b)) => a == b,
            // The bits, so that zeros have a sign; but there is one NaN.
            (Val::F32(a), Val::F32(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Val::F64(a), Val::F64(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Val::Char(a), Val::Char(b)) => a == b,
            (Val::String(a), Val::String(b)) => a == b,
            (Val::List(a), Val::List(b)) | (Val::Tuple(a), Val::Tuple(b)) => a == b,
            (Val::Record(a), Val::Record(b)) => a == b,
            (Val::Variant(a, x), Val::Variant(b, y)) => a == b && x == y,
            (Val::Enum(a), Val::Enum(b)) => a == b,
            (Val::Option(a), Val::Option(b)) => a == b,
            (Val::Result(a), Val::Result(b)) => a == b,
            (Val::Flags(a), Val::Flags(b)) => {
                a.iter().all(|name| b.contains(name)) && b.iter().all(|name| a.contains(name))
            }
            (Val::Handle(a), Val::Handle(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Val {}

macro_rules! from {
    ($($rust:ty => $variant:ident),*) => {
        $(
            impl From<$rust> for Val {
                fn from(value: $rust) -> Val {
                    Val::$variant(value.into())
                }
            }
        )*
    };
}

from!(bool => Bool, i8 => S8, u8 => U8, i16 => S16, u16 => U16, i32 => S32, u32 => U32, i64 => S64, u64 => U64);
from!(f32 => F32, f64 => F64, char => Char, String => String, &str => String, Handle => Handle);
