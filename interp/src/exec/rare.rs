//! Instructions that are too rare or too large to be worth forms of their own: growing (sections 4.4.6 and 4.4.7),
//! bulk operations, dropping segments, `unreachable`.
//!
//! Their operands stand in consecutive slots from the one at halfword 4; what they name, in the 32 bits from halfword
//! 6 on. An index or a length is read with the width that its memory's or table's type says: halfword 5 has a bit for
//! each operand that is 64 bits wide.

use falkirk_runtime::Trap;
use falkirk_runtime::vm::{self, Exit, Stop, VmContext, VmMemory, VmTable, libcalls};

use super::state::{Instr, State};

/// The bit of halfword 5 that says that the instruction pays fuel.
pub const METERED: u16 = 1 << 15;

/// The registers that these instructions need. They get copies, so that no address of the handler's own state is ever
/// taken: a state in memory would cost the handler its jump to the next.
#[derive(Clone, Copy)]
struct Row {
    ip: *const u64,
    sp: *mut u64,
    ctx: *mut VmContext,
}

impl Row {
    /// The slot of the first operand.
    ///
    /// # Safety
    ///
    /// The instruction is one of this module's.
    unsafe fn slot(&self) -> *mut u64 {
        // SAFETY: passed on to the caller.
        unsafe { self.sp.add(usize::from(*self.ip.cast::<u16>().add(4))) }
    }

    /// Which operands are 64 bits wide.
    ///
    /// # Safety
    ///
    /// The instruction is one of this module's.
    unsafe fn widths(&self) -> u16 {
        // SAFETY: passed on to the caller.
        unsafe { *self.ip.cast::<u16>().add(5) }
    }

    /// Operand `position`, widened to 64 bits.
    ///
    /// # Safety
    ///
    /// The instruction is one of this module's and has that operand.
    unsafe fn wide_operand(&self, position: usize) -> u64 {
        // SAFETY: passed on to the caller.
        unsafe {
            let bits = *self.slot().add(position);
            if self.widths() >> position & 1 == 1 { bits } else { u64::from(bits as u32) }
        }
    }

    /// The three operands of a bulk instruction.
    ///
    /// # Safety
    ///
    /// As for [`Row::wide_operand`].
    unsafe fn bulk_operands(&self) -> [u64; 3] {
        // SAFETY: passed on to the caller.
        unsafe { [self.wide_operand(0), self.wide_operand(1), self.wide_operand(2)] }
    }

    /// Number `position` of those the instruction names.
    ///
    /// # Safety
    ///
    /// As for [`Row::wide_operand`].
    unsafe fn name(&self, position: usize) -> u32 {
        // SAFETY: passed on to the caller.
        unsafe { *self.ip.cast::<u32>().add(3 + position) }
    }

    /// The memory whose place in the context the instruction names.
    ///
    /// # Safety
    ///
    /// As for [`Row::wide_operand`].
    unsafe fn memory(&self, position: usize) -> VmMemory {
        // SAFETY: passed on to the caller.
        unsafe { *VmContext::at(self.ctx, self.name(position)) }
    }

    /// The table whose place in the context the instruction names.
    ///
    /// # Safety
    ///
    /// As for [`Row::wide_operand`].
    unsafe fn table(&self, position: usize) -> VmTable {
        // SAFETY: passed on to the caller.
        unsafe { *VmContext::at(self.ctx, self.name(position)) }
    }

    /// Pays for a bulk instruction: one unit of fuel for each 64 bytes or 8 elements.
    ///
    /// # Safety
    ///
    /// As for [`Row::wide_operand`].
    unsafe fn pay_bulk(&self, len: u64, bytes_each: u64) -> Result<(), Stop> {
        // SAFETY: passed on to the caller.
        unsafe {
            if self.widths() & METERED == 0 {
                return Ok(());
            }
            let fuel = &mut (*(*self.ctx).store).fuel;
            *fuel -= (len.saturating_mul(bytes_each).min(1 << 48) / 64) as i64;
            if *fuel >= 0 { Ok(()) } else { Err(Stop::OutOfFuel) }
        }
    }
}

/// The result of growing as the instruction yields it: the old size, or -1 in the width of its type.
fn grown(old: Option<u64>, wide: bool) -> u64 {
    match old {
        Some(old) => old,
        None if wide => u64::MAX,
        None => u64::from(u32::MAX),
    }
}

