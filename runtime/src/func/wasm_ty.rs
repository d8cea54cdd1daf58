//! Rust's types that are types of WebAssembly, and lists of them.
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads and writes slots whose addresses it is given, as many as the types take.
#![allow(unsafe_code)]

use super::Func;
use crate::error::Result;
use crate::extern_ref::ExternRef;
use crate::numerics::V128;
use crate::store::{StoreId, StoreInner};
use crate::types::{HeapType, RefType, ValType};
use crate::value::{Val, read_v128, write_v128};

/// A type of Rust that is a type of WebAssembly: `i32`, `u32`, `i64`, `u64`, `f32`, `f64`, [`V128`], [`Func`] and
/// [`ExternRef`] (which are not null), `Option<Func>` and `Option<ExternRef>` (which may be).
pub trait WasmTy: Copy + Send + sealed::Sealed + 'static {
    #[doc(hidden)]
    const TYPE: ValType;

    /// # Safety
    ///
    /// As many slots as the type takes can be written.
    #[doc(hidden)]
    unsafe fn write(self, slots: *mut u64, store: StoreId);

    /// # Safety
    ///
    /// The slots hold a value of this type, of this store.
    #[doc(hidden)]
    unsafe fn read(slots: *const u64, store: StoreId) -> Self;

    /// This value as one whose type is known at run time.
    #[doc(hidden)]
    fn into_val(self) -> Val;
}

mod sealed {
    /// Types of this crate's choice.
    pub trait Sealed {}
}

/// Implements [`WasmTy`] for types that take one slot.
macro_rules! one_slot {
    ($($ty:ty, $type:expr, $value:ident, $store:ident: $write:expr, $read:expr;)*) => {$(
        impl sealed::Sealed for $ty {}

        impl WasmTy for $ty {
            const TYPE: ValType = $type;

            #[inline(always)]
            unsafe fn write(self, slots: *mut u64, $store: StoreId) {
                let $value = self;
                // SAFETY: the caller's promise.
                unsafe { slots.write($write) };
            }

            #[inline(always)]
            #[allow(unused_unsafe, reason = "only references need it")]
            unsafe fn read(slots: *const u64, $store: StoreId) -> $ty {
                // SAFETY: the caller's promise.
                let $value = unsafe { slots.read() };
                // SAFETY: the caller's promise.
                unsafe { $read }
            }

            fn into_val(self) -> Val {
                self.into()
            }
        }
    )*};
}

const NON_NULL_FUNC: ValType = ValType::Ref(RefType { nullable: false, heap: HeapType::Func });
const NON_NULL_EXTERN: ValType = ValType::Ref(RefType { nullable: false, heap: HeapType::Extern });
const NULL: &str = "BUG: a null reference has a type without null";

one_slot! {
    i32, ValType::I32, value, _store: u64::from(value as u32), value as i32;
    u32, ValType::I32, value, _store: u64::from(value), value as u32;
    i64, ValType::I64, value, _store: value as u64, value as i64;
    u64, ValType::I64, value, _store: value, value;
    f32, ValType::F32, value, _store: u64::from(value.to_bits()), f32::from_bits(value as u32);
    f64, ValType::F64, value, _store: value.to_bits(), f64::from_bits(value);
    Option<Func>, ValType::FUNCREF, value, store: value.map_or(0, |func| func.to_slot(store)), Func::from_slot(value, store);
    Func, NON_NULL_FUNC, value, store: value.to_slot(store), Func::from_slot(value, store).expect(NULL);
    Option<ExternRef>, ValType::EXTERNREF, value, store:
        value.map_or(0, |reference| reference.to_slot(store)), ExternRef::from_slot(value, store);
    ExternRef, NON_NULL_EXTERN, value, store: value.to_slot(store), ExternRef::from_slot(value, store).expect(NULL);
}

impl sealed::Sealed for V128 {}

impl WasmTy for V128 {
    const TYPE: ValType = ValType::V128;

    #[inline(always)]
    unsafe fn write(self, slots: *mut u64, _store: StoreId) {
        // SAFETY: the caller's promise.
        unsafe { write_v128(slots, self) };
    }

    #[inline(always)]
    unsafe fn read(slots: *const u64, _store: StoreId) -> V128 {
        // SAFETY: the caller's promise.
        unsafe { read_v128(slots) }
    }

    fn into_val(self) -> Val {
        self.into()
    }
}

