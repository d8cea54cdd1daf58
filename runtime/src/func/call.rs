//! The way from the host into a function, and what comes of a call that stops.
//!
//! # Safety
//!
//! This module allows `unsafe`: it enters code through a [`FuncRef`], with the store's address. While code runs, no
//! reference into the store is held here; before and after, the caller of [`enter`] has exclusive access to it.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use crate::backtrace::TraceFrame;
use crate::error::{Error, Limit, Result};
use crate::store::StoreInner;
use crate::vm::{Exit, Frame, FuncRef, Stop, VmStore};

/// Calls a function: `write` puts the arguments into the frame, `read` takes the results out of it.
///
/// # Errors
///
/// Whatever stops the call, or `write`.
///
/// # Safety
///
/// The caller has exclusive access to the store, and holds no reference into it. The function is one of this store.
/// `write` writes the parameters' slots and `read` reads the results' slots, and neither calls code.
#[inline(always)]
pub(crate) unsafe fn enter<R>(
    store: NonNull<StoreInner>,
    func: NonNull<FuncRef>,
    write: impl FnOnce(&StoreInner, *mut u64) -> Result<()>,
    read: impl FnOnce(&StoreInner, *const u64) -> R,
) -> Result<R> {
    let this = store.as_ptr();
    // SAFETY: the caller's promises. References into the store end with each statement. The frame starts within the
    // stack, whose slack has room for the parameters and results of any function.
    unsafe {
        let frame = (*this).vm.stack_top;
        if (*this).vm.depth_left == 0 || frame > (*this).stack_end {
            return Err(too_deep(&*this));
        }
        write(&*this, frame)?;
        let exit = {
            let _depth = Depth::take(store);
            ((*func.as_ptr()).enter)(func.as_ptr(), &raw mut (*this).vm, frame)
        };
        match exit {
            Exit::DONE => Ok(read(&*this, frame)),
            exit => match finish(store, exit, frame) {
                Exit::DONE => Ok(read(&*this, frame)),
                exit => Err(stopped(&mut *this, exit)),
            },
        }
    }
}

/// Goes on after a call that did not return: into the function that a tail call asks for, or with a panic that came
/// through machine code.
///
/// # Safety
///
/// As for [`enter`]; the call left `exit`, and the frame is its frame.
#[cold]
#[inline(never)]
unsafe fn finish(store: NonNull<StoreInner>, exit: Exit, frame: *mut u64) -> Exit {
    // SAFETY: the caller's promises, and whoever asks for a tail call leaves a function of this store and its arguments.
    unsafe {
        let vm = &raw mut (*store.as_ptr()).vm;
        let exit = match exit.stop() {
            Some(Stop::TailCall) => {
                let _depth = Depth::take(store);
                follow_tail_calls(vm, exit, frame)
            }
            _ => exit,
        };
        if let Some(panic) = (*vm).panic.take() {
            // These are not the frames of the next call that stops.
            (*vm).frames.clear();
            std::panic::resume_unwind(panic);
        }
        exit
    }
}

/// Enters the functions that tail calls ask for, until one returns or stops.
///
/// # Safety
///
/// `exit` came from entering a function of the store with its arguments at `frame`.
pub(crate) unsafe fn follow_tail_calls(store: *mut VmStore, mut exit: Exit, frame: *mut u64) -> Exit {
    while exit == Stop::TailCall.into() {
        // SAFETY: whoever asks for a tail call leaves a function of this store, and its arguments in the frame.
        exit = unsafe {
            let callee = (*store).callee;
            ((*callee).enter)(callee, store, frame)
        };
    }
    exit
}

/// One level of calls from the host, given back at the end, also by a panic.
struct Depth(NonNull<StoreInner>);

impl Depth {
    /// Takes a level.
    ///
    /// # Safety
    ///
    /// There is one left, and the store outlives this.
    #[inline(always)]
    unsafe fn take(store: NonNull<StoreInner>) -> Depth {
        // SAFETY: the caller's promise.
        unsafe { (*store.as_ptr()).vm.depth_left -= 1 };
        Depth(store)
    }
}

impl Drop for Depth {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the store outlives this, by the promise to `take`.
        unsafe { (*self.0.as_ptr()).vm.depth_left += 1 };
    }
}

#[cold]
fn too_deep(store: &StoreInner) -> Error {
    let details = match store.vm.depth_left {
        0 => {
            let most = store.engine.config().max_host_depth;
            format!("host and guest call each other more than {most} deep: see Config::max_host_depth")
        }
        _ => format!(
            "the value stack's {} bytes are used up: see Config::max_wasm_stack",
            store.engine.config().max_wasm_stack
        ),
    };
    Error::limit_reached(Limit::Stack, details)
}

/// The error of a call that stopped, with its frames.
#[cold]
#[inline(never)]
fn stopped(store: &mut StoreInner, exit: Exit) -> Error {
    let failure = store.vm.failure.take();
    let mut error = match exit.stop() {
        None => panic!("BUG: a call that ended well has stopped"),
        Some(Stop::Trap(trap)) => trap.into(),
        Some(Stop::StackExhausted) => Limit::Stack.into(),
        Some(Stop::OutOfFuel) => Limit::Fuel.into(),
        Some(Stop::Interrupted) => {
            // A deadline that has passed stops the guests further out too, and every further call.
            if store.interrupt.expired() {
                store.interrupt.limit.interrupt();
            }
            Limit::Interrupted.into()
        }
        Some(Stop::TailCall) => panic!("BUG: a tail call was not followed"),
        Some(Stop::Failed) => failure.expect("BUG: code failed and left no error"),
    };
    let frames = std::mem::take(&mut store.vm.frames);
    error.push_frames(frames.into_iter().map(|Frame { instance, function, offset }| {
        let module = store.instances[instance as usize].module.clone();
        TraceFrame { module, function, offset }
    }));
    #[cfg(feature = "trace")]
    if store.observer.is_present() {
        store.observer.tell(crate::observer::Event::Stopped { error: &error.to_string() });
    }
    error
}

#[cfg(test)]
mod tests;
