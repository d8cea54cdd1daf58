//! What a layer on top of the runtime keeps in a store: the component model's instances, for one.
//!
//! # Safety
//!
//! This module allows `unsafe`: it hands out the bytes of several memories at once, next to a part of the store. The
//! memories are different ones, none of them is a part of what else is handed out, and all of it borrows the store
//! exclusively.
#![allow(unsafe_code)]

use std::any::Any;

use super::{AsContextMut, StoreContextMut};
use crate::memory::Memory;

impl<T> StoreContextMut<'_, T> {
    /// The store's extension, made when it is first asked for. A store has one, and whoever asks for it first decides
    /// what it is.
    ///
    /// # Panics
    ///
    /// The store has an extension of another type.
    #[inline]
    pub fn extension<E: Any + Default + Send + Sync>(&mut self) -> &mut E {
        self.extension_and_memories([]).0
    }

    /// The store's extension, and all bytes of these memories.
    ///
    /// # Panics
    ///
    /// The store has an extension of another type. A memory is of another store, or is named twice.
    #[inline]
    pub fn extension_and_memories<E: Any + Default + Send + Sync, const N: usize>(
        &mut self,
        memories: [Memory; N],
    ) -> (&mut E, [&mut [u8]; N]) {
        for (position, memory) in memories.iter().enumerate() {
            assert!(!memories[..position].contains(memory), "a memory's bytes are asked for twice at once");
        }
        let inner = self.as_context_mut().into_inner();
        // SAFETY: the memories are different ones, and the store is borrowed exclusively for as long as the slices.
        let bytes = memories.map(|memory| unsafe { memory.all_mut_in(inner) });
        let extension = inner.extension.get_or_insert_with(|| Box::new(E::default()));
        let extension = extension.downcast_mut().expect("the store's extension is of another type");
        (extension, bytes)
    }
}
