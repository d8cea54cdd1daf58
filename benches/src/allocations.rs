//! Counting what the program has allocated.
//!
//! # Safety
//!
//! [`Counting`] hands every request on to the system's allocator unchanged and at most counts beside it.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed};

/// Whether to count. While other things are measured, threads must not wait for each other's counts.
static ON: AtomicBool = AtomicBool::new(false);

static LIVE: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator with a count of the bytes in use. A program makes it its `#[global_allocator]`.
pub struct Counting;

/// Does the work, and says by how many bytes more are allocated after it than before, where [`Counting`] is the
/// allocator.
pub fn allocated_by<R>(work: impl FnOnce() -> R) -> (R, isize) {
    LIVE.store(0, Relaxed);
    ON.store(true, Relaxed);
    let result = work();
    ON.store(false, Relaxed);
    (result, LIVE.load(Relaxed))
}

fn count(more: usize, less: usize) {
    if ON.load(Relaxed) {
        LIVE.fetch_add(bytes(more) - bytes(less), Relaxed);
    }
}

fn bytes(size: usize) -> isize {
    isize::try_from(size).expect("no layout is larger")
}

// SAFETY: every method passes its arguments on to `System`, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}
