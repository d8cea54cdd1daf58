//! Counting what the program has allocated.
//!
//! # Safety
//!
//! [`Counting`] hands every request on to the system's allocator unchanged and only counts beside it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

static LIVE: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator with a count of the bytes in use. A program makes it its `#[global_allocator]`.
pub struct Counting;

/// The bytes that are allocated now, where [`Counting`] is the allocator.
pub fn live_bytes() -> isize {
    LIVE.load(Relaxed)
}

fn count(bytes: usize) -> isize {
    isize::try_from(bytes).expect("no layout is larger")
}

// SAFETY: every method passes its arguments on to `System`, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(count(layout.size()), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(count(layout.size()), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_add(count(size) - count(layout.size()), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(count(layout.size()), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}
