//! What an instance starts with: constant expressions and segments (specification, sections 4.5.4, 4.6.7 and 4.6.8).
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads and writes an instance's context, tables and memories, at offsets that the
//! module's layout gives and within bounds that are checked first.
#![allow(unsafe_code)]

use std::ops::Range;
use std::ptr::NonNull;

use super::InstanceEntity;
use crate::error::Result;
use crate::module::{ConstExpr, ConstOp, ElementItems, ElementMode, ModuleInfo};
use crate::store::StoreInner;
use crate::trap::Trap;
use crate::vm::{
    FuncRef, GlobalPlace, VmContext, VmMemory, VmTable, expect_filled, memory_range, table_fill, table_range,
};

/// The value of a constant expression, as the slots of a global.
///
/// # Safety
///
/// The context is one of this module, with its functions filled in and the globals that the expression uses.
pub(super) unsafe fn eval(context: NonNull<VmContext>, info: &ModuleInfo, expr: &ConstExpr) -> [u64; 2] {
    if let [op] = **expr {
        // SAFETY: the caller's promise.
        return unsafe { constant(context, info, op) };
    }
    let mut stack: Vec<u64> = Vec::new();
    for &op in expr {
        let arithmetic: fn(u64, u64) -> u64 = match op {
            ConstOp::I32Add => |a, b| u64::from((a as u32).wrapping_add(b as u32)),
            ConstOp::I32Sub => |a, b| u64::from((a as u32).wrapping_sub(b as u32)),
            ConstOp::I32Mul => |a, b| u64::from((a as u32).wrapping_mul(b as u32)),
            ConstOp::I64Add => u64::wrapping_add,
            ConstOp::I64Sub => u64::wrapping_sub,
            ConstOp::I64Mul => u64::wrapping_mul,
            _ => {
                // SAFETY: the caller's promise.
                stack.push(unsafe { constant(context, info, op) }[0]);
                continue;
            }
        };
        let (Some(b), Some(a)) = (stack.pop(), stack.pop()) else { panic!("BUG: {expr:?} is not valid") };
        stack.push(arithmetic(a, b));
    }
    match stack[..] {
        [value] => [value, 0],
        _ => panic!("BUG: {expr:?} is not valid"),
    }
}

/// The value of an instruction that takes none.
///
/// # Safety
///
/// As for [`eval`].
unsafe fn constant(context: NonNull<VmContext>, info: &ModuleInfo, op: ConstOp) -> [u64; 2] {
    match op {
        ConstOp::Const(slot) => [slot, 0],
        ConstOp::V128(value) => {
            let bits = u128::from(value);
            [bits as u64, (bits >> 64) as u64]
        }
        ConstOp::RefNull => [0, 0],
        // SAFETY: the caller's promise.
        ConstOp::RefFunc(function) => [unsafe { func_slot(context, info, function) }, 0],
        ConstOp::GlobalGet(global) => {
            let context = context.as_ptr();
            // SAFETY: the offsets come from the layout, and the global is filled in.
            unsafe {
                match info.layout.global(global) {
                    GlobalPlace::Defined(offset) => VmContext::at::<[u64; 2]>(context, offset).read(),
                    GlobalPlace::Imported(offset) => VmContext::at::<*const [u64; 2]>(context, offset).read().read(),
                }
            }
        }
        op => panic!("BUG: {op:?} takes values"),
    }
}

/// What stands in a slot for a reference to a function.
///
/// # Safety
///
/// The context is one of this module, with its functions filled in.
unsafe fn func_slot(context: NonNull<VmContext>, info: &ModuleInfo, function: u32) -> u64 {
    let context = context.as_ptr();
    // SAFETY: the offsets come from the layout, and a defined function that is referred to has a number.
    let func_ref: *mut FuncRef = unsafe {
        match function < info.imported_functions {
            true => VmContext::at::<*mut FuncRef>(context, info.layout.imported_function(function)).read(),
            false => VmContext::at(context, info.layout.func_ref(info.func_ref_of[function as usize])),
        }
    };
    func_ref.expose_provenance() as u64
}

impl StoreInner {
    /// Initialises a new instance's tables and memories, in the order of the specification.
    ///
    /// # Errors
    ///
    /// A segment does not fit. The ones before it stay written.
    pub(super) fn run_segments(&mut self, instance: u32) -> Result<()> {
        let instance = &self.instances[instance as usize];
        let info = &**instance.module.info();
        let context = instance.context();
        let offset = |expr: &ConstExpr, is_64: bool| {
            // SAFETY: the context is filled in.
            let [offset, _] = unsafe { eval(context, info, expr) };
            if is_64 { offset } else { u64::from(offset as u32) }
        };
        for (index, init) in info.table_inits.iter().enumerate() {
            if let Some(init) = init {
                // SAFETY: the context is filled in, and the table lives.
                unsafe {
                    let [value, _] = eval(context, info, init);
                    let table = vm_table(instance, info.imported_tables + index as u32);
                    table_fill(table, 0, value, table.len as u64)?;
                }
            }
        }
        for segment in &info.elements {
            if let ElementMode::Active { table, offset: expr } = &segment.mode {
                let at = offset(expr, info.tables[*table as usize].table64);
                let count = item_count(&segment.items);
                // SAFETY: the context is filled in.
                unsafe { copy_items(instance, *table, &segment.items, at, 0..count)? };
            }
        }
        for segment in &info.data {
            if let Some((memory, expr)) = &segment.active {
                let at = offset(expr, info.memories[*memory as usize].memory64);
                // SAFETY: the context is filled in.
                unsafe { copy_data(instance, *memory, at, segment.range.clone())? };
            }
        }
        Ok(())
    }
}

