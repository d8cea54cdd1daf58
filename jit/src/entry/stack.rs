//! The native stack: where it is, and how far down machine code may go.
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads the stack pointer, and asks the system about the running thread.
#![allow(unsafe_code)]

use std::cell::Cell;

/// What is left to the host's functions below the end of what machine code may use.
const RESERVE: usize = 256 << 10;

/// How the end of the stack is rounded: as long as a thread enters code from about the same depth it stays the same.
const GRANULE: usize = 64 << 10;

/// A thread's stack.
#[derive(Clone, Copy)]
struct Bounds {
    lowest: usize,
    size: usize,
}

thread_local! {
    /// This thread's stack; without size until somebody has asked.
    static BOUNDS: Cell<Bounds> = const { Cell::new(Bounds { lowest: 0, size: 0 }) };
}

thread_local! {
    /// The system's number of this thread; zero until somebody has asked.
    static NUMBER: Cell<i32> = const { Cell::new(0) };
}

/// The system's number of this thread.
#[inline(always)]
pub(super) fn thread() -> i32 {
    match NUMBER.get() {
        0 => ask_number(),
        number => number,
    }
}

#[cold]
fn ask_number() -> i32 {
    // SAFETY: only asks.
    #[cfg(target_os = "linux")]
    NUMBER.set(unsafe { libc::gettid() });
    NUMBER.get()
}

/// The stack pointer.
#[inline(always)]
pub(super) fn pointer() -> usize {
    let sp: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: copies a register.
    unsafe {
        std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: copies a register.
    unsafe {
        std::arch::asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        let here = 0u8;
        sp = (&raw const here).addr();
    }
    sp
}

/// How far down machine code may go that is entered at `sp` and may use so many bytes.
#[inline(always)]
pub(super) fn end(sp: usize, bytes: usize) -> usize {
    let Bounds { lowest, size } = BOUNDS.get();
    let Bounds { lowest, size } = if sp.wrapping_sub(lowest) < size { Bounds { lowest, size } } else { bounds(sp) };
    let own = (sp & !(GRANULE - 1)).saturating_sub(bytes);
    own.max(lowest + RESERVE.min(size / 4))
}

/// The bounds of the stack that `sp` is on. A stack that is not the thread's own (a coroutine's) has bounds that nobody
/// knows: code there may go as far as the settings say.
#[cold]
fn bounds(sp: usize) -> Bounds {
    if BOUNDS.get().size == 0 {
        BOUNDS.set(ask().unwrap_or(Bounds { lowest: 0, size: 1 }));
    }
    let bounds = BOUNDS.get();
    if sp.wrapping_sub(bounds.lowest) < bounds.size { bounds } else { Bounds { lowest: 0, size: 0 } }
}

/// Asks the system for the bounds of this thread's stack.
#[cfg(target_os = "linux")]
fn ask() -> Option<Bounds> {
    // SAFETY: the attributes are initialised by the first call, read by the second, and then ended.
    unsafe {
        let mut attributes = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return None;
        }
        let (mut lowest, mut size) = (std::ptr::null_mut(), 0);
        let known = libc::pthread_attr_getstack(&attributes, &mut lowest, &mut size) == 0;
        libc::pthread_attr_destroy(&mut attributes);
        known.then_some(Bounds { lowest: lowest.addr(), size })
    }
}

#[cfg(not(target_os = "linux"))]
fn ask() -> Option<Bounds> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_lies_within_the_threads_own_stack() {
        let thread = || {
            let (sp, few, many) = (pointer(), end(pointer(), 50 << 10), end(pointer(), 1 << 30));
            assert_eq!(few, (sp & !(GRANULE - 1)) - (50 << 10), "the settings allow less than there is");
            let Bounds { lowest, size } = bounds(sp);
            assert_eq!(many, lowest + RESERVE.min(size / 4), "there is less than the settings allow");
            assert!(many < sp && size < 1 << 30);
        };
        thread();
        // The system may give such a thread a larger stack that was used before.
        let small = std::thread::Builder::new().stack_size(512 << 10);
        small.spawn(thread).expect("a thread").join().expect("no panic");
    }

    #[test]
    fn a_stack_of_which_nobody_knows_has_the_settings_as_its_only_limit() {
        let elsewhere = 7 << 40;
        assert_eq!(end(elsewhere, 1 << 20), elsewhere - (1 << 20));
    }

    #[test]
    fn asking_again_gives_the_same_end() {
        assert_eq!(end(pointer(), 1 << 20), end(pointer(), 1 << 20));
    }
}
