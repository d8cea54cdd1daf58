//! Functions whose code another engine has.
//!
//! The interpreter has a stub in the place of their code: the word that calls read, and one instruction, which has the
//! runtime enter the function. Its arguments already stand where the other engine expects them, and its results come to
//! the same place.

use falkirk_runtime::vm::{Exit, FuncRef, Stop, VmContext, VmStore, libcalls};

use super::call::EXIT;
use super::state::{Instr, State};

/// Stands for a function whose code another engine has: word 1 is the offset of its `FuncRef` in the context.
pub struct Outside;

impl Instr for Outside {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`; the frame has its arguments and a header, where the word before this
        // instruction says.
        unsafe {
            let func = VmContext::at::<FuncRef>(state.ctx, state.word(1) as u32).cast_const();
            let (store, frame) = ((*state.ctx).store, state.sp);
            let header = frame.add((*state.ip.sub(1) >> 32) as usize);
            // A tail call in the function may overwrite the header.
            let [back, caller] = *header.cast::<[u64; 2]>();
            if back == EXIT.address() as u64 {
                // This frame is the last one here, in the place of the one that was entered: whoever entered that enters
                // the function. So tail calls that go to and fro between engines take up no stack.
                (*store).callee = func;
                return Exit::from(Stop::TailCall).0;
            }
            let exit = enter(store, func, frame, header.add(2));
            (state.ip, state.sp) = (back as *const u64, caller as *mut u64);
            if exit != Exit::DONE {
                return state.stop_outside(exit);
            }
            state.reload_memory();
            state.take_result(frame);
            state.go()
        }
    }
}

/// [`libcalls::enter`], which must not become part of a handler.
///
/// # Safety
///
/// As it says.
#[inline(never)]
unsafe fn enter(store: *mut VmStore, func: *const FuncRef, frame: *mut u64, top: *mut u64) -> Exit {
    // SAFETY: passed on to the caller.
    unsafe { libcalls::enter(store, func, frame, top) }
}
