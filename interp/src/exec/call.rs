//! Calls and returns (section 4.4.10 and 4.4.11).
//!
//! A call's arguments already stand in the callee's frame: the caller's topmost temporaries are the callee's first
//! slots. Behind them comes the header: where to go on, and the caller's frame.
//!
//! ```text
//! caller: ... [temporaries][arg 0][arg 1]
//! callee:             sp ->[arg 0][arg 1][return ip][caller's sp][locals][temporaries]
//! ```
//!
//! A call into another instance puts four slots in between, which [`ForeignReturn`] takes away again:
//!
//! ```text
//! frame -> [return ip][caller's ctx][caller's sp][n] sp -> [arg 0]...[&FOREIGN_RETURN][frame] ...
//! ```

use std::marker::PhantomData;
use std::sync::atomic::Ordering;

use falkirk_runtime::Trap;
use falkirk_runtime::TypeId;
use falkirk_runtime::vm::{FuncRef, Stop, VmContext, VmTable, libcalls};

use super::operand::{Operand, Value, get};
use super::state::{Handler, Instr, State, handler, handler_fn};

/// Code that is not in any module: a single instruction.
pub struct StaticCode([Handler; 1]);

impl StaticCode {
    /// Its address, as headers hold it.
    pub fn address(&'static self) -> *const u64 {
        self.0.as_ptr().cast()
    }
}

/// The way back to the host.
pub static EXIT: StaticCode = StaticCode([handler::<Exit>]);
/// The way back from another instance.
pub static FOREIGN_RETURN: StaticCode = StaticCode([handler::<ForeignReturn>]);

/// How many slots stand between the frames of two instances.
pub const STUB: usize = 4;

/// Ends the interpreter: the code that the host entered has returned.
pub struct Exit;

impl Instr for Exit {
    #[inline(always)]
    unsafe fn exec(_: State) -> u64 {
        falkirk_runtime::vm::Exit::DONE.0
    }
}

impl State {
    /// Stops because the stack's limit was passed: it is used up, or an interrupt has pulled it down.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[cold]
    #[inline(always)]
    unsafe fn overrun(self) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe { self.stop(Stop::StackExhausted) }
    }

    // ANCHOR: enter
    /// Enters code that starts with a frame at `frame`, whose header is `header` slots further on.
    ///
    /// # Safety
    ///
    /// `code` is a function's entry; its arguments stand in the frame. The conditions of [`crate::exec`].
    #[inline(always)]
    unsafe fn enter<const METERED: bool>(
        mut self,
        code: *const u64,
        frame: *mut u64,
        header: usize,
        words: usize,
    ) -> u64 {
        // SAFETY: the word before a function's entry holds the frame's size, and the one before that the fuel;
        // the limit leaves room for arguments and a header beyond it.
        unsafe {
            let head = *code.sub(1);
            if frame as usize + head as u32 as usize > (*(*self.ctx).stack_limit).get() {
                return self.overrun();
            }
            if METERED && !self.pay(*code.sub(2)) {
                return self.stop(Stop::OutOfFuel);
            }
            *frame.add(header) = self.ip.add(words) as u64;
            *frame.add(header + 1) = self.sp as u64;
            self.ip = code;
            self.sp = frame;
            // Nothing reads the accumulator at a function's start; without its old value there is a register more.
            self.acc = 0;
            self.go()
        }
    }
    // ANCHOR_END: enter

    /// The code of the function that the module defines with this number.
    ///
    /// # Safety
    ///
    /// The module defines it.
    #[inline(always)]
    unsafe fn defined(&self, number: usize) -> *const u64 {
        // SAFETY: passed on to the caller.
        unsafe { (*(*self.ctx).code.add(number)).load(Ordering::Acquire) }
    }

    /// Calls a function through a reference that is not null.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`]; halfwords 4 and 5 are as for [`Call`], and the instruction has the length
    /// that `F` says.
    #[inline(always)]
    unsafe fn call_func<F: Form>(self, func: *const FuncRef) -> u64 {
        // SAFETY: a reference that is not null points to a live `FuncRef` of this store.
        unsafe {
            if (*func).vmctx != self.ctx {
                return elsewhere::<F>(self.ip, self.sp, self.mem, self.ctx, func as u64, self.f32, self.f64);
            }
            let code = (*(*func).code).load(Ordering::Acquire);
            let (frame, header) = (self.slot(4), usize::from(self.half(5)));
            if F::METERED {
                self.enter::<true>(code, frame, header, F::WORDS)
            } else {
                self.enter::<false>(code, frame, header, F::WORDS)
            }
        }
    }

    /// Calls a host function.
    ///
    /// # Safety
    ///
    /// As for [`State::call_func`].
    #[inline(always)]
    unsafe fn call_host(mut self, func: *const FuncRef, frame: *mut u64, words: usize) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe {
            if let Err(stop) = libcalls::call_host(self.ctx, func, frame) {
                return self.stop(stop);
            }
            self.reload_memory();
            self.take_result(frame);
            self.next(words)
        }
    }

    /// Puts what stands in a slot into all accumulators: whatever its type, the right one then mirrors the slot.
    ///
    /// # Safety
    ///
    /// `slot` is a slot of the value stack.
    #[inline(always)]
    pub unsafe fn take_result(&mut self, slot: *const u64) {
        // SAFETY: passed on to the caller.
        unsafe {
            self.acc = *slot;
            self.f32 = f32::read(slot);
            self.f64 = f64::read(slot);
        }
    }

    /// Calls a function of another instance.
    ///
    /// # Safety
    ///
    /// As for [`State::call_func`].
    #[inline(always)]
    unsafe fn call_foreign<const METERED: bool>(
        mut self,
        func: *const FuncRef,
        frame: *mut u64,
        header: usize,
        words: usize,
    ) -> u64 {
        // SAFETY: as for `enter`, whose checks are repeated here before anything is moved.
        unsafe {
            let code = (*(*func).code).load(Ordering::Acquire);
            let callee = frame.add(STUB);
            if callee as usize + *code.sub(1) as u32 as usize > (*(*self.ctx).stack_limit).get() {
                return self.overrun();
            }
            if METERED && !self.pay(*code.sub(2)) {
                return self.stop(Stop::OutOfFuel);
            }
            std::ptr::copy(frame, callee, header);
            *frame = self.ip.add(words) as u64;
            *frame.add(1) = self.ctx as u64;
            *frame.add(2) = self.sp as u64;
            *frame.add(3) = header as u64;
            *callee.add(header) = FOREIGN_RETURN.address() as u64;
            *callee.add(header + 1) = frame as u64;
            self.ctx = (*func).vmctx;
            self.reload_memory();
            self.ip = code;
            self.sp = callee;
            self.go()
        }
    }
}