macro_rules! rare {
    ($($(#[$meta:meta])* $name:ident($words:literal) |$state:ident| $body:block)*) => {$(
        $(#[$meta])*
        pub struct $name;

        impl $name {
            /// The work itself, kept out of the handler so that the handler stays a short leaf.
            ///
            /// # Safety
            ///
            /// The conditions of [`crate::exec`].
            #[inline(never)]
            unsafe fn work(ip: *const u64, sp: *mut u64, ctx: *mut VmContext) -> u64 {
                // SAFETY: passed on to the caller; what the instruction names is the module's own.
                unsafe fn body($state: Row) -> Result<(), Stop> {
                    // SAFETY: as above.
                    unsafe { $body }
                }
                // SAFETY: as above.
                match unsafe { body(Row { ip, sp, ctx }) } {
                    Ok(()) => Exit::DONE.0,
                    Err(stop) => Exit::from(stop).0,
                }
            }
        }

        impl Instr for $name {
            #[inline(always)]
            unsafe fn exec(mut state: State) -> u64 {
                // SAFETY: the conditions of `exec`.
                unsafe {
                    let code = Self::work(state.ip, state.sp, state.ctx);
                    if code != Exit::DONE.0 {
                        return state.stop_with(code);
                    }
                    state.reload_memory();
                    state.next($words)
                }
            }
        }
    )*};
}

/// `unreachable`.
pub struct Unreachable;

impl Instr for Unreachable {
    #[inline(always)]
    unsafe fn exec(state: State) -> u64 {
        // SAFETY: the conditions of `exec`.
        unsafe { state.stop(Trap::Unreachable) }
    }
}

rare! {
    /// `memory.grow`: the operand's slot takes the result; names the memory's index.
    MemoryGrow(2) |state| {
        let old = libcalls::memory_grow(state.ctx, state.name(0), state.wide_operand(0))?;
        *state.slot() = grown(old, state.widths() & 1 == 1);
        Ok(())
    }

    /// `memory.copy`: names the places of the target and the source.
    MemoryCopy(3) |state| {
        let [at, source, len] = state.bulk_operands();
        state.pay_bulk(len, 1)?;
        Ok(vm::memory_copy(state.memory(0), state.memory(1), at, source, len)?)
    }

    /// `memory.fill`: names the memory's place.
    MemoryFill(2) |state| {
        let [at, byte, len] = state.bulk_operands();
        state.pay_bulk(len, 1)?;
        Ok(vm::memory_fill(state.memory(0), at, byte as u8, len)?)
    }

    /// `memory.init`: names the memory's index and the segment's.
    MemoryInit(3) |state| {
        let [at, source, len] = state.bulk_operands();
        state.pay_bulk(len, 1)?;
        Ok(libcalls::memory_init(state.ctx, state.name(0), state.name(1), at, source, len)?)
    }

    /// `data.drop`: names the segment's index.
    DataDrop(2) |state| {
        libcalls::data_drop(state.ctx, state.name(0));
        Ok(())
    }

    /// `table.grow`: a reference and a count; the first slot takes the result; names the table's index.
    TableGrow(2) |state| {
        let old = libcalls::table_grow(state.ctx, state.name(0), *state.slot(), state.wide_operand(1))?;
        *state.slot() = grown(old, state.widths() >> 1 & 1 == 1);
        Ok(())
    }

    /// `table.copy`: names the places of the target and the source.
    TableCopy(3) |state| {
        let [at, source, len] = state.bulk_operands();
        state.pay_bulk(len, 8)?;
        Ok(vm::table_copy(state.table(0), state.table(1), at, source, len)?)
    }

    /// `table.fill`: an index, a reference and a count; names the table's place.
    TableFill(2) |state| {
        let (at, value, len) = (state.wide_operand(0), *state.slot().add(1), state.wide_operand(2));
        state.pay_bulk(len, 8)?;
        Ok(vm::table_fill(state.table(0), at, value, len)?)
    }

    /// `table.init`: names the table's index and the segment's.
    TableInit(3) |state| {
        let [at, source, len] = state.bulk_operands();
        state.pay_bulk(len, 8)?;
        Ok(libcalls::table_init(state.ctx, state.name(0), state.name(1), at, source, len)?)
    }

    /// `elem.drop`: names the segment's index.
    ElemDrop(2) |state| {
        libcalls::elem_drop(state.ctx, state.name(0));
        Ok(())
    }
}
