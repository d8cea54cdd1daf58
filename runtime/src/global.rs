//! Globals (specification, section 4.2.9, "Global Instances").
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads and writes a global's cell, which stands in an instance's context or, for a
//! global that the host made, on its own. Either lives as long as the store, and changes only while the store is
//! borrowed exclusively. Of a cell that others share they have promised the latter.
#![allow(unsafe_code)]

use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::error::{Error, Result};
use crate::store::{AsContext, AsContextMut, StoreId, StoreInner};
use crate::types::{GlobalType, ValType};
use crate::value::Val;

/// A global of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Global {
    store: StoreId,
    index: u32,
}

/// A global as its store keeps it.
#[derive(Debug)]
pub(crate) struct GlobalEntity {
    pub ty: GlobalType,
    /// The value, in the slots of its type.
    pub cell: NonNull<GlobalCell>,
    owner: Owner,
}

/// Whose a global's cell is.
#[derive(Debug)]
enum Owner {
    /// A part of an instance's context.
    Context,
    /// The global's own.
    Global,
    /// Shared with somebody outside of the store, who keeps it alive as well.
    Shared { _cell: Arc<AtomicU64> },
}

/// Room for any value.
#[derive(Debug)]
#[repr(C, align(16))]
pub(crate) struct GlobalCell([u64; 2]);

impl GlobalEntity {
    /// A global whose cell is part of an instance's context.
    pub fn in_context(ty: GlobalType, cell: NonNull<GlobalCell>) -> GlobalEntity {
        GlobalEntity { ty, cell, owner: Owner::Context }
    }
}

impl Drop for GlobalEntity {
    fn drop(&mut self) {
        if let Owner::Global = self.owner {
            // SAFETY: the cell was boxed, and nothing of the store is used after this.
            drop(unsafe { Box::from_raw(self.cell.as_ptr()) });
        }
    }
}

impl Global {
    /// A global with this value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): the value is not of the global's type.
    pub fn new(mut store: impl AsContextMut, ty: GlobalType, value: Val) -> Result<Global> {
        let inner = store.as_context_mut().into_inner();
        check(inner, ty, &value)?;
        let cell = NonNull::from(Box::leak(Box::new(GlobalCell([0; 2]))));
        // SAFETY: the cell has room for any value.
        unsafe { value.write(cell.as_ptr().cast(), inner.id) };
        inner.globals.push(GlobalEntity { ty, cell, owner: Owner::Global });
        Ok(Global { store: inner.id, index: inner.globals.len() as u32 - 1 })
    }

    /// A mutable global of type `i32` that shares its value, the lower half of a cell, with who made the cell.
    ///
    /// The upper half is left as anything.
    ///
    /// # Safety
    ///
    /// Guests change it with ordinary stores. So until the store is dropped, nobody uses the cell but while they borrow the
    /// store exclusively.
    pub unsafe fn shared(mut store: impl AsContextMut, cell: Arc<AtomicU64>) -> Global {
        let inner = store.as_context_mut().into_inner();
        let ty = GlobalType { content: ValType::I32, mutable: true };
        let at = NonNull::new(cell.as_ptr()).expect("an address").cast();
        inner.globals.push(GlobalEntity { ty, cell: at, owner: Owner::Shared { _cell: cell } });
        Global { store: inner.id, index: inner.globals.len() as u32 - 1 }
    }

    /// The type.
    pub fn ty(&self, store: impl AsContext) -> GlobalType {
        self.entity(store.as_context().inner()).ty
    }

    /// The value.
    pub fn get(&self, store: impl AsContext) -> Val {
        let inner = store.as_context().inner();
        let global = self.entity(inner);
        // SAFETY: the cell holds a value of the global's type.
        unsafe { Val::read(global.ty.content, global.cell.as_ptr().cast(), inner.id) }
    }

    /// Changes the value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): the global is not mutable, or the value is not of its type.
    pub fn set(&self, mut store: impl AsContextMut, value: Val) -> Result<()> {
        let inner = store.as_context_mut().into_inner();
        let GlobalEntity { ty, cell, .. } = *self.entity(inner);
        if !ty.mutable {
            return Err(Error::usage("cannot set an immutable global"));
        }
        check(inner, ty, &value)?;
        // SAFETY: the cell has room for any value, and the store is borrowed exclusively.
        unsafe { value.write(cell.as_ptr().cast(), inner.id) };
        Ok(())
    }

    pub(crate) fn from_index(store: StoreId, index: u32) -> Global {
        Global { store, index }
    }

    /// The number of this global in its store, which must be the one with this id.
    pub(crate) fn index(&self, store: StoreId) -> u32 {
        self.store.check(store, "global");
        self.index
    }

    fn entity<'a>(&self, store: &'a StoreInner) -> &'a GlobalEntity {
        &store.globals[self.index(store.id) as usize]
    }
}

/// Whether this is a value for such a global.
fn check(store: &StoreInner, ty: GlobalType, value: &Val) -> Result<()> {
    if value.matches(ty.content, store) {
        return Ok(());
    }
    let (found, wanted) = (value.describe(), ty.content);
    Err(Error::usage(format!("value for a global: found {found}, wanted a value of type {wanted}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::store;
    use crate::types::ValType;

    #[test]
    fn get_set_and_what_cannot_be_set() {
        let mut store = store();
        let ty = GlobalType { content: ValType::I64, mutable: true };
        let global = Global::new(&mut store, ty, Val::I64(-1)).unwrap();
        assert_eq!(global.get(&store), Val::I64(-1));
        global.set(&mut store, Val::I64(7)).unwrap();
        assert_eq!((global.get(&store), global.ty(&store)), (Val::I64(7), ty));
        let error = global.set(&mut store, Val::I32(7)).unwrap_err();
        assert_eq!(error.to_string(), "value for a global: found an i32, wanted a value of type i64");

        let ty = GlobalType { content: ValType::V128, mutable: false };
        let value = Val::V128(u128::MAX.wrapping_sub(5).into());
        let global = Global::new(&mut store, ty, value).unwrap();
        assert_eq!(global.get(&store), value);
        assert_eq!(global.set(&mut store, value).unwrap_err().to_string(), "cannot set an immutable global");
    }
}
