//! The state of the interpreter, and the step from one instruction to the next.
//!
//! The state travels in argument registers: each handler takes it, changes it, and calls the next handler in tail
//! position. Optimised builds make that call a jump, so the state stays in registers from handler to handler.
//! Without optimisation the calls would pile up on the native stack; there (`dispatch_loop`, set by the build
//! script) a handler parks the state in the store and returns to a loop instead.

use falkirk_runtime::vm::{Exit, Stop, VmContext};

/// A handler: the machine code of one instruction.
///
/// On x86_64 the `sysv64` convention is named so that the state has its seven registers on every system; elsewhere
/// the C convention does it. Both in their `unwind` variants: a panic in a host function passes through handlers to
/// whoever entered them.
#[cfg(target_arch = "x86_64")]
pub type Handler =
    unsafe extern "sysv64-unwind" fn(*const u64, *mut u64, *mut u8, *mut VmContext, u64, f32, f64) -> u64;
/// A handler: the machine code of one instruction.
#[cfg(not(target_arch = "x86_64"))]
pub type Handler = unsafe extern "C-unwind" fn(*const u64, *mut u64, *mut u8, *mut VmContext, u64, f32, f64) -> u64;

/// Defines a function of the type [`Handler`]. The one place, besides that type, that spells the signature.
macro_rules! handler_fn {
    ($(#[$meta:meta])* $name:ident $(<$generic:ident: $bound:path>)? ($state:ident) $body:block) => {
        #[cfg(target_arch = "x86_64")]
        $(#[$meta])*
        pub unsafe extern "sysv64-unwind" fn $name$(<$generic: $bound>)?(
            ip: *const u64, sp: *mut u64, mem: *mut u8, ctx: *mut VmContext, acc: u64, f32: f32, f64: f64,
        ) -> u64 {
            let $state = State { ip, sp, mem, ctx, acc, f32, f64 };
            $body
        }

        #[cfg(not(target_arch = "x86_64"))]
        $(#[$meta])*
        pub unsafe extern "C-unwind" fn $name$(<$generic: $bound>)?(
            ip: *const u64, sp: *mut u64, mem: *mut u8, ctx: *mut VmContext, acc: u64, f32: f32, f64: f64,
        ) -> u64 {
            let $state = State { ip, sp, mem, ctx, acc, f32, f64 };
            $body
        }
    };
}

/// The registers of the interpreter.
#[derive(Clone, Copy)]
pub struct State {
    /// The running instruction.
    pub ip: *const u64,
    /// The frame's first slot.
    pub sp: *mut u64,
    /// The base of memory 0.
    pub mem: *mut u8,
    /// The instance.
    pub ctx: *mut VmContext,
    /// The integer or reference that was written last, as it stands in its slot.
    pub acc: u64,
    /// The `f32` that was written last.
    pub f32: f32,
    /// The `f64` that was written last.
    pub f64: f64,
}

/// What one instruction does. [`handler`] makes it a function.
pub trait Instr {
    /// Executes the instruction and all that follow it; returns what [`Exit`] holds.
    ///
    /// # Safety
    ///
    /// The four conditions of [`crate::exec`].
    unsafe fn exec(state: State) -> u64;
}

handler_fn! {
    /// The handler of an instruction.
    ///
    /// # Safety
    ///
    /// The four conditions of [`crate::exec`].
    handler<I: Instr>(state) {
        // SAFETY: passed on to the caller.
        unsafe { I::exec(state) }
    }
}

/// The number a handler returns to the dispatch loop to be called again.
#[cfg(dispatch_loop)]
const CONTINUE: u64 = u64::MAX;

impl State {
    /// Goes on with the instruction that starts `words` after this one.
    ///
    /// # Safety
    ///
    /// An instruction starts there, and the conditions of [`crate::exec`] hold for it.
    #[inline(always)]
    pub unsafe fn next(mut self, words: usize) -> u64 {
        // SAFETY: instructions follow one another in one allocation.
        unsafe {
            self.ip = self.ip.add(words);
            self.go()
        }
    }

    /// Goes on with the instruction `words` away, forwards or backwards.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[inline(always)]
    pub unsafe fn jump(mut self, words: isize) -> u64 {
        // SAFETY: branches stay within their function's code.
        unsafe {
            self.ip = self.ip.offset(words);
            self.go()
        }
    }

    /// Goes on with the instruction at `ip`.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cfg(not(dispatch_loop))]
    #[inline(always)]
    // ANCHOR: go
    pub unsafe fn go(self) -> u64 {
        // SAFETY: the first word of an instruction is the address of its handler.
        unsafe {
            let handler = *self.ip.cast::<Handler>();
            handler(self.ip, self.sp, self.mem, self.ctx, self.acc, self.f32, self.f64)
        }
    }
    // ANCHOR_END: go

    /// Parks the state for the dispatch loop.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cfg(dispatch_loop)]
    #[inline(always)]
    pub unsafe fn go(self) -> u64 {
        // SAFETY: the store outlives its contexts and is this thread's.
        unsafe {
            (*(*self.ctx).store).registers = [
                self.ip as u64,
                self.sp as u64,
                self.mem as u64,
                self.ctx as u64,
                self.acc,
                u64::from(self.f32.to_bits()),
                self.f64.to_bits(),
            ];
        }
        CONTINUE
    }

    /// Runs from `ip` until the code ends or stops.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cfg(not(dispatch_loop))]
    #[inline(always)]
    pub unsafe fn run(self) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { self.go() }
    }

    /// Runs from `ip` until the code ends or stops.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cfg(dispatch_loop)]
    pub unsafe fn run(mut self) -> u64 {
        // SAFETY: `store` stays the same while contexts change, since all of them are of one store.
        unsafe {
            let store = (*self.ctx).store;
            loop {
                let handler = *self.ip.cast::<Handler>();
                let code = handler(self.ip, self.sp, self.mem, self.ctx, self.acc, self.f32, self.f64);
                if code != CONTINUE {
                    return code;
                }
                let [ip, sp, mem, ctx, acc, f32, f64] = (*store).registers;
                self = State {
                    ip: ip as *const u64,
                    sp: sp as *mut u64,
                    mem: mem as *mut u8,
                    ctx: ctx as *mut VmContext,
                    acc,
                    f32: f32::from_bits(f32 as u32),
                    f64: f64::from_bits(f64),
                };
            }
        }
    }

    /// Stops with a reason: a cold jump to the one place that records the frames.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cold]
    #[inline(always)]
    pub unsafe fn stop(self, stop: impl Into<Stop>) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { self.stop_with(Exit::from(stop.into()).0) }
    }

    /// [`State::stop`] with the reason as the number of an [`Exit`].
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cold]
    #[inline(always)]
    pub unsafe fn stop_with(self, code: u64) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { crate::entry::stopped(self.ip, self.sp, self.mem, self.ctx, code, self.f32, self.f64) }
    }

    /// Goes on stopping after a call of another engine's function stopped, whose frames are written down already. `ip` and
    /// `sp` are those of the caller, as after the call.
    ///
    /// # Safety
    ///
    /// As for [`State::next`].
    #[cold]
    #[inline(always)]
    pub unsafe fn stop_outside(self, exit: Exit) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { crate::entry::stopped_outside(self.ip, self.sp, self.mem, self.ctx, exit.0, self.f32, self.f64) }
    }

    /// Halfword `at` of the instruction (four to a word; the first four are the handler's address).
    ///
    /// # Safety
    ///
    /// The instruction has it.
    #[inline(always)]
    pub unsafe fn half(&self, at: usize) -> u16 {
        // SAFETY: passed on to the caller.
        unsafe { *self.ip.cast::<u16>().add(at) }
    }

    /// The 32 bits that start at halfword `at`, which is even.
    ///
    /// # Safety
    ///
    /// The instruction has them.
    #[inline(always)]
    pub unsafe fn int(&self, at: usize) -> i32 {
        // SAFETY: passed on to the caller; code is aligned to 8 bytes and `at` is even.
        unsafe { *self.ip.cast::<i32>().add(at / 2) }
    }

    /// Word `at` of the instruction.
    ///
    /// # Safety
    ///
    /// The instruction has it.
    #[inline(always)]
    pub unsafe fn word(&self, at: usize) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { *self.ip.add(at) }
    }

    /// The address of the slot whose number stands at halfword `at`.
    ///
    /// # Safety
    ///
    /// The instruction has a slot's number there.
    #[inline(always)]
    pub unsafe fn slot(&self, at: usize) -> *mut u64 {
        // SAFETY: the translator names only slots of the frame.
        unsafe { self.sp.add(usize::from(self.half(at))) }
    }

    /// Takes the base of memory 0 anew, after something that may have moved it.
    ///
    /// # Safety
    ///
    /// The context is live.
    #[inline(always)]
    pub unsafe fn reload_memory(&mut self) {
        // SAFETY: passed on to the caller.
        self.mem = unsafe { (*self.ctx).memory0.base };
    }
}

pub(crate) use handler_fn;
