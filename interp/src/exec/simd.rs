//! Vector instructions (sections 4.4.2 and 4.4.7). A vector takes two slots and has no accumulator.

use std::marker::PhantomData;

use falkirk_runtime::Trap;
use falkirk_runtime::numerics::{self as n, V128};

use super::data::Cell;
use super::memory::Place;
use super::operand::{Operand, Value, get};
use super::state::{Instr, State};
use crate::vector_ops::for_each_vector_op;

/// What vector instructions see of the state: its address must not be taken, nor that of any vector beside it, or the
/// handler loses its jump to the next. So their work is a function of its own, with these two registers as arguments.
/// Where the compiler inlines everything that function disappears; where it does not (`outlined`, set by the build
/// script), it stays a call.
#[derive(Clone, Copy)]
pub struct View {
    ip: *const u64,
    sp: *mut u64,
}

impl View {
    /// Halfword `at` of the instruction.
    ///
    /// # Safety
    ///
    /// The instruction has it.
    #[inline(always)]
    unsafe fn half(self, at: usize) -> u16 {
        // SAFETY: passed on to the caller.
        unsafe { *self.ip.cast::<u16>().add(at) }
    }

    /// The address of the slot whose number stands at halfword `at`.
    ///
    /// # Safety
    ///
    /// The instruction has a slot's number there.
    #[inline(always)]
    unsafe fn slot(self, at: usize) -> *mut u64 {
        // SAFETY: passed on to the caller.
        unsafe { self.sp.add(usize::from(self.half(at))) }
    }

    /// The vector in the slots from the one at halfword `at` on.
    ///
    /// # Safety
    ///
    /// The instruction has a vector's slot there.
    #[inline(always)]
    unsafe fn vector(self, at: usize) -> V128 {
        // SAFETY: passed on to the caller; slots are aligned better than vectors need.
        unsafe { self.slot(at).cast::<V128>().read() }
    }

    /// Writes a vector to the slots from the one at halfword 4 on.
    ///
    /// # Safety
    ///
    /// The instruction has a vector's slot there.
    #[inline(always)]
    unsafe fn put_vector(self, vector: V128) {
        // SAFETY: passed on to the caller.
        unsafe { self.slot(4).cast::<V128>().write(vector) }
    }

    /// Words 2 and 3 as a vector.
    ///
    /// # Safety
    ///
    /// The instruction has them.
    #[inline(always)]
    unsafe fn immediate(self) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { self.ip.add(2).cast::<V128>().read() }
    }
}

impl State {
    #[inline(always)]
    fn view(&self) -> View {
        View { ip: self.ip, sp: self.sp }
    }
}

/// What an instruction computes from vectors.
pub trait VectorOp: 'static {
    /// The instruction's length in words.
    const LEN: usize = 2;
    /// Computes the result from the operands that start at halfword 5.
    ///
    /// # Safety
    ///
    /// The instruction has them.
    unsafe fn apply(view: View) -> V128;
}

/// Does the work of [`Compute`].
///
/// # Safety
///
/// The conditions of [`crate::exec`].
#[cfg_attr(outlined, inline(never))]
#[cfg_attr(not(outlined), inline(always))]
unsafe fn compute<Op: VectorOp>(view: View) {
    // SAFETY: passed on to the caller.
    unsafe { view.put_vector(Op::apply(view)) }
}

/// An instruction that yields a vector.
pub struct Compute<Op>(PhantomData<Op>);

impl<Op: VectorOp> Instr for Compute<Op> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            compute::<Op>(state.view());
            state.next(Op::LEN)
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
        $(vector_ops!(@vector $b |view| n::$bf(view.vector(5), view.vector(6)));)*
        $(vector_ops!(@vector $u |view| n::$uf(view.vector(5)));)*
        $(vector_ops!(@vector $t |view| n::$tf(view.vector(5), view.vector(6), view.vector(7)));)*
        $(vector_ops!(@vector $s |view| n::$sf(view.vector(5), u32::read(view.slot(6))));)*
        $(vector_ops!(@vector $p |view| n::$pf(<$pt as Value>::read(view.slot(5))));)*
        $(vector_ops!(@vector $r |view| {
            n::$rf(view.vector(5), view.half(7) as u8, <$rt as Value>::read(view.slot(6)))
        });)*
        $(vector_ops!(@scalar $q u32 |view| u32::from(n::$qf(view.vector(5))));)*
        $(vector_ops!(@scalar $e $et |view| n::$ef(view.vector(5), view.half(6) as u8));)*
    };
    (@vector $name:ident |$view:ident| $e:expr) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub struct $name;
        impl VectorOp for $name {
            #[inline(always)]
            unsafe fn apply($view: View) -> V128 {
                // SAFETY: passed on to the caller.
                unsafe { $e }
            }
        }
    };
    (@scalar $name:ident $ty:ty |$view:ident| $e:expr) => {
        #[doc = concat!("`", stringify!($name), "` as an operand, of the vector at halfword 5.")]
        pub struct $name;
        impl $name {
            #[cfg_attr(outlined, inline(never))]
            #[cfg_attr(not(outlined), inline(always))]
            unsafe fn work($view: View) -> $ty {
                // SAFETY: the conditions of `exec`.
                unsafe { $e }
            }
        }
        impl Operand<$ty> for $name {
            #[inline(always)]
            unsafe fn get(state: &mut State) -> Result<$ty, Trap> {
                // SAFETY: passed on to the caller.
                Ok(unsafe { Self::work(state.view()) })
            }
        }
    };
}