/// The length of a calling instruction, and whether calls pay fuel.
pub trait Form: 'static {
    /// Words.
    const WORDS: usize;
    /// Whether calls pay fuel.
    const METERED: bool;
}

/// A calling instruction of `WORDS` words.
pub struct Long<const WORDS: usize, const METERED: bool>;

impl<const WORDS: usize, const METERED: bool> Form for Long<WORDS, METERED> {
    const WORDS: usize = WORDS;
    const METERED: bool = METERED;
}

handler_fn! {
    /// Calls a function that is not of this instance; its reference is in the accumulator. A function of its own, so
    /// that the handlers of calls, which mostly stay in their instance, keep all they have in registers.
    ///
    /// # Safety
    ///
    /// As for [`State::call_func`].
    #[inline(never)]
    elsewhere<F: Form>(state) {
        // SAFETY: passed on to the caller.
        unsafe {
            let func = state.acc as *const FuncRef;
            let (frame, header) = (state.slot(4), usize::from(state.half(5)));
            if (*func).vmctx.is_null() {
                state.call_host(func, frame, F::WORDS)
            } else if F::METERED {
                state.call_foreign::<true>(func, frame, header, F::WORDS)
            } else {
                state.call_foreign::<false>(func, frame, header, F::WORDS)
            }
        }
    }
}

/// Comes back from another instance: `sp` is the four slots that the call put in between.
pub struct ForeignReturn;

impl Instr for ForeignReturn {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: only `call_foreign` and `tail_call` leave this address in a header, with such slots.
        unsafe {
            let stub = state.sp;
            let [ip, ctx, sp, count] = *stub.cast::<[u64; STUB]>();
            std::ptr::copy(stub.add(STUB), stub, count as usize);
            state.ip = ip as *const u64;
            state.ctx = ctx as *mut VmContext;
            state.sp = sp as *mut u64;
            state.reload_memory();
            state.take_result(stub);
            state.go()
        }
    }
}

/// `call` of a function that the module defines: its frame is at the slot in halfword 4, its header halfword 5
/// further on, its number in the 32 bits at halfword 6.
pub struct Call<const METERED: bool>;

impl<const METERED: bool> Instr for Call<METERED> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let code = state.defined(state.int(6) as u32 as usize);
            state.enter::<METERED>(code, state.slot(4), usize::from(state.half(5)), 2)
        }
    }
}

/// `call` of an imported function, whose reference stands in the context at the 32 bits at halfword 6.
pub struct CallImport<const METERED: bool>;

