//! Instructions that compute one value: numeric (section 4.4.1), `select` (4.4.3), locals (4.4.4).

use std::marker::PhantomData;

use falkirk_runtime::Trap;

use super::operand::{Operand, Value, get};
use super::state::{Instr, State};

/// Writes an operand to the slot at halfword 4 and to the accumulator. Every instruction that yields a scalar is
/// one of these; what it computes is the operand `X`. `LEN` is its length in words.
pub struct Put<T, X, const LEN: usize>(PhantomData<(T, X)>);

// ANCHOR: put
impl<T: Value, X: Operand<T>, const LEN: usize> Instr for Put<T, X, LEN> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let value: T = get!(state, X);
            *state.slot(4) = value.bits();
            value.to_acc(&mut state);
            state.next(LEN)
        }
    }
}
// ANCHOR_END: put

/// `select`: `X` if the condition `C` is not zero, else `Y`.
pub struct Pick<C, X, Y>(PhantomData<(C, X, Y)>);

impl<T: Value, C: Operand<u32>, X: Operand<T>, Y: Operand<T>> Operand<T> for Pick<C, X, Y> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        unsafe {
            let x = X::get(state)?;
            let y = Y::get(state)?;
            // A conditional move: which value is chosen is rarely something that a processor could predict.
            Ok(std::hint::select_unpredictable(C::get(state)? != 0, x, y))
        }
    }
}

/// Copies `N` slots, named at halfwords 5 and on, to the slots that start with the one named at halfword 4. This is
/// how arguments that are locals reach their places in one step.
pub struct Gather<const N: usize, const LEN: usize>;

impl<const N: usize, const LEN: usize> Instr for Gather<N, LEN> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let to = state.slot(4);
            for position in 0..N {
                *to.add(position) = *state.slot(5 + position);
            }
            state.next(LEN)
        }
    }
}

/// Copies the slot at halfword 7 to the one at halfword 6, then the slot at halfword 5 to the one at halfword 4 and to
/// the accumulator.
pub struct CopyTwo;

impl Instr for CopyTwo {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            *state.slot(6) = *state.slot(7);
            state.acc = *state.slot(5);
            *state.slot(4) = state.acc;
            state.next(2)
        }
    }
}

/// Two `i32` additions of constants to slots, the second's result also to the accumulator: `[d a imm32][e b imm32]`,
/// first `e = b + imm`, then `d = a + imm`. Pointers that go forward together are like this.
pub struct AddTwo;

impl Instr for AddTwo {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            *state.slot(8) = u64::from(u32::read(state.slot(9)).wrapping_add(state.int(10) as u32));
            let sum = u32::read(state.slot(5)).wrapping_add(state.int(6) as u32);
            state.acc = u64::from(sum);
            *state.slot(4) = state.acc;
            state.next(3)
        }
    }
}

/// Moves as many slots as halfword 6 says from the one at halfword 5 on to the one at halfword 4 on.
pub struct Move;

impl Instr for Move {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            std::ptr::copy(state.slot(5), state.slot(4), usize::from(state.half(6)));
            state.next(2)
        }
    }
}

/// Sets the slots from the one at halfword 4 to zero, as many as halfword 5 says: locals start at zero or null.
pub struct Zero;

impl Instr for Zero {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let mut slot = state.slot(4);
            let end = slot.add(usize::from(state.half(5)));
            while slot != end {
                *slot = 0;
                // Keeps the loop a loop: a call of `memset` costs more than it saves for the few locals there are.
                std::hint::black_box(());
                slot = slot.add(1);
            }
            state.next(2)
        }
    }
}

/// [`Zero`] for exactly `N` slots.
pub struct ZeroSome<const N: usize>;

impl<const N: usize> Instr for ZeroSome<N> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let slot = state.slot(4);
            for position in 0..N {
                *slot.add(position) = 0;
            }
            state.next(2)
        }
    }
}