/// `memory.init`.
///
/// # Safety
///
/// No reference to the memory's bytes is in use.
pub(crate) unsafe fn memory_init(
    instance: &InstanceEntity,
    memory: u32,
    segment: u32,
    at: u64,
    source: u64,
    len: u64,
) -> Result<(), Trap> {
    let data = &instance.module.info().data[segment as usize];
    // An active segment was dropped when it was used.
    let dropped = data.active.is_some() || instance.dropped_data.get(segment as usize).is_some_and(|dropped| *dropped);
    let range = if dropped { 0..0 } else { data.range.clone() };
    let part = part(range.len(), source, len).ok_or(Trap::MemoryOutOfBounds)?;
    // SAFETY: the caller's promise.
    unsafe { copy_data(instance, memory, at, range.start + part.start..range.start + part.end) }
}

/// `table.init`.
///
/// # Safety
///
/// No reference to the table's elements is in use.
pub(crate) unsafe fn table_init(
    instance: &InstanceEntity,
    table: u32,
    segment: u32,
    at: u64,
    source: u64,
    len: u64,
) -> Result<(), Trap> {
    let elements = &instance.module.info().elements[segment as usize];
    let passive = matches!(elements.mode, ElementMode::Passive);
    // An active or declared segment was dropped at instantiation.
    let dropped = !passive || instance.dropped_elements.get(segment as usize).is_some_and(|dropped| *dropped);
    let count = if dropped { 0 } else { item_count(&elements.items) };
    let part = part(count, source, len).ok_or(Trap::TableOutOfBounds)?;
    // SAFETY: the caller's promise.
    unsafe { copy_items(instance, table, &elements.items, at, part) }
}

/// The range of `len` things from `source` on, if there are so many.
fn part(count: usize, source: u64, len: u64) -> Option<Range<usize>> {
    let end = source.checked_add(len).filter(|end| *end <= count as u64)?;
    Some(source as usize..end as usize)
}

/// Copies bytes of the module to a memory.
///
/// # Safety
///
/// No reference to the memory's bytes is in use.
unsafe fn copy_data(instance: &InstanceEntity, memory: u32, at: u64, range: Range<usize>) -> Result<(), Trap> {
    let info = instance.module.info();
    let bytes = &info.bytes[range];
    // SAFETY: the offset comes from the layout; the target was checked, and is no part of the module's bytes.
    unsafe {
        let memory = VmContext::at::<VmMemory>(instance.context().as_ptr(), info.layout.memory(memory)).read();
        let target = memory_range(memory, at, bytes.len() as u64)?;
        expect_filled(target, bytes.len());
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len());
    }
    Ok(())
}

/// Copies items of an element segment to a table.
///
/// # Safety
///
/// No reference to the table's elements is in use.
unsafe fn copy_items(
    instance: &InstanceEntity,
    table: u32,
    items: &ElementItems,
    at: u64,
    range: Range<usize>,
) -> Result<(), Trap> {
    let info = &**instance.module.info();
    let context = instance.context();
    // SAFETY: the context is filled in, and the target was checked.
    unsafe {
        let target = table_range(vm_table(instance, table), at, range.len() as u64)?;
        match items {
            ElementItems::Functions(functions) => {
                for (index, function) in functions[range].iter().enumerate() {
                    target.add(index).write(func_slot(context, info, *function));
                }
            }
            ElementItems::Expressions(expressions) => {
                for (index, expr) in expressions[range].iter().enumerate() {
                    target.add(index).write(eval(context, info, expr)[0]);
                }
            }
        }
    }
    Ok(())
}

/// The base and length of a table.
fn vm_table(instance: &InstanceEntity, table: u32) -> VmTable {
    let layout = &instance.module.info().layout;
    // SAFETY: the offset comes from the layout.
    unsafe { VmContext::at::<VmTable>(instance.context().as_ptr(), layout.table(table)).read() }
}

fn item_count(items: &ElementItems) -> usize {
    match items {
        ElementItems::Functions(functions) => functions.len(),
        ElementItems::Expressions(expressions) => expressions.len(),
    }
}
