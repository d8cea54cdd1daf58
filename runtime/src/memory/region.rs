//! Address space from the operating system, and zeroed bytes from the allocator.
//!
//! # Safety
//!
//! This module allows `unsafe`: it calls `mmap` and its kin, and the allocator. A [`Region`] and a [`Buffer`] each own
//! their addresses until they are dropped; nothing else maps, protects or frees them.
#![allow(unsafe_code)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ops::Range;
use std::ptr::NonNull;

/// A range of reserved addresses, of which parts can be made accessible. Fresh parts are zero.
#[derive(Debug)]
pub(crate) struct Region {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: a region owns its addresses, and has no state but them.
unsafe impl Send for Region {}
// SAFETY: through a shared region nothing is read or written.
unsafe impl Sync for Region {}

impl Region {
    /// The address of the first byte.
    pub fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// How many bytes are reserved.
    pub fn len(&self) -> usize {
        self.len
    }
}

#[cfg(unix)]
impl Region {
    // ANCHOR: reserve
    /// Reserves `len` bytes that cannot be accessed yet; `None` if the operating system refuses.
    pub fn reserve(len: usize) -> Option<Region> {
        use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};

        let len = len.checked_next_multiple_of(page_size())?;
        let flags = MapFlags::PRIVATE;
        // Reserved addresses are no promise of memory, so they must not count as one.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let flags = flags | MapFlags::NORESERVE;
        // SAFETY: the kernel chooses the addresses, so nothing that exists is changed.
        let base = unsafe { mmap_anonymous(std::ptr::null_mut(), len, ProtFlags::empty(), flags) }.ok()?;
        Some(Region { base: NonNull::new(base.cast())?, len })
    }
    // ANCHOR_END: reserve

    /// Makes a range (rounded outwards to whole pages) accessible or not; tells whether that worked.
    pub fn protect(&mut self, range: Range<usize>, accessible: bool) -> bool {
        use rustix::mm::{MprotectFlags, mprotect};

        let end = range.end.next_multiple_of(page_size());
        let start = range.start - range.start % page_size();
        assert!(start <= end && end <= self.len, "BUG: {range:?} of a region of {} bytes", self.len);
        let flags = if accessible { MprotectFlags::READ | MprotectFlags::WRITE } else { MprotectFlags::empty() };
        // SAFETY: the range lies within this region.
        start == end || unsafe { mprotect(self.base.as_ptr().add(start).cast(), end - start, flags) }.is_ok()
    }

    /// Sets a range (of whole pages) to zero by giving its pages back; tells whether that worked.
    pub fn discard(&mut self, range: Range<usize>) -> bool {
        assert!(range.start <= range.end && range.end <= self.len, "BUG: {range:?} of a region of {} bytes", self.len);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            use rustix::mm::{Advice, madvise};
            // SAFETY: the range lies within this region, and Linux promises zeros after this advice.
            unsafe { madvise(self.base.as_ptr().add(range.start).cast(), range.len(), Advice::LinuxDontNeed) }.is_ok()
        }
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        false
    }
}

#[cfg(unix)]
fn page_size() -> usize {
    rustix::param::page_size()
}

#[cfg(unix)]
impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the region owns these addresses, and ends here.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.len) };
        debug_assert!(unmapped.is_ok(), "BUG: a region was not mapped");
    }
}

/// Where nothing is known of the operating system, nothing can be reserved.
#[cfg(not(unix))]
impl Region {
    /// Reserves nothing.
    pub fn reserve(_len: usize) -> Option<Region> {
        None
    }

    /// There is no region to protect.
    pub fn protect(&mut self, _range: Range<usize>, _accessible: bool) -> bool {
        false
    }

    /// There is no region to discard.
    pub fn discard(&mut self, _range: Range<usize>) -> bool {
        false
    }
}

/// Zeroed bytes from the allocator, aligned for anything.
#[derive(Debug)]
pub(crate) struct Buffer {
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: a buffer owns its bytes.
unsafe impl Send for Buffer {}
// SAFETY: through a shared buffer nothing is read or written.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// Allocates `len` bytes; `None` if there is no room for them.
    pub fn new(len: usize) -> Option<Buffer> {
        let layout = Buffer::layout(len)?;
        // The allocator is not asked for nothing.
        let base = match len {
            0 => NonNull::<u128>::dangling().cast(),
            // SAFETY: the layout's size is not zero.
            _ => NonNull::new(unsafe { alloc_zeroed(layout) })?,
        };
        Some(Buffer { base, len })
    }

    /// The address of the first byte.
    pub fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// An alignment of 16: the allocator takes fresh zero pages for it, where a larger one would make it write zeros.
    fn layout(len: usize) -> Option<Layout> {
        Layout::from_size_align(len, 16).ok()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let (Some(layout), 1..) = (Buffer::layout(self.len), self.len) {
            // SAFETY: allocated with this layout, and ends here.
            unsafe { dealloc(self.base.as_ptr(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_region_is_zero_when_fresh_and_when_discarded() {
        let mut region = Region::reserve(1 << 20).unwrap();
        assert!(region.len() >= 1 << 20);
        assert!(region.protect(0..1 << 16, true));
        // SAFETY: the first 64 KiB are accessible.
        let bytes = unsafe { std::slice::from_raw_parts_mut(region.base().as_ptr(), 1 << 16) };
        assert!(bytes.iter().all(|byte| *byte == 0));
        bytes.fill(7);
        if region.discard(0..1 << 16) {
            // SAFETY: as above.
            let bytes = unsafe { std::slice::from_raw_parts(region.base().as_ptr(), 1 << 16) };
            assert!(bytes.iter().all(|byte| *byte == 0));
        }
        assert!(region.protect(0..1 << 16, false));
    }

    #[test]
    fn what_cannot_be_had_is_none() {
        assert!(Region::reserve(usize::MAX).is_none());
        assert!(Buffer::new(usize::MAX).is_none());
        assert!(Buffer::new(isize::MAX as usize - 64).is_none());
        assert_eq!(Buffer::new(0).unwrap().len(), 0);
    }
}
