//! Loads and stores (section 4.4.7).

use std::marker::PhantomData;

use falkirk_runtime::Trap;
use falkirk_runtime::vm::{VmContext, VmMemory};

use super::operand::{Operand, Value, get};
use super::state::{Instr, State};

/// What a load reads and how it widens it.
pub trait LoadOp: 'static {
    /// The result.
    type R: Value;
    /// The number of bytes.
    const SIZE: u64;
    /// Reads the value.
    ///
    /// # Safety
    ///
    /// `at` may be read for `SIZE` bytes.
    unsafe fn load(at: *const u8) -> Self::R;
}

/// What a store writes.
pub trait StoreOp: 'static {
    /// The operand.
    type V: Value;
    /// The number of bytes.
    const SIZE: u64;
    /// Writes the value.
    ///
    /// # Safety
    ///
    /// `at` may be written for `SIZE` bytes.
    unsafe fn store(at: *mut u8, value: Self::V);
}

macro_rules! loads {
    ($($ty:ident $name:literal $mem:ty => |$v:ident| $e:expr, $r:ty;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub struct $ty;
        impl LoadOp for $ty {
            type R = $r;
            const SIZE: u64 = size_of::<$mem>() as u64;
            #[inline(always)]
            unsafe fn load(at: *const u8) -> $r {
                // SAFETY: passed on to the caller.
                let $v = unsafe { at.cast::<$mem>().read_unaligned() };
                $e
            }
        }
    )*};
}

macro_rules! stores {
    ($($ty:ident $name:literal $v:ty => $mem:ty;)*) => {$(
        #[doc = concat!("`", $name, "`")]
        pub struct $ty;
        impl StoreOp for $ty {
            type V = $v;
            const SIZE: u64 = size_of::<$mem>() as u64;
            #[inline(always)]
            unsafe fn store(at: *mut u8, value: $v) {
                // SAFETY: passed on to the caller.
                unsafe { at.cast::<$mem>().write_unaligned(value as $mem) }
            }
        }
    )*};
}

/// Calls a macro with the table of loads.
macro_rules! for_each_load {
    ($m:ident) => {
        $m! {
            I32Load "i32.load" u32 => |v| v, u32;
            I32Load8S "i32.load8_s" i8 => |v| i32::from(v) as u32, u32;
            I32Load8U "i32.load8_u" u8 => |v| u32::from(v), u32;
            I32Load16S "i32.load16_s" i16 => |v| i32::from(v) as u32, u32;
            I32Load16U "i32.load16_u" u16 => |v| u32::from(v), u32;
            I64Load "i64.load" u64 => |v| v, u64;
            I64Load8S "i64.load8_s" i8 => |v| i64::from(v) as u64, u64;
            I64Load8U "i64.load8_u" u8 => |v| u64::from(v), u64;
            I64Load16S "i64.load16_s" i16 => |v| i64::from(v) as u64, u64;
            I64Load16U "i64.load16_u" u16 => |v| u64::from(v), u64;
            I64Load32S "i64.load32_s" i32 => |v| i64::from(v) as u64, u64;
            I64Load32U "i64.load32_u" u32 => |v| u64::from(v), u64;
            F32Load "f32.load" f32 => |v| v, f32;
            F64Load "f64.load" f64 => |v| v, f64;
        }
    };
}
for_each_load!(loads);

/// Calls a macro with the table of stores.
macro_rules! for_each_store {
    ($m:ident) => {
        $m! {
            I32Store "i32.store" u32 => u32;
            I32Store8 "i32.store8" u32 => u8;
            I32Store16 "i32.store16" u32 => u16;
            I64Store "i64.store" u64 => u64;
            I64Store8 "i64.store8" u64 => u8;
            I64Store16 "i64.store16" u64 => u16;
            I64Store32 "i64.store32" u64 => u32;
            F32Store "f32.store" f32 => f32;
            F64Store "f64.store" f64 => f64;
        }
    };
}
for_each_store!(stores);

