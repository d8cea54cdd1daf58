//! Vector instructions (sections 4.4.2 and 4.4.7). A vector takes two slots and has no accumulator.

use std::marker::PhantomData;

use falkirk_runtime::numerics::{self as n, V128};
use falkirk_runtime::Trap;

use super::data::Cell;
use super::memory::Place;
use super::operand::{Operand, Value, get};
use super::state::{Instr, State};
use crate::vector_ops::for_each_vector_op;

impl State {
    /// The vector in the slots from the one at halfword `at` on.
    ///
    /// # Safety
    ///
    /// The instruction has a vector's slot there.
    #[inline(always)]
    unsafe fn vector(&self, at: usize) -> V128 {
        // SAFETY: passed on to the caller; slots are aligned better than vectors need.
        unsafe { self.slot(at).cast::<V128>().read() }
    }

    /// Writes a vector to the slots from the one at halfword 4 on.
    ///
    /// # Safety
    ///
    /// The instruction has a vector's slot there.
    #[inline(always)]
    unsafe fn put_vector(&self, vector: V128) {
        // SAFETY: passed on to the caller.
        unsafe { self.slot(4).cast::<V128>().write(vector) }
    }
}

/// What an instruction computes from vectors.
pub trait VectorOp: 'static {
    /// Computes the result from the operands that start at halfword 5.
    ///
    /// # Safety
    ///
    /// The instruction has them.
    unsafe fn apply(state: &State) -> V128;
}

/// An instruction that yields a vector.
pub struct Compute<Op>(PhantomData<Op>);

impl<Op: VectorOp> Instr for Compute<Op> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            state.put_vector(Op::apply(&state));
            state.next(2)
        }
    }
}

macro_rules! vector_ops {
    (
        binary { $($b:ident $bf:ident,)* }
        unary { $($u:ident $uf:ident,)* }
        ternary { $($t:ident $tf:ident,)* }
        shift { $($s:ident $sf:ident,)* }
        test { $($q:ident $qf:ident,)* }
        splat { $($p:ident $pf:ident $pt:ty,)* }
        extract { $($e:ident $ef:ident $et:ty,)* }
        replace { $($r:ident $rf:ident $rt:ty,)* }
    ) => {
        $(vector_ops!(@vector $b |state| n::$bf(state.vector(5), state.vector(6)));)*
        $(vector_ops!(@vector $u |state| n::$uf(state.vector(5)));)*
        $(vector_ops!(@vector $t |state| n::$tf(state.vector(5), state.vector(6), state.vector(7)));)*
        $(vector_ops!(@vector $s |state| n::$sf(state.vector(5), u32::read(state.slot(6))));)*
        $(vector_ops!(@vector $p |state| n::$pf(<$pt as Value>::read(state.slot(5))));)*
        $(vector_ops!(@vector $r |state| {
            n::$rf(state.vector(5), state.half(7) as u8, <$rt as Value>::read(state.slot(6)))
        });)*
        $(vector_ops!(@scalar $q u32 |state| u32::from(n::$qf(state.vector(5))));)*
        $(vector_ops!(@scalar $e $et |state| n::$ef(state.vector(5), state.half(6) as u8));)*
    };
    (@vector $name:ident |$state:ident| $e:expr) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub struct $name;
        impl VectorOp for $name {
            #[inline(always)]
            unsafe fn apply($state: &State) -> V128 {
                // SAFETY: passed on to the caller.
                unsafe { $e }
            }
        }
    };
    (@scalar $name:ident $ty:ty |$state:ident| $e:expr) => {
        #[doc = concat!("`", stringify!($name), "` as an operand, of the vector at halfword 5.")]
        pub struct $name;
        impl Operand<$ty> for $name {
            #[inline(always)]
            unsafe fn get($state: &mut State) -> Result<$ty, Trap> {
                // SAFETY: passed on to the caller.
                Ok(unsafe { $e })
            }
        }
    };
}

for_each_vector_op!(vector_ops);

/// Copies a vector from halfword 5.
pub struct Copy;

impl VectorOp for Copy {
    #[inline(always)]
    unsafe fn apply(state: &State) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { state.vector(5) }
    }
}

/// `select` of vectors: halfwords 5 and 6, the condition at halfword 7.
pub struct Select;

impl VectorOp for Select {
    #[inline(always)]
    unsafe fn apply(state: &State) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe {
            let chosen = if u32::read(state.slot(7)) != 0 { state.slot(5) } else { state.slot(6) };
            chosen.cast::<V128>().read()
        }
    }
}

/// `global.get` of a vector.
pub struct GlobalGet<C>(PhantomData<C>);

impl<C: Cell + 'static> VectorOp for GlobalGet<C> {
    #[inline(always)]
    unsafe fn apply(state: &State) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { C::address(state).cast::<V128>().read() }
    }
}

/// `global.set` to the vector at halfword 4.
pub struct GlobalSet<C>(PhantomData<C>);

impl<C: Cell> Instr for GlobalSet<C> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            C::address(&state).cast::<V128>().write(state.vector(4));
            state.next(2)
        }
    }
}

/// Words 2 and 3 as a vector.
///
/// # Safety
///
/// The instruction has them.
#[inline(always)]
unsafe fn immediate(state: &State) -> V128 {
    // SAFETY: passed on to the caller.
    unsafe { state.ip.add(2).cast::<V128>().read() }
}

/// `v128.const`: words 2 and 3.
pub struct Const;

impl Instr for Const {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            state.put_vector(immediate(&state));
            state.next(4)
        }
    }
}

