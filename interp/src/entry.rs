//! The way in from the host, and the way out when code stops.
//!
//! # Safety
//!
//! Allows `unsafe`: it sets up the first frame and walks along the frames of a stopped call. Both rely on headers that
//! only the handlers of [`crate::exec::call`] write.
#![allow(unsafe_code)]

use std::sync::atomic::Ordering;

use falkirk_runtime::engine::MAX_FRAMES;
use falkirk_runtime::vm::{Exit, Frame, FuncRef, Stop, VmContext, VmStore};

use crate::code;
use crate::exec::call::{EXIT, FOREIGN_RETURN, STUB};
use crate::exec::state::{State, handler_fn};

/// Enters a function from the host.
///
/// # Safety
///
/// As [`HostEntry`](falkirk_runtime::vm::HostEntry) says.
pub unsafe fn enter(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: the arguments stand at `frame`, and the value stack has room for a header beyond its limit.
    unsafe {
        let ctx = (*func).vmctx;
        let code = (*(*func).code).load(Ordering::Acquire).cast_const();
        let head = *code.sub(1);
        if frame as usize + head as u32 as usize > (*(*ctx).stack_limit).get() {
            return refuse(ctx);
        }
        // Where fuel is off the price of every function is zero.
        let fuel = &mut (*store).fuel;
        *fuel -= *code.sub(2) as i64;
        if *fuel < 0 {
            return Stop::OutOfFuel.into();
        }
        let header = frame.add((head >> 32) as usize);
        *header = EXIT.address() as u64;
        *header.add(1) = 0;
        let state = State { ip: code, sp: frame, mem: (*ctx).memory0.base, ctx, acc: 0, f32: 0.0, f64: 0.0 };
        Exit(state.run())
    }
}

/// The stack's limit does not let a call in: it is used up, or an interrupt has pulled it down.
///
/// # Safety
///
/// The context is live.
#[cold]
unsafe fn refuse(ctx: *mut VmContext) -> Exit {
    // SAFETY: passed on to the caller.
    let interrupted = unsafe { (*(*ctx).stack_limit).take_interrupt() };
    if interrupted { Stop::Interrupted.into() } else { Stop::StackExhausted.into() }
}

handler_fn! {
    /// Ends a call that stopped: the reason, as the number of an [`Exit`], is in the accumulator.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[cold]
    #[inline(never)]
    stopped(state) {
        let mut exit = Exit(state.acc);
        // SAFETY: passed on to the caller.
        unsafe {
            if matches!(exit.stop(), Some(Stop::StackExhausted | Stop::Interrupted)) {
                exit = refuse(state.ctx);
            }
            record_frames(state.ip, state.sp, state.ctx, false);
        }
        exit.0
    }
}

handler_fn! {
    /// Ends a call that stopped in another engine's code, which has judged the reason: it is in the accumulator.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`], for the caller of that code.
    #[cold]
    #[inline(never)]
    stopped_outside(state) {
        // SAFETY: passed on to the caller.
        unsafe { record_frames(state.ip, state.sp, state.ctx, true) };
        state.acc
    }
}

/// Writes down the frames from the innermost one on, up to the one that was entered from outside. `called` says that the
/// innermost one is in a call, with `ip` behind it.
///
/// # Safety
///
/// `ip`, `sp` and `ctx` are those of a running function.
unsafe fn record_frames(mut ip: *const u64, mut sp: *const u64, mut ctx: *mut VmContext, mut called: bool) {
    // SAFETY: each frame's header is written by the call that made the frame, and so are the slots between instances.
    unsafe {
        let frames = &mut (*(*ctx).store).frames;
        let mut known = code::KnownPositions::new();
        while ip != EXIT.address() && frames.len() < MAX_FRAMES {
            if ip == FOREIGN_RETURN.address() {
                let [back, caller_ctx, caller, _] = *sp.cast::<[u64; STUB]>();
                (ip, ctx, sp) = (back as *const u64, caller_ctx as *mut VmContext, caller as *const u64);
                continue;
            }
            let site = code::of_context(ctx).locate(ip, called, &mut known);
            frames.push(Frame { instance: (*ctx).instance, function: site.function, offset: site.offset });
            let [back, caller] = *sp.add(site.header).cast::<[u64; 2]>();
            (ip, sp) = (back as *const u64, caller as *const u64);
            called = true;
        }
    }
}