/// Parameters of a [`TypedFunc`](super::TypedFunc): one [`WasmTy`], or a tuple of up to 16.
pub trait WasmParams: Send {
    #[doc(hidden)]
    const TYPES: &'static [ValType];

    /// # Safety
    ///
    /// As many slots as the types take can be written.
    #[doc(hidden)]
    unsafe fn write(self, slots: *mut u64, store: StoreId);

    /// The values as ones whose types are known at run time.
    #[doc(hidden)]
    fn to_vals(&self) -> Vec<Val>;
}

/// Results of a [`TypedFunc`](super::TypedFunc) or of a host function: one [`WasmTy`], or a tuple of up to 16.
pub trait WasmResults: WasmParams + Sized {
    /// # Safety
    ///
    /// The slots hold values of these types, of this store.
    #[doc(hidden)]
    unsafe fn read(slots: *const u64, store: StoreId) -> Self;
}

impl<A: WasmTy> WasmParams for A {
    const TYPES: &'static [ValType] = &[A::TYPE];

    #[inline(always)]
    unsafe fn write(self, slots: *mut u64, store: StoreId) {
        // SAFETY: the caller's promise.
        unsafe { WasmTy::write(self, slots, store) };
    }

    fn to_vals(&self) -> Vec<Val> {
        vec![self.into_val()]
    }
}

impl<A: WasmTy> WasmResults for A {
    #[inline(always)]
    unsafe fn read(slots: *const u64, store: StoreId) -> A {
        // SAFETY: the caller's promise.
        unsafe { <A as WasmTy>::read(slots, store) }
    }
}

/// Takes the next value out of slots, and moves on.
///
/// # Safety
///
/// The slots hold a value of this type, of this store.
#[inline(always)]
pub(super) unsafe fn take<A: WasmTy>(slots: &mut *const u64, store: StoreId) -> A {
    // SAFETY: the caller's promise.
    unsafe {
        let value = A::read(*slots, store);
        *slots = slots.add(A::TYPE.slots());
        value
    }
}

/// Implements the two traits for tuples.
macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        #[allow(non_snake_case, unused_mut, unused_variables, unused_assignments, reason = "one macro for every length")]
        impl<$($name: WasmTy),*> WasmParams for ($($name,)*) {
            const TYPES: &'static [ValType] = &[$($name::TYPE),*];

            #[inline(always)]
            unsafe fn write(self, mut slots: *mut u64, store: StoreId) {
                let ($($name,)*) = self;
                $(
                    // SAFETY: the caller's promise.
                    unsafe {
                        WasmTy::write($name, slots, store);
                        slots = slots.add($name::TYPE.slots());
                    }
                )*
            }

            fn to_vals(&self) -> Vec<Val> {
                let ($($name,)*) = self;
                vec![$($name.into_val()),*]
            }
        }

        #[allow(unused_mut, unused_variables, clippy::unused_unit, reason = "one macro for every length")]
        impl<$($name: WasmTy),*> WasmResults for ($($name,)*) {
            #[inline(always)]
            unsafe fn read(mut slots: *const u64, store: StoreId) -> Self {
                // SAFETY: the caller's promise; a tuple's fields are evaluated in order.
                ($(unsafe { take::<$name>(&mut slots, store) },)*)
            }
        }
    )*};
}

/// Calls a macro with the list of type names of each length from 0 to 16.
macro_rules! for_each_length {
    ($macro:ident) => {
        $macro! {
            ()
            (A1)
            (A1 A2)
            (A1 A2 A3)
            (A1 A2 A3 A4)
            (A1 A2 A3 A4 A5)
            (A1 A2 A3 A4 A5 A6)
            (A1 A2 A3 A4 A5 A6 A7)
            (A1 A2 A3 A4 A5 A6 A7 A8)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15)
            (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16)
        }
    };
}
pub(super) use for_each_length;

for_each_length!(tuples);

/// Checks values against the types that a function wants, which may be more precise than Rust's.
pub(super) fn check_values(values: &[Val], types: &[ValType], what: &str, store: &StoreInner) -> Result<()> {
    use crate::error::Error;
    if values.len() != types.len() {
        return Err(Error::usage(format!("wrong number of {what}s: found {}, wanted {}", values.len(), types.len())));
    }
    for (position, (value, ty)) in values.iter().zip(types).enumerate() {
        if !value.matches(*ty, store) {
            let found = value.describe();
            return Err(Error::usage(format!("{what} {position}: found {found}, wanted a value of type {ty}")));
        }
    }
    Ok(())
}
