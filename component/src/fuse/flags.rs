//! The flags of instances, as globals of the adapters.
//!
//! # Safety
//!
//! This module allows `unsafe`: it lets guests' code and the host share a cell. The cells of a store's instances lie in
//! that store's extension, which nobody reaches but this crate, and this crate only while it has the store exclusively.
//! Nobody else gets a clone of them.
#![allow(unsafe_code)]

use falkirk_canonical_abi::InstanceId;
use falkirk_runtime::{Global, StoreContextMut};

use crate::state::state;

/// An instance's flags as a global.
pub(super) fn global<T>(store: &mut StoreContextMut<'_, T>, instance: InstanceId) -> Global {
    let cell = state(store).rules.flags(instance).cell().clone();
    // SAFETY: see above: whoever uses the cell, as part of the store's extension, has the store exclusively.
    unsafe { Global::shared(store, cell) }
}
