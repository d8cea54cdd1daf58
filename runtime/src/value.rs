//! Values whose types are known only at run time.

mod slots;
mod text;

use crate::extern_ref::ExternRef;
use crate::func::Func;
use crate::numerics::V128;
use crate::store::AsContext;
use crate::types::{HeapType, RefType, ValType};
pub(crate) use slots::{read_v128, write_v128};

/// A value of WebAssembly (specification, section 4.2.1, "Values").
///
/// Floats are bits, so that NaN payloads stay as they are and values can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Val {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A vector.
    V128(V128),
    /// A reference to a function, or null.
    FuncRef(Option<Func>),
    /// A reference to a value of the host, or null.
    ExternRef(Option<ExternRef>),
}

/// `Val::i32`, `Val::unwrap_i32` and the like.
macro_rules! accessors {
    ($($variant:ident($ty:ty) $get:ident $unwrap:ident $name:literal: $pattern:pat => $value:expr;)*) => {$(
        #[doc = concat!("The ", $name, ", if this is one.")]
        pub fn $get(&self) -> Option<$ty> {
            match *self {
                $pattern => Some($value),
                _ => None,
            }
        }

        #[doc = concat!("The ", $name, ".")]
        ///
        /// # Panics
        ///
        /// This is a value of another type.
        #[track_caller]
        pub fn $unwrap(&self) -> $ty {
            match self.$get() {
                Some(value) => value,
                None => panic!(concat!("found {:?}, wanted ", $name), self),
            }
        }
    )*};
}

impl Val {
    accessors! {
        I32(i32) i32 unwrap_i32 "an i32": Val::I32(value) => value;
        I64(i64) i64 unwrap_i64 "an i64": Val::I64(value) => value;
        F32(f32) f32 unwrap_f32 "an f32": Val::F32(bits) => f32::from_bits(bits);
        F64(f64) f64 unwrap_f64 "an f64": Val::F64(bits) => f64::from_bits(bits);
        V128(V128) v128 unwrap_v128 "a v128": Val::V128(value) => value;
        FuncRef(Option<Func>) func_ref unwrap_func_ref "a function reference or null": Val::FuncRef(value) => value;
        ExternRef(Option<ExternRef>) extern_ref unwrap_extern_ref "an extern reference or null":
            Val::ExternRef(value) => value;
    }

    /// The type of this value: for a reference that is not null the most precise one, for null `funcref` or `externref`.
    ///
    /// # Panics
    ///
    /// This is a function of another store.
    pub fn ty(&self, store: impl AsContext) -> ValType {
        match self {
            Val::I32(_) => ValType::I32,
            Val::I64(_) => ValType::I64,
            Val::F32(_) => ValType::F32,
            Val::F64(_) => ValType::F64,
            Val::V128(_) => ValType::V128,
            Val::FuncRef(None) => ValType::FUNCREF,
            Val::ExternRef(None) => ValType::EXTERNREF,
            Val::ExternRef(Some(_)) => ValType::Ref(RefType { nullable: false, heap: HeapType::Extern }),
            Val::FuncRef(Some(func)) => {
                let id = func.type_id(store.as_context().inner());
                ValType::Ref(RefType { nullable: false, heap: HeapType::Concrete(id) })
            }
        }
    }

    /// The value that a local of this type starts with: zero or null; none for references that cannot be null.
    pub fn default_for(ty: ValType) -> Option<Val> {
        Some(match ty {
            ValType::I32 => Val::I32(0),
            ValType::I64 => Val::I64(0),
            ValType::F32 => Val::F32(0),
            ValType::F64 => Val::F64(0),
            ValType::V128 => Val::V128(V128::ZERO),
            ValType::Ref(RefType { nullable: false, .. }) => return None,
            ValType::Ref(RefType { heap: HeapType::Extern, .. }) => Val::ExternRef(None),
            ValType::Ref(_) => Val::FuncRef(None),
        })
    }
}

/// Values of Rust that are values of WebAssembly.
macro_rules! from_rust {
    ($($ty:ty: $value:ident => $val:expr;)*) => {$(
        impl From<$ty> for Val {
            fn from($value: $ty) -> Val {
                $val
            }
        }
    )*};
}

from_rust! {
    i32: value => Val::I32(value);
    u32: value => Val::I32(value as i32);
    i64: value => Val::I64(value);
    u64: value => Val::I64(value as i64);
    f32: value => Val::F32(value.to_bits());
    f64: value => Val::F64(value.to_bits());
    V128: value => Val::V128(value);
    Func: value => Val::FuncRef(Some(value));
    Option<Func>: value => Val::FuncRef(value);
    ExternRef: value => Val::ExternRef(Some(value));
    Option<ExternRef>: value => Val::ExternRef(value);
}
