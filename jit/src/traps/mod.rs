//! Stops: hardware faults that are traps, and the jump to where a stop lands.
//!
//! Machine code stops in one of two ways. An instruction that can trap faults, and the signal handler finds it in the
//! table of its unit; or code calls [`raise()`] after a library function said so. Either way the places that the stop went
//! through are written down in the store, and execution goes on in the handler of the bridge through which the host
//! entered: [`Landing`] says where. No frame in between is unwound: nothing in it needs to be.
//!
//! # Safety
//!
//! This module and those in it allow `unsafe`: they read frames of machine code and registers at a fault. All machine
//! code keeps frame pointers, up to the bridge that wrote the landing.
#![allow(unsafe_code)]

mod raise;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod signals;

use std::cell::Cell;

use falkirk_runtime::engine::Wake;
use falkirk_runtime::vm::{Landing, VmStore};

pub use raise::raise;

/// Takes over the signals of faults, for the whole process, once.
pub fn install() {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    signals::install();
}

/// How a thread that runs machine code is woken to notice an interrupt.
pub fn wake() -> Option<Wake> {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    return Some(signals::wake);
    #[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
    None
}

thread_local! {
    /// The store whose machine code this thread runs; null for none.
    ///
    /// The signal handler reads it, so it needs neither an initialiser nor a destructor.
    static ACTIVE: Cell<*mut VmStore> = const { Cell::new(std::ptr::null_mut()) };
}

/// The store whose machine code this thread runs; null for none.
#[inline(always)]
pub fn active() -> *mut VmStore {
    ACTIVE.get()
}

/// Says whose machine code this thread runs.
#[inline(always)]
pub fn set_active(store: *mut VmStore) {
    ACTIVE.set(store);
}

/// The words at a frame pointer: the caller's frame pointer, and where it goes on.
type FrameHead = [usize; 2];

/// Writes down the places that a stop went through: `pc`, which is within the instruction that failed, then the calls of
/// the frames from `fp` on, up to where the stop lands. The signal handler calls this.
///
/// # Safety
///
/// Machine code of this store has stopped at `pc`, with this frame pointer.
unsafe fn record(store: *mut VmStore, pc: usize, fp: usize) {
    // SAFETY: each frame between the stop and the bridge is one of machine code, which keeps frame pointers. Nobody else
    // uses the trace now.
    unsafe {
        let Landing { fp: last, .. } = (*store).landing;
        let trace = &mut (*store).trace;
        trace.pcs[0] = pc;
        trace.len = 1;
        let mut frame = fp;
        // An interrupt may have come before a function had its frame: then the frame is its caller's, or the bridge's.
        while trace.len < trace.pcs.len() && frame < last {
            let [caller, back]: FrameHead = *(frame as *const FrameHead);
            if caller == last || caller <= frame {
                return;
            }
            // A call may be the last instruction of its function, so the address behind it says nothing.
            trace.pcs[trace.len] = back - 1;
            trace.len += 1;
            frame = caller;
        }
    }
}
