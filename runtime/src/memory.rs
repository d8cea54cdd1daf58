//! Linear memories (specification, section 4.2.8, "Memory Instances").
//!
//! # Safety
//!
//! This module allows `unsafe`: it makes slices of a memory's bytes and writes to the copies of base and length that
//! instances have. A slice borrows the store, so no code runs while it lives; the copies live as long as the store.
#![allow(unsafe_code)]

mod access;
mod linear;
mod region;

use std::ptr::NonNull;

pub use access::MemoryAccessError;
pub(crate) use linear::{LinearMemory, Reservation};
pub(crate) use region::{Buffer, Region};

use crate::engine::Pools;
use crate::error::{Error, Limit, Result};
use crate::store::{AsContext, AsContextMut, StoreId, StoreInner};
use crate::types::MemoryType;
use crate::vm::VmMemory;

/// How many bytes a page has.
const PAGE: u64 = 65536;

/// A linear memory of a store.
///
/// [The book](crate#in-the-book) explains it in chapters 2 and 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Memory {
    store: StoreId,
    index: u32,
}

/// A memory as its store keeps it.
#[derive(Debug)]
pub(crate) struct MemoryEntity {
    ty: MemoryType,
    linear: LinearMemory,
    /// The instances' copies of base and length.
    copies: Vec<NonNull<VmMemory>>,
}

impl Memory {
    /// A memory with `ty.min` pages (of 64 KiB), all zero.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Usage`](crate::ErrorKind::Usage): the type is not valid;
    /// - [`Limit::Memory`], [`Limit::Instances`]: the limiter refuses, or there is no room.
    pub fn new(mut store: impl AsContextMut, ty: MemoryType) -> Result<Memory> {
        check_type(ty)?;
        let inner = store.as_context_mut().into_inner();
        let index = inner.new_memory(ty)?;
        Ok(Memory { store: inner.id, index })
    }

    /// The type, with the present size as the minimum.
    pub fn ty(&self, store: impl AsContext) -> MemoryType {
        self.entity(store.as_context().inner()).present_type()
    }

    /// Its number in its store: memories count from 0 in the order in which they were made. An observer's events name
    /// memories by it.
    pub fn number(&self) -> u32 {
        self.index
    }

    /// The size in pages of 64 KiB.
    pub fn size(&self, store: impl AsContext) -> u64 {
        self.data_size(store) as u64 / PAGE
    }

    /// The size in bytes.
    pub fn data_size(&self, store: impl AsContext) -> usize {
        self.vm(store.as_context().inner()).len
    }

    /// Grows by so many pages; gives the size before, in pages.
    ///
    /// # Errors
    ///
    /// [`Limit::Memory`]: the type or the limiter does not allow this, or there is no room. Also the limiter's own error.
    pub fn grow(&self, mut store: impl AsContextMut, pages: u64) -> Result<u64> {
        let inner = store.as_context_mut().into_inner();
        let before = self.entity(inner).present_type();
        inner.grow_memory(self.index, pages)?.ok_or_else(|| {
            let max = before.max.map_or(String::new(), |max| format!(" (its type allows {max})"));
            Error::limit_reached(Limit::Memory, format!("cannot grow by {pages} pages from {}{max}", before.min))
        })
    }

    pub(crate) fn from_index(store: StoreId, index: u32) -> Memory {
        Memory { store, index }
    }

    /// The number of this memory in its store, which must be the one with this id.
    pub(crate) fn index(&self, store: StoreId) -> u32 {
        self.store.check(store, "memory");
        self.index
    }

    fn entity<'a>(&self, store: &'a StoreInner) -> &'a MemoryEntity {
        &store.memories[self.index(store.id) as usize]
    }

    fn vm(&self, store: &StoreInner) -> VmMemory {
        self.entity(store).vm()
    }
}

impl MemoryEntity {
    /// The base and length.
    pub fn vm(&self) -> VmMemory {
        self.linear.vm()
    }

    /// The type, with the present size as the minimum.
    pub fn present_type(&self) -> MemoryType {
        MemoryType { min: self.linear.vm().len as u64 / PAGE, ..self.ty }
    }

    /// Lets an instance have a copy of base and length, which is kept up to date.
    ///
    /// # Safety
    ///
    /// The copy lives as long as this memory, and can be written.
    pub unsafe fn mirror(&mut self, copy: NonNull<VmMemory>) {
        // SAFETY: the caller's promise.
        unsafe { copy.write(self.linear.vm()) };
        self.copies.push(copy);
    }