/// `i8x16.shuffle` of halfwords 5 and 6 by the lanes in words 2 and 3.
pub struct Shuffle;

impl Instr for Shuffle {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let lanes = immediate(&state).to_bytes();
            state.put_vector(n::i8x16_shuffle(state.vector(5), state.vector(6), lanes));
            state.next(4)
        }
    }
}

/// What a vector load reads and makes of it.
pub trait VectorLoad: 'static {
    /// The bytes it reads.
    type Bytes: std::marker::Copy;
    /// Makes the vector.
    fn widen(bytes: Self::Bytes) -> V128;
}

macro_rules! vector_loads {
    ($($ty:ident $bytes:ty => |$v:ident| $e:expr;)*) => {$(
        #[doc = concat!("`", stringify!($ty), "`")]
        pub struct $ty;
        impl VectorLoad for $ty {
            type Bytes = $bytes;
            #[inline(always)]
            fn widen($v: $bytes) -> V128 {
                $e
            }
        }
    )*};
}

vector_loads! {
    V128Load V128 => |v| v;
    V128Load8x8S u64 => |v| n::i16x8_extend_low_i8x16_s(V128::from([v, 0]));
    V128Load8x8U u64 => |v| n::i16x8_extend_low_i8x16_u(V128::from([v, 0]));
    V128Load16x4S u64 => |v| n::i32x4_extend_low_i16x8_s(V128::from([v, 0]));
    V128Load16x4U u64 => |v| n::i32x4_extend_low_i16x8_u(V128::from([v, 0]));
    V128Load32x2S u64 => |v| n::i64x2_extend_low_i32x4_s(V128::from([v, 0]));
    V128Load32x2U u64 => |v| n::i64x2_extend_low_i32x4_u(V128::from([v, 0]));
    V128Load8Splat u8 => |v| n::i8x16_splat(u32::from(v));
    V128Load16Splat u16 => |v| n::i16x8_splat(u32::from(v));
    V128Load32Splat u32 => |v| n::i32x4_splat(v);
    V128Load64Splat u64 => |v| n::i64x2_splat(v);
    V128Load32Zero u32 => |v| V128::from([v, 0, 0, 0]);
    V128Load64Zero u64 => |v| V128::from([v, 0]);
}

/// A vector load at the address `X` in `P`.
pub struct Load<L, P, X, const LEN: usize>(PhantomData<(L, P, X)>);

impl<L: VectorLoad, P: Place, X: Operand<P::Address>, const LEN: usize> Instr for Load<L, P, X, LEN> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address: P::Address = get!(state, X);
            match P::resolve(&state, address, size_of::<L::Bytes>() as u64) {
                Ok(at) => state.put_vector(L::widen(at.cast::<L::Bytes>().read_unaligned())),
                Err(trap) => return state.stop(trap),
            }
            state.next(LEN)
        }
    }
}

/// `v128.store` of halfword 5 at the address `X` in `P`.
pub struct Store<P, X, const LEN: usize>(PhantomData<(P, X)>);

impl<P: Place, X: Operand<P::Address>, const LEN: usize> Instr for Store<P, X, LEN> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address: P::Address = get!(state, X);
            match P::resolve(&state, address, 16) {
                Ok(at) => at.cast::<V128>().write_unaligned(state.vector(5)),
                Err(trap) => return state.stop(trap),
            }
            state.next(LEN)
        }
    }
}

/// A lane of a vector as memory has it.
pub trait Lane: std::marker::Copy + 'static {
    /// The vector with this lane.
    fn replace(vector: V128, lane: usize, value: Self) -> V128;
    /// The lane.
    fn extract(vector: V128, lane: usize) -> Self;
}

macro_rules! lanes {
    ($($ty:ty, $count:literal;)*) => {$(
        impl Lane for $ty {
            #[inline(always)]
            fn replace(vector: V128, lane: usize, value: $ty) -> V128 {
                let mut lanes: [$ty; $count] = vector.into();
                lanes[lane % $count] = value;
                lanes.into()
            }
            #[inline(always)]
            fn extract(vector: V128, lane: usize) -> $ty {
                let lanes: [$ty; $count] = vector.into();
                lanes[lane % $count]
            }
        }
    )*};
}
lanes! { u8, 16; u16, 8; u32, 4; u64, 2; }

/// `v128.loadN_lane`: address at halfword 5, vector at halfword 12, lane at halfword 13.
pub struct LoadLane<L, P>(PhantomData<(L, P)>);

impl<L: Lane, P: Place> Instr for LoadLane<L, P> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address = P::Address::read(state.slot(5));
            match P::resolve(&state, address, size_of::<L>() as u64) {
                Ok(at) => {
                    let value = at.cast::<L>().read_unaligned();
                    state.put_vector(L::replace(state.vector(12), usize::from(state.half(13)), value));
                }
                Err(trap) => return state.stop(trap),
            }
            state.next(4)
        }
    }
}

/// `v128.storeN_lane`: address at halfword 5, vector at halfword 12, lane at halfword 13.
pub struct StoreLane<L, P>(PhantomData<(L, P)>);

impl<L: Lane, P: Place> Instr for StoreLane<L, P> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address = P::Address::read(state.slot(5));
            match P::resolve(&state, address, size_of::<L>() as u64) {
                Ok(at) => {
                    let value = L::extract(state.vector(12), usize::from(state.half(13)));
                    at.cast::<L>().write_unaligned(value);
                }
                Err(trap) => return state.stop(trap),
            }
            state.next(4)
        }
    }
}
