//! References to values of the host, which guests hold and pass on but cannot look into.

use std::any::Any;

use crate::store::{AsContext, AsContextMut, StoreId};

/// A reference to a value of the host, as guests hold it (`externref`).
///
/// The value lives in the store until the store is dropped: a host that keeps making references keeps using memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExternRef {
    store: StoreId,
    index: u32,
}

impl ExternRef {
    /// Puts a value into the store, and refers to it.
    ///
    /// # Panics
    ///
    /// The store holds `u32::MAX` values already.
    pub fn new(mut store: impl AsContextMut, value: impl Any + Send + Sync) -> ExternRef {
        let inner = store.as_context_mut().into_inner();
        let index = u32::try_from(inner.extern_refs.len()).ok().filter(|&index| index < u32::MAX);
        let index = index.expect("a store holds fewer than 4,294,967,295 extern references");
        inner.extern_refs.push(Box::new(value));
        ExternRef { store: inner.id, index }
    }

    /// The value that this refers to.
    ///
    /// # Panics
    ///
    /// The reference is of another store.
    pub fn data<'a>(&self, store: &'a impl AsContext) -> &'a (dyn Any + Send + Sync) {
        let inner = store.as_context().inner();
        inner.check(self.store, "extern reference");
        &*inner.extern_refs[self.index as usize]
    }

    /// What stands in a slot for this: its index plus one, since zero is null.
    pub(crate) fn to_slot(self, store: StoreId) -> u64 {
        self.store.check(store, "extern reference");
        u64::from(self.index) + 1
    }

    /// The reference that a slot holds.
    pub(crate) fn from_slot(slot: u64, store: StoreId) -> Option<ExternRef> {
        let index = slot.checked_sub(1)?;
        Some(ExternRef { store, index: index as u32 })
    }
}
