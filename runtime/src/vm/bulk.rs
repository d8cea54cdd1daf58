//! Bulk operations on memories and tables, checked before anything is written (section 4.6.8).

use super::context::{VmMemory, VmTable};
use crate::trap::Trap;

/// The address of `len` bytes at `start`, if they all lie within the memory.
#[inline(always)]
pub fn memory_range(memory: VmMemory, start: u64, len: u64) -> Result<*mut u8, Trap> {
    match start.checked_add(len) {
        Some(end) if end <= memory.len as u64 => Ok(memory.base.wrapping_add(start as usize)),
        _ => Err(Trap::MemoryOutOfBounds),
    }
}

/// The address of `len` elements at `start`, if they all lie within the table.
#[inline(always)]
pub fn table_range(table: VmTable, start: u64, len: u64) -> Result<*mut u64, Trap> {
    match start.checked_add(len) {
        Some(end) if end <= table.len as u64 => Ok(table.base.wrapping_add(start as usize)),
        _ => Err(Trap::TableOutOfBounds),
    }
}

/// `memory.copy`.
///
/// # Safety
///
/// Both memories are live, and `base` and `len` are theirs.
pub unsafe fn memory_copy(to: VmMemory, from: VmMemory, at: u64, source: u64, len: u64) -> Result<(), Trap> {
    let source = memory_range(from, source, len)?;
    let target = memory_range(to, at, len)?;
    // SAFETY: both ranges were checked just above; `copy` allows overlap.
    unsafe { std::ptr::copy(source, target, len as usize) };
    Ok(())
}

/// `memory.fill`.
///
/// # Safety
///
/// The memory is live, and `base` and `len` are its own.
pub unsafe fn memory_fill(memory: VmMemory, at: u64, byte: u8, len: u64) -> Result<(), Trap> {
    let target = memory_range(memory, at, len)?;
    // SAFETY: the range was checked just above.
    unsafe { target.write_bytes(byte, len as usize) };
    Ok(())
}

/// `table.copy`.
///
/// # Safety
///
/// Both tables are live, and `base` and `len` are theirs.
pub unsafe fn table_copy(to: VmTable, from: VmTable, at: u64, source: u64, len: u64) -> Result<(), Trap> {
    let source = table_range(from, source, len)?;
    let target = table_range(to, at, len)?;
    // SAFETY: both ranges were checked just above; `copy` allows overlap.
    unsafe { std::ptr::copy(source, target, len as usize) };
    Ok(())
}

/// `table.fill`.
///
/// # Safety
///
/// The table is live, and `base` and `len` are its own.
pub unsafe fn table_fill(table: VmTable, at: u64, value: u64, len: u64) -> Result<(), Trap> {
    let target = table_range(table, at, len)?;
    // SAFETY: the range was checked just above.
    unsafe { std::slice::from_raw_parts_mut(target, len as usize).fill(value) };
    Ok(())
}
