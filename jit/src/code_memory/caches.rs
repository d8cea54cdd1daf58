//! What a processor must be told before it runs what was written as data.
//!
//! An aarch64 processor fetches instructions through caches that do not see what a store has left in the data cache. The
//! architecture's recipe is: clean the written lines of the data cache to where both meet, wait for that, invalidate the
//! lines of the instruction cache, wait for that, and have each processor that might have fetched from there begin anew.
//! [`clean`] is the first half of it, and Cranelift's provider the second, which begins where this ends (see
//! [`super::CodeMemory::publish`]). An emulator does all of this by itself, so no test can show that a step is missing.
//!
//! # Safety
//!
//! This module allows `unsafe`: it cleans lines of memory that the caller may read, which changes no data.
#![allow(unsafe_code)]

/// Makes a text that was just written visible to whatever fetches instructions after the caches of those were invalidated.
///
/// Linux cleans pages as well when they first become executable. That is how it keeps programs it has loaded from files
/// whole, and no promise to whoever writes code.
#[cfg(target_arch = "aarch64")]
pub(super) fn clean(text: &[u8]) {
    use std::arch::asm;

    let cache_type: usize;
    // SAFETY: reads a register that says how the caches are laid out; Linux lets programs read it.
    unsafe { asm!("mrs {}, ctr_el0", out(reg) cache_type, options(nomem, nostack, preserves_flags)) };
    // Bits 16 to 19: the words of the smallest data cache line, as a power of two.
    let line = 4 << ((cache_type >> 16) & 15);
    let start = text.as_ptr().addr();
    for address in (start - start % line..start + text.len()).step_by(line) {
        // SAFETY: the line holds bytes of the text; cleaning writes what is there to where it belongs. The barrier keeps
        // the compiler's stores before it: the instruction counts as one that reads and writes memory.
        unsafe { asm!("dc cvau, {}", in(reg) address, options(nostack, preserves_flags)) };
    }
    // SAFETY: waits.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
}

/// On other machines, fetches see what was stored.
#[cfg(not(target_arch = "aarch64"))]
pub(super) fn clean(_: &[u8]) {}