impl<const METERED: bool> Instr for CallImport<METERED> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let func = *VmContext::at::<*const FuncRef>(state.ctx, state.int(6) as u32);
            state.call_func::<Long<2, METERED>>(func)
        }
    }
}

// ANCHOR: find
/// Finds the function for `call_indirect`: the index `X` of type `Addr` in the table at the 32 bits at halfword 10 of
/// the context, checked for the type in the 32 bits at halfword 8.
///
/// # Safety
///
/// The conditions of [`crate::exec`].
#[inline(always)]
unsafe fn find<Addr: Value, X: Operand<Addr>>(state: &mut State) -> Result<*const FuncRef, Trap> {
    // SAFETY: passed on to the caller; elements are null or live references.
    unsafe {
        let index = X::get(state)?.bits();
        let table = VmContext::at::<VmTable>(state.ctx, state.int(10) as u32);
        if index >= (*table).len as u64 {
            return Err(Trap::UndefinedElement);
        }
        let func = *(*table).base.add(index as usize) as *const FuncRef;
        if func.is_null() {
            return Err(Trap::UninitializedElement);
        }
        if (*func).type_id != TypeId(state.int(8) as u32) {
            return Err(Trap::IndirectCallTypeMismatch);
        }
        Ok(func)
    }
}
// ANCHOR_END: find

/// `call_indirect`: frame and header as for [`Call`], the index at halfword 6.
pub struct CallIndirect<Addr, X, const METERED: bool>(PhantomData<(Addr, X)>);

impl<Addr: Value, X: Operand<Addr>, const METERED: bool> Instr for CallIndirect<Addr, X, METERED> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            match find::<Addr, X>(&mut state) {
                Ok(func) => state.call_func::<Long<3, METERED>>(func),
                Err(trap) => state.stop(trap),
            }
        }
    }
}

/// `call_ref`: frame and header as for [`Call`], the reference in the slot at halfword 6.
pub struct CallRef<const METERED: bool>;

impl<const METERED: bool> Instr for CallRef<METERED> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let func = *state.slot(6) as *const FuncRef;
            if func.is_null() {
                return state.stop(Trap::NullFunctionReference);
            }
            state.call_func::<Long<2, METERED>>(func)
        }
    }
}

impl State {
    /// Goes back to the caller; this frame's header is `header` slots from its start.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[inline(always)]
    unsafe fn back(mut self, header: u16) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe {
            let header = self.sp.add(usize::from(header));
            self.ip = *header as *const u64;
            self.sp = *header.add(1) as *mut u64;
            self.go()
        }
    }
}

/// Returns nothing; halfword 4 is where the header is, as for all returns.
pub struct Return;

impl Instr for Return {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe { state.back(state.half(4)) }
    }
}

/// Returns one scalar, the operand `X`.
pub struct Return1<T, X>(PhantomData<(T, X)>);

impl<T: Value, X: Operand<T>> Instr for Return1<T, X> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let value: T = get!(state, X);
            *state.sp = value.bits();
            value.to_acc(&mut state);
            state.back(state.half(4))
        }
    }
}

/// Returns the slots from the one at halfword 5, as many as halfword 6 says.
pub struct ReturnMany;

impl Instr for ReturnMany {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            std::ptr::copy(state.slot(5), state.sp, usize::from(state.half(6)));
            state.back(state.half(4))
        }
    }
}

/// A tail call's operands, from the halfword at which they start.
struct Tail {
    /// Where the arguments stand.
    args: *mut u64,
    /// Where this frame's header is.
    own_header: usize,
    /// Where the callee's header will be.
    header: usize,
    /// How many slots the arguments take.
    count: usize,
    /// How many slots the results take.
    results: usize,
}

impl State {
    /// Reads the operands of a tail call.
    ///
    /// # Safety
    ///
    /// Word `at` of the instruction holds them, the slot of the arguments is at halfword 4 and the own header at 5.
    #[inline(always)]
    unsafe fn tail(&self, at: usize) -> Tail {
        // SAFETY: passed on to the caller.
        unsafe {
            Tail {
                args: self.slot(4),
                own_header: usize::from(self.half(5)),
                count: usize::from(self.half(4 * at)),
                header: usize::from(self.half(4 * at + 1)),
                results: usize::from(self.half(4 * at + 2)),
            }
        }
    }

