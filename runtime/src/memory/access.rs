//! The host's ways to a memory's bytes.
//!
//! # Safety
//!
//! This module allows `unsafe`: it makes slices of a memory's bytes. Each borrows the store as its kind of access needs,
//! so no code runs, and nothing grows, while it lives.
#![allow(unsafe_code)]

use std::fmt;

use super::Memory;
use crate::store::{AsContext, AsContextMut, StoreInner};
use crate::vm::VmMemory;

impl Memory {
    /// Copies the bytes at `offset` to `buffer`, as many as it has.
    ///
    /// # Errors
    ///
    /// They do not all lie within the memory. Then nothing was copied.
    pub fn read(&self, store: impl AsContext, offset: usize, buffer: &mut [u8]) -> Result<(), MemoryAccessError> {
        let store = store.as_context();
        buffer.copy_from_slice(self.slice(&store, offset, buffer.len())?);
        Ok(())
    }

    /// Copies `bytes` to the memory, starting at `offset`.
    ///
    /// # Errors
    ///
    /// They do not all fit into the memory. Then nothing was copied.
    pub fn write(&self, mut store: impl AsContextMut, offset: usize, bytes: &[u8]) -> Result<(), MemoryAccessError> {
        let store = store.as_context_mut().into_inner();
        let memory = self.vm(store);
        let target = range(memory, offset, bytes.len())?;
        // SAFETY: the store is borrowed exclusively.
        let all = unsafe { all_mut(memory) };
        all[target].copy_from_slice(bytes);
        #[cfg(feature = "trace")]
        store.observe_memory(|| crate::observer::Event::HostWrite {
            memory: self.index,
            address: offset as u64,
            bytes,
        });
        Ok(())
    }

    /// The `len` bytes at `offset`.
    ///
    /// # Errors
    ///
    /// They do not all lie within the memory.
    pub fn slice<'a>(
        &self,
        store: &'a impl AsContext,
        offset: usize,
        len: usize,
    ) -> Result<&'a [u8], MemoryAccessError> {
        let store = store.as_context().inner();
        let bytes = &self.all(store)[range(self.vm(store), offset, len)?];
        #[cfg(feature = "trace")]
        store.observe_memory(|| crate::observer::Event::HostRead { memory: self.index, address: offset as u64, bytes });
        Ok(bytes)
    }

    /// The `len` bytes at `offset`, to be changed. An observer is not told what changes.
    ///
    /// # Errors
    ///
    /// They do not all lie within the memory.
    pub fn slice_mut<'a>(
        &self,
        store: &'a mut impl AsContextMut,
        offset: usize,
        len: usize,
    ) -> Result<&'a mut [u8], MemoryAccessError> {
        let bytes = self.data_mut(store);
        let size = bytes.len();
        let range = offset..offset.saturating_add(len);
        bytes.get_mut(range).ok_or(MemoryAccessError { offset, len, size })
    }

    /// All bytes. An observer is not told which of them are read.
    pub fn data<'a>(&self, store: &'a impl AsContext) -> &'a [u8] {
        self.all(store.as_context().inner())
    }

    /// All bytes, to be changed. An observer is not told what is read or changed.
    pub fn data_mut<'a>(&self, store: &'a mut impl AsContextMut) -> &'a mut [u8] {
        self.data_and_store_mut(store).0
    }

    /// All bytes, to be changed, and the embedder's data.
    pub fn data_and_store_mut<'a, S: AsContextMut>(&self, store: &'a mut S) -> (&'a mut [u8], &'a mut S::Data) {
        let (store, data) = store.as_context_mut().into_parts();
        // SAFETY: the store is borrowed exclusively for `'a`, and the data is no part of the memory.
        (unsafe { all_mut(self.vm(store)) }, data)
    }

    /// All bytes, to be changed.
    ///
    /// # Safety
    ///
    /// The store is borrowed exclusively for `'a`, and nobody else has a slice of this memory.
    #[inline]
    pub(crate) unsafe fn all_mut_in<'a>(&self, store: &StoreInner) -> &'a mut [u8] {
        // SAFETY: the caller's promise.
        unsafe { all_mut(self.vm(store)) }
    }

    /// All bytes.
    fn all<'a>(&self, store: &'a StoreInner) -> &'a [u8] {
        let VmMemory { base, len } = self.vm(store);
        // SAFETY: these are the memory's bytes, and the store is borrowed, so nothing changes them.
        unsafe { std::slice::from_raw_parts(base, len) }
    }
}

/// All bytes.
///
/// # Safety
///
/// The memory's store is borrowed exclusively for `'a`.
unsafe fn all_mut<'a>(memory: VmMemory) -> &'a mut [u8] {
    // SAFETY: these are the memory's bytes, and by the caller's promise nothing else uses them.
    unsafe { std::slice::from_raw_parts_mut(memory.base, memory.len) }
}

// ANCHOR: range
/// The range of these bytes, if they lie within the memory.
fn range(memory: VmMemory, offset: usize, len: usize) -> Result<std::ops::Range<usize>, MemoryAccessError> {
    match offset.checked_add(len) {
        Some(end) if end <= memory.len => Ok(offset..end),
        _ => Err(MemoryAccessError { offset, len, size: memory.len }),
    }
}
// ANCHOR_END: range

/// An access of the host's that does not lie within a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryAccessError {
    /// The first byte's offset.
    pub offset: usize,
    /// How many bytes there were to be.
    pub len: usize,
    /// The memory's size in bytes.
    pub size: usize,
}

impl fmt::Display for MemoryAccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MemoryAccessError { offset, len, size } = self;
        write!(f, "out of bounds memory access: {len} bytes at {offset:#x} of a memory of {size:#x} bytes")
    }
}

impl std::error::Error for MemoryAccessError {}
