//! Branches (section 4.4.8). Offsets are in words from the branch's own start, at halfword 4.

use std::arch::asm;
use std::marker::PhantomData;

use falkirk_runtime::vm::Stop;

use super::operand::{Operand, get};
use super::state::{Instr, State};

/// A branch forwards, which needs no check.
pub const FORWARD: u8 = 0;
/// A branch backwards, where an interrupt is noticed.
pub const BACKWARD: u8 = 1;
/// A branch backwards that also pays fuel: the word before its target says how much.
pub const METERED: u8 = 2;

impl State {
    /// Takes the branch whose offset stands at halfword 4.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[inline(always)]
    unsafe fn branch<const MODE: u8>(self, offset: isize) -> u64 {
        // SAFETY: passed on to the caller; `stack_limit` and `store` live as long as the context.
        unsafe {
            if MODE != FORWARD && self.sp as usize > (*(*self.ctx).stack_limit).get() {
                return self.stop(Stop::Interrupted);
            }
            if MODE == METERED {
                let cost = *self.ip.offset(offset - 1);
                if !self.pay(cost) {
                    return self.stop(Stop::OutOfFuel);
                }
            }
            self.jump(offset)
        }
    }

    /// Pays fuel; false if there was not enough.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    #[inline(always)]
    pub unsafe fn pay(&self, cost: u64) -> bool {
        // SAFETY: the store outlives its contexts.
        unsafe {
            let fuel = &mut (*(*self.ctx).store).fuel;
            *fuel -= cost as i64;
            *fuel >= 0
        }
    }
}

/// `br`.
pub struct Br<const MODE: u8>;

impl<const MODE: u8> Instr for Br<MODE> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe { state.branch::<MODE>(state.int(4) as isize) }
    }
}

/// Copies the slot at halfword 7 to the one at halfword 6 and to the accumulator, and branches forwards.
pub struct CopyBr;

impl Instr for CopyBr {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            state.acc = *state.slot(7);
            *state.slot(6) = state.acc;
            state.jump(state.int(4) as isize)
        }
    }
}

/// Copies the slot at halfword 7 to the one at halfword 6, then the slot at halfword 9 to the one at halfword 8 and to
/// the accumulator, and branches forwards.
pub struct CopyTwoBr;

impl Instr for CopyTwoBr {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            *state.slot(6) = *state.slot(7);
            state.acc = *state.slot(9);
            *state.slot(8) = state.acc;
            state.jump(state.int(4) as isize)
        }
    }
}

/// Branches if the condition `C` is not zero or, with `NOT`, if it is zero.
pub struct BrIf<C, const NOT: bool, const MODE: u8, const LEN: usize>(PhantomData<C>);

// ANCHOR: br_if
impl<C: Operand<u32>, const NOT: bool, const MODE: u8, const LEN: usize> Instr for BrIf<C, NOT, MODE, LEN> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`. The assembly is empty: it only keeps the two arms apart, so that they
        // stay two jumps which the processor predicts apart. Merged into one jump to a selected target, programs
        // took a third longer.
        unsafe {
            if (get!(state, C) != 0) != NOT {
                asm!("/* taken */", options(nomem, nostack, preserves_flags));
                state.branch::<MODE>(state.int(4) as isize)
            } else {
                asm!("/* not taken */", options(nomem, nostack, preserves_flags));
                state.next(LEN)
            }
        }
    }
}
// ANCHOR_END: br_if

/// `br_table`: the offsets of the targets, two to a word, start at word `AT`; halfwords 6 and 7 hold the number of the
/// last, which is the default.
pub struct BrTable<X, const AT: usize>(PhantomData<X>);

impl<X: Operand<u32>, const AT: usize> Instr for BrTable<X, AT> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let (index, last) = (get!(state, X), state.int(6) as u32);
            // A branch rather than a minimum: the common case then does not wait for the comparison.
            let index = if index < last { index } else { cold(last) };
            let offset = *state.ip.add(AT).cast::<i32>().add(index as usize);
            state.jump(offset as isize)
        }
    }
}

/// `br_on_null` and, with `NOT`, `br_on_non_null`: tests the reference in the slot at halfword 6.
pub struct BrOnNull<const NOT: bool>;

impl<const NOT: bool> Instr for BrOnNull<NOT> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe { if (*state.slot(6) == 0) != NOT { state.jump(state.int(4) as isize) } else { state.next(2) } }
    }
}

/// Pays for the first turn of a loop that is entered from above: word 1 says how much. It is also the word before the
/// loop's first instruction, where the branches back find it.
pub struct LoopFuel;

impl Instr for LoopFuel {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            if !state.pay(state.word(1)) {
                return state.stop(Stop::OutOfFuel);
            }
            state.next(2)
        }
    }
}

/// Keeps the compiler from turning the branch that leads here into a conditional move.
#[inline(always)]
fn cold(value: u32) -> u32 {
    std::hint::cold_path();
    value
}