    /// Ends the memory, and hands its addresses on to the next one.
    pub fn recycle(self, pools: &Pools) {
        self.linear.recycle(pools);
    }

    /// Grows to this many bytes; tells whether there was room.
    fn grow(&mut self, len: usize) -> bool {
        let grown = self.linear.grow(len);
        if grown {
            for copy in &self.copies {
                // SAFETY: whoever gave the copy promised that it lives and can be written.
                unsafe { copy.write(self.linear.vm()) };
            }
        }
        grown
    }
}

impl StoreInner {
    /// Makes a memory of a valid type; gives its number.
    pub fn new_memory(&mut self, ty: MemoryType) -> Result<u32> {
        self.check_count("memories", self.memories.len(), |limiter| limiter.memories())?;
        let too_large = || {
            Error::limit_reached(Limit::Memory, format!("there is no room for a memory of {} of 64 KiB", pages(ty.min)))
        };
        let most = self.max_pages(ty);
        let len = bytes(ty.min).filter(|_| ty.min <= most).ok_or_else(too_large)?;
        if !self.limiter().map_or(Ok(true), |limiter| limiter.memory_growing(0, len, max_bytes(ty)))? {
            let details = format!("the store's limiter refuses a memory of {} of 64 KiB", pages(ty.min));
            return Err(Error::limit_reached(Limit::Memory, details));
        }
        let config = self.engine.config();
        let reserve = match ty.memory64 {
            true => most.saturating_mul(PAGE).min(config.memory64_reservation),
            false => config.memory_reservation,
        };
        let reserve = usize::try_from(reserve).unwrap_or(0);
        let fixed = !ty.memory64 && config.settings().guarded_memories;
        let linear = LinearMemory::new(len, reserve, fixed, self.engine.pools()).ok_or_else(too_large)?;
        self.memories.push(MemoryEntity { ty, linear, copies: Vec::new() });
        Ok(self.memories.len() as u32 - 1)
    }

    /// Grows a memory by so many pages; gives the pages before, or `None` if that is not possible.
    ///
    /// # Errors
    ///
    /// The limiter's own.
    pub fn grow_memory(&mut self, index: u32, pages: u64) -> Result<Option<u64>> {
        let memory = &self.memories[index as usize];
        let (ty, current) = (memory.ty, memory.vm().len);
        let before = current as u64 / PAGE;
        let Some(wanted) = before.checked_add(pages) else { return Ok(None) };
        let Some(desired) = bytes(wanted) else { return Ok(None) };
        if pages == 0 {
            return Ok(Some(before));
        }
        let allowed =
            self.limiter().map_or(Ok(true), |limiter| limiter.memory_growing(current, desired, max_bytes(ty)))?;
        let grown = allowed && wanted <= self.max_pages(ty) && self.memories[index as usize].grow(desired);
        #[cfg(feature = "trace")]
        if grown {
            let event = || crate::observer::Event::MemoryGrow { memory: index, before, after: wanted };
            self.observe_memory(event);
        }
        Ok(grown.then_some(before))
    }

    /// How many pages a memory may have at most: what its type and its address type allow, and for a 64-bit memory the
    /// configuration.
    fn max_pages(&self, ty: MemoryType) -> u64 {
        let most = if ty.memory64 { self.engine.config().memory64_reservation / PAGE } else { 1 << 16 };
        ty.max.unwrap_or(u64::MAX).min(most)
    }
}

/// So many pages in bytes, if they are not more than any memory can have.
fn bytes(pages: u64) -> Option<usize> {
    usize::try_from(pages.checked_mul(PAGE)?).ok().filter(|&len| len <= isize::MAX as usize)
}

/// So many pages, in words.
fn pages(count: u64) -> String {
    format!("{count} page{}", if count == 1 { "" } else { "s" })
}

/// The type's maximum, in bytes.
fn max_bytes(ty: MemoryType) -> Option<usize> {
    ty.max.map(|max| usize::try_from(max.saturating_mul(PAGE)).unwrap_or(usize::MAX))
}

/// Checks a memory type that the host made (section 3.2.15).
fn check_type(ty: MemoryType) -> Result<()> {
    let most = if ty.memory64 { 1 << 48 } else { 1 << 16 };
    let MemoryType { min, max, .. } = ty;
    if min > most || max.is_some_and(|max| max > most) {
        return Err(Error::usage(format!(
            "memory type with {} pages: at most {most} are possible",
            max.unwrap_or(min)
        )));
    }
    match max {
        Some(max) if max < min => {
            Err(Error::usage(format!("memory type with a maximum of {max} below the minimum, {min}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
