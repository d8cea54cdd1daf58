//! The frames of a call that stopped.
//!
//! # Safety
//!
//! This module allows `unsafe`: it looks at the module of each place that a stop in this thread went through, which the
//! store still keeps.
#![allow(unsafe_code)]

use falkirk_runtime::engine::MAX_FRAMES;
use falkirk_runtime::vm::{Frame, VmStore, libcalls};

use crate::code_memory::registry;
use crate::loaded::ModuleData;

/// Adds the frames that the store's trace leads through to the store's frames, innermost first.
///
/// # Safety
///
/// Machine code of this store has just stopped, and its trace has been written.
pub(super) unsafe fn push(store: *mut VmStore) {
    // SAFETY: the caller's promise.
    let trace = unsafe { (*store).trace };
    for pc in &trace.pcs[..trace.len] {
        let Some(entry) = registry::find(*pc) else {
            panic!("BUG: a call went through {pc:#x}, which is not machine code");
        };
        // SAFETY: the store keeps the modules of its code. Gates are of no module.
        let Some(module) = (unsafe { entry.module.as_ref() }) else { continue };
        let ModuleData { info, unit } = module;
        // SAFETY: the store's code has just stopped.
        let instance = unsafe { libcalls::instance_of_machine_code(store, entry.module.cast()) };
        let instance = instance.expect("BUG: machine code ran that belongs to no instance");
        for (function, offset) in unit.frames_at((pc - entry.base) as u32, info.imported_functions) {
            // An interrupt comes at any instruction, also where no operator of the function follows that has a place.
            let body = info.body(function).unwrap_or_default();
            let offset = if body.contains(&(offset as usize)) { offset as usize } else { body.start };
            // SAFETY: nobody else uses the store now; the reference ends here.
            let frames = unsafe { &mut (*store).frames };
            if frames.len() < MAX_FRAMES {
                frames.push(Frame { instance, function, offset });
            }
        }
    }
}