/// Where an instruction's memory and constant offset are described.
pub trait Place {
    /// The type of addresses.
    type Address: Value;
    /// The address in the host of `size` bytes at `address` plus the instruction's offset, if all are in the memory.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    unsafe fn resolve(state: &State, address: Self::Address, size: u64) -> Result<*mut u8, Trap>;
}

/// Memory 0 with 32-bit addresses, the offset in the 32 bits at halfword `OFF`.
pub struct Mem32<const OFF: usize>;
/// Memory 0 with 64-bit addresses, the offset in the 32 bits at halfword `OFF`.
pub struct Mem64<const OFF: usize>;
/// Any memory with addresses of type `Addr`: its `VmMemory` stands at the context's offset in the 32 bits at halfword
/// 6; the constant offset is word 2.
pub struct MemAny<Addr>(PhantomData<Addr>);

// ANCHOR: resolve
impl<const OFF: usize> Place for Mem32<OFF> {
    type Address = u32;
    #[inline(always)]
    unsafe fn resolve(state: &State, address: u32, size: u64) -> Result<*mut u8, Trap> {
        // SAFETY: the conditions of `exec`. Neither sum can overflow: both parts are below 2^32.
        unsafe {
            let effective = u64::from(address) + u64::from(state.int(OFF) as u32);
            if effective + size > (*state.ctx).memory0.len as u64 {
                return Err(Trap::MemoryOutOfBounds);
            }
            Ok(state.mem.wrapping_add(effective as usize))
        }
    }
}
// ANCHOR_END: resolve

impl<const OFF: usize> Place for Mem64<OFF> {
    type Address = u64;
    #[inline(always)]
    unsafe fn resolve(state: &State, address: u64, size: u64) -> Result<*mut u8, Trap> {
        // SAFETY: the conditions of `exec`.
        unsafe {
            // The offset and the size are small, so only the address can make the sum overflow.
            let (end, overflow) = address.overflowing_add(u64::from(state.int(OFF) as u32) + size);
            if overflow || end > (*state.ctx).memory0.len as u64 {
                return Err(Trap::MemoryOutOfBounds);
            }
            Ok(state.mem.add((end - size) as usize))
        }
    }
}

impl<Addr: Value> Place for MemAny<Addr> {
    type Address = Addr;
    #[inline(always)]
    unsafe fn resolve(state: &State, address: Addr, size: u64) -> Result<*mut u8, Trap> {
        // SAFETY: the conditions of `exec`; the translator took the offset from the module's layout.
        unsafe {
            let memory = *VmContext::at::<VmMemory>(state.ctx, state.int(6) as u32);
            let Some(effective) = address.bits().checked_add(state.word(2)) else {
                return Err(Trap::MemoryOutOfBounds);
            };
            falkirk_runtime::vm::memory_range(memory, effective, size)
        }
    }
}

/// The value that the load `L` finds at the address `X` in `P`.
pub struct Ld<L, P, X>(PhantomData<(L, P, X)>);

impl<L: LoadOp, P: Place, X: Operand<P::Address>> Operand<L::R> for Ld<L, P, X> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<L::R, Trap> {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address = X::get(state)?;
            Ok(L::load(P::resolve(state, address, L::SIZE)?))
        }
    }
}

/// A store of the operand `V` at the address `X` in `P`.
pub struct Store<St, P, X, V, const LEN: usize>(PhantomData<(St, P, X, V)>);

impl<St: StoreOp, P: Place, X: Operand<P::Address>, V: Operand<St::V>, const LEN: usize> Instr
    for Store<St, P, X, V, LEN>
{
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`; `resolve` has checked the range.
        unsafe {
            let address: P::Address = get!(state, X);
            let value: St::V = get!(state, V);
            match P::resolve(&state, address, St::SIZE) {
                Ok(at) => St::store(at, value),
                Err(trap) => return state.stop(trap),
            }
            state.next(LEN)
        }
    }
}

#[cfg(feature = "explain")]
pub(crate) use {for_each_load, for_each_store};
