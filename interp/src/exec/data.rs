//! Globals (section 4.4.5), tables (4.4.6) and references (4.4.2).

use std::marker::PhantomData;

use falkirk_runtime::Trap;
use falkirk_runtime::vm::{VmContext, VmTable};

use super::operand::{Operand, Value, get};
use super::state::{Instr, State};

/// The cell of a global of this instance, at the context's offset in the 32 bits at halfword 6.
pub struct Own;
/// The cell of an imported global, whose address stands at that offset.
pub struct Imported;

/// How to find a global's cell.
pub trait Cell {
    /// Its address.
    ///
    /// # Safety
    ///
    /// The conditions of [`crate::exec`].
    unsafe fn address(state: &State) -> *mut u64;
}

impl Cell for Own {
    #[inline(always)]
    unsafe fn address(state: &State) -> *mut u64 {
        // SAFETY: the translator took the offset from the module's layout.
        unsafe { VmContext::at(state.ctx, state.int(6) as u32) }
    }
}

impl Cell for Imported {
    #[inline(always)]
    unsafe fn address(state: &State) -> *mut u64 {
        // SAFETY: as above; the cell belongs to an instance or a global of the same store.
        unsafe { *VmContext::at::<*mut u64>(state.ctx, state.int(6) as u32) }
    }
}

/// The value of a global: `global.get` as an operand.
pub struct Global<C>(PhantomData<C>);

impl<T: Value, C: Cell> Operand<T> for Global<C> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<T, Trap> {
        // SAFETY: passed on to the caller.
        Ok(unsafe { T::read(C::address(state)) })
    }
}

/// `global.set` to the operand `X`.
pub struct GlobalSet<T, X, C>(PhantomData<(T, X, C)>);

impl<T: Value, X: Operand<T>, C: Cell> Instr for GlobalSet<T, X, C> {
    #[inline(always)]
    unsafe fn exec(mut state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe {
            let value: T = get!(state, X);
            *C::address(&state) = value.bits();
            state.next(2)
        }
    }
}

/// The address of an element of the table at the context's offset in the 32 bits at halfword 6.
///
/// # Safety
///
/// The conditions of [`crate::exec`].
#[inline(always)]
unsafe fn element(state: &State, index: u64) -> Result<*mut u64, Trap> {
    // SAFETY: the translator took the offset from the module's layout.
    let table = unsafe { *VmContext::at::<VmTable>(state.ctx, state.int(6) as u32) };
    falkirk_runtime::vm::table_range(table, index, 1)
}

/// `table.get` as an operand, at the index in the slot at halfword 5.
pub struct TableGet<Addr>(PhantomData<Addr>);

impl<Addr: Value> Operand<u64> for TableGet<Addr> {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<u64, Trap> {
        // SAFETY: the conditions of `exec`; the element was checked.
        unsafe {
            let index = Addr::read(state.slot(5)).bits();
            Ok(*element(state, index)?)
        }
    }
}

/// `table.set`: at the index in the slot at halfword 4, the reference in the slot at halfword 5.
pub struct TableSet<Addr>(PhantomData<Addr>);

impl<Addr: Value> Instr for TableSet<Addr> {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`; the element was checked.
        unsafe {
            match element(&state, Addr::read(state.slot(4)).bits()) {
                Ok(place) => *place = *state.slot(5),
                Err(trap) => return state.stop(trap),
            }
            state.next(2)
        }
    }
}

/// The length of the table at the context's offset in the 32 bits at halfword 6: `table.size` as an operand.
pub struct TableSize;

impl Operand<u64> for TableSize {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<u64, Trap> {
        // SAFETY: the translator took the offset from the module's layout.
        Ok(unsafe { (*VmContext::at::<VmTable>(state.ctx, state.int(6) as u32)).len as u64 })
    }
}

/// The pages of the memory at that offset: `memory.size` as an operand.
pub struct MemorySize;

impl Operand<u64> for MemorySize {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<u64, Trap> {
        // SAFETY: the translator took the offset from the module's layout.
        Ok(unsafe {
            (*VmContext::at::<falkirk_runtime::vm::VmMemory>(state.ctx, state.int(6) as u32)).len as u64 / 65_536
        })
    }
}

/// `ref.func` of a function that the module defines: its reference stands at that offset.
pub struct RefFunc;

impl Operand<u64> for RefFunc {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<u64, Trap> {
        // SAFETY: the translator took the offset from the module's layout.
        Ok(unsafe { VmContext::at::<u8>(state.ctx, state.int(6) as u32) as u64 })
    }
}

/// `ref.as_non_null` as an operand, of the slot at halfword 5.
pub struct NonNull;

impl Operand<u64> for NonNull {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<u64, Trap> {
        // SAFETY: the conditions of `exec`.
        match unsafe { *state.slot(5) } {
            0 => Err(Trap::NullReference),
            reference => Ok(reference),
        }
    }
}

/// `ref.func` of an imported function: the address of its reference stands at that offset.
pub struct ImportedFunc;

impl Operand<u64> for ImportedFunc {
    #[inline(always)]
    unsafe fn get(state: &mut State) -> Result<u64, Trap> {
        // SAFETY: the translator took the offset from the module's layout.
        Ok(unsafe { *VmContext::at::<u64>(state.ctx, state.int(6) as u32) })
    }
}