    /// Calls code of the instance `ctx` in place of this frame.
    ///
    /// # Safety
    ///
    /// `code` is an entry of that instance. The conditions of [`crate::exec`].
    #[inline(always)]
    unsafe fn tail_call<const METERED: bool>(mut self, code: *const u64, ctx: *mut VmContext, tail: Tail) -> u64 {
        // SAFETY: as for `enter`; all is checked before anything moves.
        unsafe {
            if self.sp as usize + 8 * STUB + *code.sub(1) as u32 as usize > (*(*self.ctx).stack_limit).get() {
                return self.overrun();
            }
            if METERED && !self.pay(*code.sub(2)) {
                return self.stop(Stop::OutOfFuel);
            }
            let [mut back, mut caller] = *self.sp.add(tail.own_header).cast::<[u64; 2]>();
            let mut frame = self.sp;
            let returns_here = back != FOREIGN_RETURN.address() as u64 && back != EXIT.address() as u64;
            if ctx != self.ctx && returns_here {
                // The caller expects this instance: leave it the four slots that bring it back.
                frame = frame.add(STUB);
                std::ptr::copy(tail.args, frame, tail.count);
                *self.sp.cast::<[u64; STUB]>() = [back, self.ctx as u64, caller, tail.header as u64];
                [back, caller] = [FOREIGN_RETURN.address() as u64, self.sp as u64];
            } else {
                std::ptr::copy(tail.args, frame, tail.count);
            }
            *frame.add(tail.header).cast::<[u64; 2]>() = [back, caller];
            self.ctx = ctx;
            self.reload_memory();
            self.ip = code;
            self.sp = frame;
            self.go()
        }
    }

    /// Calls a function through a reference that is not null, in place of this frame.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[inline(always)]
    unsafe fn tail_call_func<const METERED: bool>(mut self, func: *const FuncRef, tail: Tail) -> u64 {
        // SAFETY: as for `call_func`.
        unsafe {
            if !(*func).vmctx.is_null() {
                let code = (*(*func).code).load(Ordering::Acquire);
                return self.tail_call::<METERED>(code, (*func).vmctx, tail);
            }
            if let Err(stop) = libcalls::call_host(self.ctx, func, tail.args) {
                // A tail call leaves no frame: the innermost one is the caller's.
                let [back, caller] = *self.sp.add(tail.own_header).cast::<[u64; 2]>();
                (self.ip, self.sp) = (back as *const u64, caller as *mut u64);
                return self.stop_outside(stop.into());
            }
            self.reload_memory();
            std::ptr::copy(tail.args, self.sp, tail.results);
            self.take_result(self.sp);
            self.back(tail.own_header as u16)
        }
    }
}

/// `return_call` of a function that the module defines; its number is in the 32 bits at halfword 6, the rest of the
/// operands in word 2.
pub struct TailCall<const METERED: bool>;

impl<const METERED: bool> Instr for TailCall<METERED> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let code = state.defined(state.int(6) as u32 as usize);
            state.tail_call::<METERED>(code, state.ctx, state.tail(2))
        }
    }
}

/// `return_call` of an imported function; operands as for [`TailCall`], the reference as for [`CallImport`].
pub struct TailCallImport<const METERED: bool>;

impl<const METERED: bool> Instr for TailCallImport<METERED> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let func = *VmContext::at::<*const FuncRef>(state.ctx, state.int(6) as u32);
            state.tail_call_func::<METERED>(func, state.tail(2))
        }
    }
}

/// `return_call_indirect`; the function is found as for [`CallIndirect`], the rest of the operands is in word 3.
pub struct TailCallIndirect<Addr, X, const METERED: bool>(PhantomData<(Addr, X)>);

impl<Addr: Value, X: Operand<Addr>, const METERED: bool> Instr for TailCallIndirect<Addr, X, METERED> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            match find::<Addr, X>(&mut state) {
                Ok(func) => state.tail_call_func::<METERED>(func, state.tail(3)),
                Err(trap) => state.stop(trap),
            }
        }
    }
}

/// `return_call_ref`; the reference in the slot at halfword 6, the rest of the operands in word 2.
pub struct TailCallRef<const METERED: bool>;

impl<const METERED: bool> Instr for TailCallRef<METERED> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let func = *state.slot(6) as *const FuncRef;
            if func.is_null() {
                return state.stop(Trap::NullFunctionReference);
            }
            state.tail_call_func::<METERED>(func, state.tail(2))
        }
    }
}

/// Stands for a function that is not translated yet: its number is in word 1. Translates it and goes on with it.
pub struct Lazy<const METERED: bool>;

impl<const METERED: bool> Instr for Lazy<METERED> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`; the frame's header is written, so a stop finds its way from here.
        unsafe {
            let code = crate::code::translate_now(state.ctx, state.word(1) as u32);
            if code.is_null() {
                return state.stop(Stop::Failed);
            }
            if state.sp as usize + *code.sub(1) as u32 as usize > (*(*state.ctx).stack_limit).get() {
                return state.overrun();
            }
            if METERED && !state.pay(*code.sub(2)) {
                return state.stop(Stop::OutOfFuel);
            }
            state.ip = code;
            state.go()
        }
    }
}
