//! Values in the slots that code reads and writes.
//!
//! An `i32` or `f32` takes the low half of a slot (the high half is zero when the host writes it), an `i64` or `f64` a
//! slot, a `v128` two slots with the low half first. A reference to a function is the address of its `FuncRef`, one to a
//! value of the host its number plus one, and null is zero.
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads and writes slots whose addresses it is given, as many as the type takes. A slot
//! of a reference type holds null or a reference of the store that it is read for.
#![allow(unsafe_code)]

use super::Val;
use crate::extern_ref::ExternRef;
use crate::func::Func;
use crate::numerics::V128;
use crate::store::{StoreId, StoreInner};
use crate::types::{HeapType, RefType, ValType};

impl Val {
    /// Writes this value.
    ///
    /// # Safety
    ///
    /// As many slots as the type takes can be written at `slots`.
    #[inline]
    pub(crate) unsafe fn write(self, slots: *mut u64, store: StoreId) {
        let slot = match self {
            Val::I32(value) => u64::from(value as u32),
            Val::I64(value) => value as u64,
            Val::F32(bits) => u64::from(bits),
            Val::F64(bits) => bits,
            // SAFETY: the caller's promise.
            Val::V128(value) => return unsafe { write_v128(slots, value) },
            Val::FuncRef(func) => func.map_or(0, |func| func.to_slot(store)),
            Val::ExternRef(reference) => reference.map_or(0, |reference| reference.to_slot(store)),
        };
        // SAFETY: the caller's promise.
        unsafe { slots.write(slot) };
    }

    /// Reads a value of this type.
    ///
    /// # Safety
    ///
    /// The slots hold a value of this type, of this store.
    #[inline]
    pub(crate) unsafe fn read(ty: ValType, slots: *const u64, store: StoreId) -> Val {
        // SAFETY: the caller's promise.
        unsafe {
            match ty {
                ValType::I32 => Val::I32(slots.read() as i32),
                ValType::I64 => Val::I64(slots.read() as i64),
                ValType::F32 => Val::F32(slots.read() as u32),
                ValType::F64 => Val::F64(slots.read()),
                ValType::V128 => Val::V128(read_v128(slots)),
                ValType::Ref(ty) => Val::from_ref_slot(ty, slots.read(), store),
            }
        }
    }

    /// The reference that a slot holds.
    ///
    /// # Safety
    ///
    /// The slot holds a reference of this type, of this store.
    pub(crate) unsafe fn from_ref_slot(ty: RefType, slot: u64, store: StoreId) -> Val {
        match ty.heap {
            HeapType::Extern => Val::ExternRef(ExternRef::from_slot(slot, store)),
            // SAFETY: the caller's promise.
            HeapType::Func | HeapType::Concrete(_) => Val::FuncRef(unsafe { Func::from_slot(slot, store) }),
        }
    }

    /// What stands in a slot for this reference; `None` if it is not one of this type.
    pub(crate) fn to_ref_slot(self, ty: RefType, store: &StoreInner) -> Option<u64> {
        match self {
            _ if !self.matches(ValType::Ref(ty), store) => None,
            Val::FuncRef(func) => Some(func.map_or(0, |func| func.to_slot(store.id))),
            Val::ExternRef(reference) => Some(reference.map_or(0, |reference| reference.to_slot(store.id))),
            _ => None,
        }
    }

    /// Whether this is a value of this type (section 3.3).
    ///
    /// Panics on a function of another store.
    pub(crate) fn matches(&self, ty: ValType, store: &StoreInner) -> bool {
        match (self, ty) {
            (Val::I32(_), ValType::I32)
            | (Val::I64(_), ValType::I64)
            | (Val::F32(_), ValType::F32)
            | (Val::F64(_), ValType::F64)
            | (Val::V128(_), ValType::V128) => true,
            (Val::FuncRef(None), ValType::Ref(ty)) => ty.nullable && ty.heap != HeapType::Extern,
            (Val::FuncRef(Some(func)), ValType::Ref(ty)) => match ty.heap {
                HeapType::Func => true,
                HeapType::Extern => false,
                HeapType::Concrete(id) => func.type_id(store) == id,
            },
            (Val::ExternRef(reference), ValType::Ref(ty)) => {
                ty.heap == HeapType::Extern && (ty.nullable || reference.is_some())
            }
            _ => false,
        }
    }

    /// What kind of value this is, for messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Val::I32(_) => "an i32",
            Val::I64(_) => "an i64",
            Val::F32(_) => "an f32",
            Val::F64(_) => "an f64",
            Val::V128(_) => "a v128",
            Val::FuncRef(None) => "a null function reference",
            Val::FuncRef(Some(_)) => "a reference to a function (of another type, if a function is wanted)",
            Val::ExternRef(None) => "a null extern reference",
            Val::ExternRef(Some(_)) => "an extern reference",
        }
    }
}

/// Writes a vector to two slots.
///
/// # Safety
///
/// Both can be written.
#[inline(always)]
pub(crate) unsafe fn write_v128(slots: *mut u64, value: V128) {
    let bits = u128::from(value);
    // SAFETY: the caller's promise.
    unsafe {
        slots.write(bits as u64);
        slots.add(1).write((bits >> 64) as u64);
    }
}

/// Reads a vector from two slots.
///
/// # Safety
///
/// Both can be read.
#[inline(always)]
pub(crate) unsafe fn read_v128(slots: *const u64) -> V128 {
    // SAFETY: the caller's promise.
    let (low, high) = unsafe { (slots.read(), slots.add(1).read()) };
    V128::from(u128::from(high) << 64 | u128::from(low))
}