for_each_vector_op!(vector_ops);

/// Copies a vector from halfword 5.
pub struct Copy;

impl VectorOp for Copy {
    #[inline(always)]
    unsafe fn apply(view: View) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { view.vector(5) }
    }
}

/// `select` of vectors: halfwords 5 and 6, the condition at halfword 7.
pub struct Select;

impl VectorOp for Select {
    #[inline(always)]
    unsafe fn apply(view: View) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe {
            let chosen = if u32::read(view.slot(7)) != 0 { view.slot(5) } else { view.slot(6) };
            chosen.cast::<V128>().read()
        }
    }
}

/// `v128.const`: words 2 and 3.
pub struct Const;

impl VectorOp for Const {
    const LEN: usize = 4;
    #[inline(always)]
    unsafe fn apply(view: View) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { view.immediate() }
    }
}

/// `i8x16.shuffle` of halfwords 5 and 6 by the lanes in words 2 and 3.
pub struct Shuffle;

impl VectorOp for Shuffle {
    const LEN: usize = 4;
    #[inline(always)]
    unsafe fn apply(view: View) -> V128 {
        // SAFETY: passed on to the caller.
        unsafe { n::i8x16_shuffle(view.vector(5), view.vector(6), view.immediate().to_bytes()) }
    }
}

/// The two words of a vector in memory, in a global, in slots: what is moved without looking at lanes.
type Words = [u64; 2];

/// `global.get` of a vector.
pub struct GlobalGet<C>(PhantomData<C>);

impl<C: Cell> Instr for GlobalGet<C> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            *state.slot(4).cast::<Words>() = *C::address(&state).cast::<Words>();
            state.next(2)
        }
    }
}

/// `global.set` to the vector at halfword 4.
pub struct GlobalSet<C>(PhantomData<C>);

impl<C: Cell> Instr for GlobalSet<C> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            *C::address(&state).cast::<Words>() = *state.slot(4).cast::<Words>();
            state.next(2)
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

/// Does the work of [`Load`].
///
/// # Safety
///
/// The bytes may be read. The conditions of [`crate::exec`].
#[cfg_attr(outlined, inline(never))]
#[cfg_attr(not(outlined), inline(always))]
unsafe fn load<L: VectorLoad>(at: *const u8, view: View) {
    // SAFETY: passed on to the caller.
    unsafe { view.put_vector(L::widen(at.cast::<L::Bytes>().read_unaligned())) }
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
                Ok(at) => load::<L>(at, state.view()),
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
                Ok(at) => at.cast::<Words>().write_unaligned(*state.slot(5).cast::<Words>()),
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

/// Does the work of [`LoadLane`].
///
/// # Safety
///
/// The bytes may be read. The conditions of [`crate::exec`].
#[cfg_attr(outlined, inline(never))]
#[cfg_attr(not(outlined), inline(always))]
unsafe fn load_lane<L: Lane>(at: *const u8, view: View) {
    // SAFETY: passed on to the caller.
    unsafe {
        let value = at.cast::<L>().read_unaligned();
        view.put_vector(L::replace(view.vector(12), usize::from(view.half(13)), value));
    }
}

/// Does the work of [`StoreLane`].
///
/// # Safety
///
/// The bytes may be written. The conditions of [`crate::exec`].
#[cfg_attr(outlined, inline(never))]
#[cfg_attr(not(outlined), inline(always))]
unsafe fn store_lane<L: Lane>(at: *mut u8, view: View) {
    // SAFETY: passed on to the caller.
    unsafe { at.cast::<L>().write_unaligned(L::extract(view.vector(12), usize::from(view.half(13)))) }
}

/// `v128.loadN_lane`: address at halfword 5, vector at halfword 12, lane at halfword 13.
pub struct LoadLane<L, P>(PhantomData<(L, P)>);

impl<L: Lane, P: Place> Instr for LoadLane<L, P> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address = P::Address::read(state.slot(5));
            match P::resolve(&state, address, size_of::<L>() as u64) {
                Ok(at) => load_lane::<L>(at, state.view()),
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
                Ok(at) => store_lane::<L>(at, state.view()),
                Err(trap) => return state.stop(trap),
            }
            state.next(4)
        }
    }
}
