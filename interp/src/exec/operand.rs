//! Operands: where an instruction finds a value and where it leaves one.
//!
//! An operand is a type that says, at compile time, where in the instruction it is described. Operands nest: the
//! result of one operation can be an operand of the next ([`Calc`]), which is how two instructions become one.
//! Positions are halfwords of the instruction, so 4 to 7 are in word 1.

use falkirk_runtime::Trap;

use super::state::State;
use crate::ops::{BinOp, UnOp};

/// A value as slots and accumulators hold it.
pub trait Value: Copy {
    /// Reads the value from its slot.
    ///
    /// # Safety
    ///
    /// `slot` is a slot of the frame.
    unsafe fn read(slot: *const u64) -> Self;
    /// The value as its slot holds it.
    fn bits(self) -> u64;
    /// The value from the bits of a constant.
    fn from_bits(bits: u64) -> Self;
    /// The value in the accumulator of its class.
    fn from_acc(state: &State) -> Self;
    /// Writes the accumulator of its class.
    fn to_acc(self, state: &mut State);
    /// The value of a sign-extended immediate.
    fn from_imm(imm: i32) -> Self;
}

macro_rules! int_value {
    ($ty:ty) => {
        impl Value for $ty {
            #[inline(always)]
            unsafe fn read(slot: *const u64) -> Self {
                // SAFETY: passed on; the low half of a slot is at its address on these little-endian machines.
                unsafe { *slot.cast::<$ty>() }
            }
            #[inline(always)]
            fn bits(self) -> u64 {
                u64::from(self)
            }
            #[inline(always)]
            fn from_bits(bits: u64) -> Self {
                bits as $ty
            }
            #[inline(always)]
            fn from_acc(state: &State) -> Self {
                state.acc as $ty
            }
            #[inline(always)]
            fn to_acc(self, state: &mut State) {
                state.acc = u64::from(self);
            }
            #[inline(always)]
            fn from_imm(imm: i32) -> Self {
                imm as $ty
            }
        }
    };
}
int_value!(u32);
int_value!(u64);

macro_rules! float_value {
    ($ty:ident, $bits:ty) => {
        impl Value for $ty {
            #[inline(always)]
            unsafe fn read(slot: *const u64) -> Self {
                // SAFETY: as for integers.
                unsafe { *slot.cast::<$ty>() }
            }
            #[inline(always)]
            fn bits(self) -> u64 {
                u64::from(self.to_bits())
            }
            #[inline(always)]
            fn from_bits(bits: u64) -> Self {
                $ty::from_bits(bits as $bits)
            }
            #[inline(always)]
            fn from_acc(state: &State) -> Self {
                state.$ty
            }
            #[inline(always)]
            fn to_acc(self, state: &mut State) {
                state.$ty = self;
            }
            #[inline(always)]
            fn from_imm(imm: i32) -> Self {
                $ty::from_bits(imm as u32 as $bits)
            }
        }
    };
}
float_value!(f32, u32);
float_value!(f64, u64);

/// Something that yields a value of type `T`, or a trap.
pub trait Operand<T> {
    /// Yields the value.
    ///
    /// # Safety
    ///
    /// The instruction describes this operand where its type says.
    unsafe fn get(state: &mut State) -> Result<T, Trap>;
}

/// The slot whose number stands at halfword `H`.
pub struct S<const H: usize>;
/// The accumulator.
pub struct A;
/// The 32-bit immediate at halfword `H` (even), sign-extended.
pub struct I<const H: usize>;
/// The 16-bit immediate at halfword `H`, sign-extended.
pub struct H<const AT: usize>;
/// The constant in word `K`.
pub struct W<const K: usize>;
/// Zero, written nowhere.
pub struct Nil;
/// The result of a binary operation on two operands.
pub struct Calc<Op, X, Y>(std::marker::PhantomData<(Op, X, Y)>);
/// The result of a unary operation on an operand.
pub struct Calc1<Op, X>(std::marker::PhantomData<(Op, X)>);
/// An operand that is also written to the slot whose number stands at halfword `D`, and to the accumulator.
pub struct Tee<X, const D: usize>(std::marker::PhantomData<X>);

impl<T: Value, const AT: usize> Operand<T> for S<AT> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        Ok(unsafe { T::read(state.slot(AT)) })
    }
}

impl<T: Value> Operand<T> for A {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        Ok(T::from_acc(state))
    }
}

impl<T: Value, const AT: usize> Operand<T> for I<AT> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        Ok(T::from_imm(unsafe { state.int(AT) }))
    }
}

impl<T: Value> Operand<T> for Nil {
    #[inline(always)]
    unsafe fn get(_: &mut State) -> Result<T, Trap> {
        Ok(T::from_imm(0))
    }
}

impl<T: Value, const AT: usize> Operand<T> for H<AT> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        Ok(T::from_imm(i32::from(unsafe { state.half(AT) } as i16)))
    }
}

impl<T: Value, const K: usize> Operand<T> for W<K> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        Ok(T::from_bits(unsafe { state.word(K) }))
    }
}

impl<Op: BinOp, X: Operand<Op::A>, Y: Operand<Op::B>> Operand<Op::R> for Calc<Op, X, Y> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<Op::R, Trap> {
        // SAFETY: passed on to the caller.
        unsafe {
            let x = X::get(state)?;
            let y = Y::get(state)?;
            Op::apply(x, y)
        }
    }
}

impl<Op: UnOp, X: Operand<Op::A>> Operand<Op::R> for Calc1<Op, X> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<Op::R, Trap> {
        // SAFETY: passed on to the caller.
        unsafe { Op::apply(X::get(state)?) }
    }
}

impl<T: Value, X: Operand<T>, const D: usize> Operand<T> for Tee<X, D> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        unsafe {
            let value = X::get(state)?;
            *state.slot(D) = value.bits();
            value.to_acc(state);
            Ok(value)
        }
    }
}

/// Evaluates an operand in a handler; its trap ends the handler.
macro_rules! get {
    ($state:ident, $operand:ty) => {
        match <$operand as Operand<_>>::get(&mut $state) {
            Ok(value) => value,
            Err(trap) => return $state.stop(trap),
        }
    };
}
pub(crate) use get;
