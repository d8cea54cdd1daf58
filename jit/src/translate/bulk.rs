//! What the library does for code: growing, bulk operations, dropping segments (sections 4.4.6 and 4.4.7).

use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{InstBuilder, Value};
use wasmparser::Operator as O;

use super::state::{FunctionTranslator, Operand};
use crate::abi::POINTER;
use crate::builtins::Builtin;

/// What fuel pays for in a table.
const ELEMENT_BYTES: u64 = 8;

impl FunctionTranslator<'_> {
    /// Translates an instruction that calls the library. Tells whether it was one.
    pub(super) fn bulk(&mut self, operator: &O<'_>) -> bool {
        match *operator {
            O::MemoryGrow { mem } => self.memory_grow(mem),
            O::MemoryCopy { dst_mem, src_mem } if self.copy_in_place(dst_mem, src_mem) => {}
            O::MemoryFill { mem } if self.fill_in_place(mem) => {}
            O::MemoryCopy { dst_mem, src_mem } => {
                let (to, from) = (self.is_memory64(dst_mem), self.is_memory64(src_mem));
                self.copy(Builtin::MemoryCopy, [dst_mem, src_mem], [to, from, to && from], 1);
            }
            O::MemoryInit { data_index, mem } => {
                let wide = self.is_memory64(mem);
                self.copy(Builtin::MemoryInit, [mem, data_index], [wide, false, false], 1);
            }
            O::MemoryFill { mem } => self.memory_fill(mem),
            O::DataDrop { data_index } => self.drop_segment(Builtin::DataDrop, data_index),
            O::TableGrow { table } => self.table_grow(table),
            O::TableCopy { dst_table, src_table } => {
                let (to, from) = (self.is_table64(dst_table), self.is_table64(src_table));
                self.copy(Builtin::TableCopy, [dst_table, src_table], [to, from, to && from], ELEMENT_BYTES);
            }
            O::TableInit { elem_index, table } => {
                let wide = self.is_table64(table);
                self.copy(Builtin::TableInit, [table, elem_index], [wide, false, false], ELEMENT_BYTES);
            }
            O::TableFill { table } => self.table_fill(table),
            O::ElemDrop { elem_index } => self.drop_segment(Builtin::ElemDrop, elem_index),
            _ => return false,
        }
        true
    }

    fn is_memory64(&self, index: u32) -> bool {
        self.env.info.memories[index as usize].memory64
    }

    fn is_table64(&self, index: u32) -> bool {
        self.env.info.tables[index as usize].table64
    }

    /// Pops an address or a number of things, and gives it as 64 bits.
    fn pop_wide(&mut self, wide: bool) -> Value {
        let operand = self.pop_operand();
        match self.known(operand) {
            Some(number) => self.word(number),
            None => {
                let value = self.value(operand);
                if wide { value } else { self.extended(value) }
            }
        }
    }

    /// An index of something in the module.
    fn name(&mut self, index: u32) -> Value {
        self.builder.ins().iconst(I32, i64::from(index))
    }

    /// An instruction that copies from one place to another, each of which an index names: the target, the source and the
    /// length are on the stack.
    fn copy(&mut self, builtin: Builtin, names: [u32; 2], wide: [bool; 3], bytes_each: u64) {
        let len = self.pop_wide(wide[2]);
        let source = self.pop_wide(wide[1]);
        let at = self.pop_wide(wide[0]);
        self.pay_bulk(len, bytes_each);
        let names = names.map(|index| self.name(index));
        self.try_builtin(builtin, &[names[0], names[1], at, source, len]);
    }

    fn memory_fill(&mut self, memory: u32) {
        let wide = self.is_memory64(memory);
        let len = self.pop_wide(wide);
        let byte = self.pop();
        let at = self.pop_wide(wide);
        self.pay_bulk(len, 1);
        let memory = self.name(memory);
        self.try_builtin(Builtin::MemoryFill, &[memory, at, byte, len]);
    }

    fn table_fill(&mut self, table: u32) {
        let wide = self.is_table64(table);
        let len = self.pop_wide(wide);
        let value = self.pop();
        let at = self.pop_wide(wide);
        self.pay_bulk(len, ELEMENT_BYTES);
        let table = self.name(table);
        self.try_builtin(Builtin::TableFill, &[table, at, value, len]);
    }

    fn memory_grow(&mut self, memory: u32) {
        let wide = self.is_memory64(memory);
        let pages = self.pop_wide(wide);
        let memory = self.name(memory);
        self.grow(Builtin::MemoryGrow, &[memory, pages], wide);
    }

    fn table_grow(&mut self, table: u32) {
        let wide = self.is_table64(table);
        let count = self.pop_wide(wide);
        let value = self.pop();
        let table = self.name(table);
        self.grow(Builtin::TableGrow, &[table, value, count], wide);
    }

    /// Grows something; the library writes the size before, or -1, to a slot of the frame.
    fn grow(&mut self, builtin: Builtin, args: &[Value], wide: bool) {
        let slot = self.result_slot();
        let address = self.builder.ins().stack_addr(POINTER, slot, 0);
        let args: Vec<Value> = args.iter().copied().chain([address]).collect();
        self.try_builtin(builtin, &args);
        let old = self.builder.ins().stack_load(POINTER, if wide { I64 } else { I32 }, slot, 0);
        self.push_operand(Operand::Value(old));
    }

    fn drop_segment(&mut self, builtin: Builtin, index: u32) {
        let index = self.name(index);
        self.builtin(builtin, &[index]);
    }
}
