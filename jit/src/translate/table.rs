//! Tables (section 4.4.6), references (4.4.2) and globals (4.4.5), but for what the library does.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I32, I64};
use cranelift_codegen::ir::{InstBuilder, Value};
use falkirk_runtime::module::ConstOp;
use falkirk_runtime::vm::GlobalPlace;
use falkirk_runtime::{TableType, Trap, ValType};

use super::state::{FunctionTranslator, Operand};
use crate::abi::{POINTER, constant, table, trusted, value_type};

/// Whether a table can't grow. Its elements never move then.
fn is_fixed(ty: TableType) -> bool {
    ty.max == Some(ty.min)
}

impl FunctionTranslator<'_> {
    /// An index of a table, or a number of elements, as 64 bits.
    pub(super) fn table_index(&mut self, table: u32, index: Operand) -> Value {
        match self.known(index) {
            Some(index) => self.word(index),
            None => {
                let index = self.value(index);
                if self.env.info.tables[table as usize].table64 { index } else { self.extended(index) }
            }
        }
    }

    /// The address of an element; traps if there is none at this index.
    pub(super) fn element(&mut self, table: u32, index: Operand, or_else: Trap) -> Value {
        let ty = self.env.info.tables[table as usize];
        let known = self.known(index);
        let index = self.table_index(table, index);
        if known.is_none_or(|index| index >= ty.min) {
            let len = self.table_len(table);
            let outside = self.compare(IntCC::UnsignedGreaterThanOrEqual, index, len);
            self.trap_if(outside, or_else);
        }
        let offset = self.env.info.layout.table(table) as i32 + table::BASE;
        let flags = if is_fixed(ty) { constant() } else { trusted() };
        let base = self.builder.ins().load(POINTER, flags, self.context, offset);
        let offset = self.builder.ins().ishl_imm_u(index, 3);
        self.builder.ins().iadd(base, offset)
    }

    /// How many elements a table has.
    fn table_len(&mut self, table: u32) -> Value {
        let ty = self.env.info.tables[table as usize];
        if is_fixed(ty) {
            return self.word(ty.min);
        }
        let offset = self.env.info.layout.table(table) as i32 + table::LEN;
        self.builder.ins().load(I64, trusted(), self.context, offset)
    }

    pub(super) fn table_get(&mut self, table: u32) {
        let index = self.pop_operand();
        let element = self.element(table, index, Trap::TableOutOfBounds);
        let value = self.builder.ins().load(POINTER, trusted(), element, 0);
        self.push(value);
    }

    pub(super) fn table_set(&mut self, table: u32) {
        let value = self.pop();
        let index = self.pop_operand();
        let element = self.element(table, index, Trap::TableOutOfBounds);
        self.builder.ins().store(trusted(), value, element, 0);
    }

    pub(super) fn table_size(&mut self, table: u32) {
        let len = self.table_len(table);
        let wide = self.env.info.tables[table as usize].table64;
        let len = if wide { len } else { self.builder.ins().ireduce(I32, len) };
        self.push(len);
    }

    pub(super) fn ref_func(&mut self, index: u32) {
        let func = self.function_reference(index);
        self.push(func);
    }

    pub(super) fn ref_is_null(&mut self) {
        let reference = self.pop();
        let null = self.builder.ins().icmp_imm_u(IntCC::Equal, reference, 0);
        self.push(null);
    }

    pub(super) fn ref_as_non_null(&mut self) {
        let reference = self.pop();
        let null = self.builder.ins().icmp_imm_u(IntCC::Equal, reference, 0);
        self.trap_if(null, Trap::NullReference);
        self.push(reference);
    }

    /// The address of a global's cell, and the offset in it.
    fn global_cell(&mut self, index: u32) -> (Value, i32) {
        match self.env.info.layout.global(index) {
            GlobalPlace::Defined(offset) => (self.context, offset as i32),
            GlobalPlace::Imported(offset) => {
                (self.builder.ins().load(POINTER, constant(), self.context, offset as i32), 0)
            }
        }
    }

    pub(super) fn global_get(&mut self, index: u32) {
        if let Some(operand) = self.global_constant(index) {
            return self.push_operand(operand);
        }
        let ty = self.env.info.globals[index as usize];
        let (cell, offset) = self.global_cell(index);
        let flags = if ty.mutable { trusted() } else { constant() };
        let value = self.builder.ins().load(value_type(ty.content), flags, cell, offset);
        self.push(value);
    }

    pub(super) fn global_set(&mut self, index: u32) {
        let value = self.pop();
        let (cell, offset) = self.global_cell(index);
        self.builder.ins().store(trusted(), value, cell, offset);
    }

    /// The value of a global that the module defines as a constant.
    fn global_constant(&mut self, index: u32) -> Option<Operand> {
        let info = &self.env.info;
        let ty = info.globals[index as usize];
        let defined = index.checked_sub(info.imported_globals).filter(|_| !ty.mutable)?;
        let [ConstOp::Const(bits)] = *info.global_inits[defined as usize] else { return None };
        match ty.content {
            ValType::I32 => Some(Operand::I32(bits as i32)),
            ValType::I64 => Some(Operand::I64(bits as i64)),
            _ => None,
        }
    }
}
