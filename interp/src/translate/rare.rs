//! Memories, tables, globals and references, but for loads and stores.

use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::vm::GlobalPlace;
use wasmparser::Operator as O;

use super::stack::LastKind;
use super::{Translator, halves, halves_int};
use crate::exec::data::{
    Global, GlobalSet, Imported, ImportedFunc, MemorySize, NonNull, Own, RefFunc, TableGet, TableSet, TableSize,
};
use crate::exec::numeric::Put;
use crate::exec::operand::{A, S};
use crate::exec::rare::{
    DataDrop, ElemDrop, METERED, MemoryCopy, MemoryFill, MemoryGrow, MemoryInit, TableCopy, TableFill, TableGrow,
    TableInit, Unreachable,
};
use crate::exec::simd;
use crate::exec::state::{Handler, handler};
use crate::forms::{Class, Scalar};

impl Translator {
    pub(super) fn unreachable(&mut self) {
        self.emit(handler::<Unreachable>, &[]);
        self.die();
    }

    pub(super) fn rare(&mut self, info: &ModuleInfo, operator: &O<'_>) {
        let layout = &info.layout;
        let memory64 = |index: u32| info.memories[index as usize].memory64;
        let table64 = |index: u32| info.tables[index as usize].table64;
        match *operator {
            O::GlobalGet { global_index } => self.global_get(info, global_index),
            O::GlobalSet { global_index } => self.global_set(info, global_index),
            O::RefNull { .. } => self.push_const(0, Scalar::I64),
            O::RefIsNull => self.eqz(Scalar::I64),
            O::RefFunc { function_index } => self.ref_func(info, function_index),
            O::RefAsNonNull => self.ref_as_non_null(),
            O::TableGet { table } => self.table_get(layout.table(table), table64(table)),
            O::TableSet { table } => self.table_set(layout.table(table), table64(table)),
            O::TableSize { table } => self.read_context(handler::<Put<u64, TableSize, 2>>, layout.table(table)),
            O::MemorySize { mem } => self.read_context(handler::<Put<u64, MemorySize, 2>>, layout.memory(mem)),
            O::MemoryGrow { mem } => self.in_row(handler::<MemoryGrow>, 1, u16::from(memory64(mem)), &[mem], true),
            O::TableGrow { table } => {
                self.in_row(handler::<TableGrow>, 2, u16::from(table64(table)) << 1, &[table], true)
            }
            O::MemoryCopy { dst_mem, src_mem } => {
                let wide = widths(memory64(dst_mem), memory64(src_mem), memory64(dst_mem) && memory64(src_mem));
                self.in_row(handler::<MemoryCopy>, 3, wide, &[layout.memory(dst_mem), layout.memory(src_mem)], false)
            }
            O::MemoryFill { mem } => {
                let wide = widths(memory64(mem), false, memory64(mem));
                self.in_row(handler::<MemoryFill>, 3, wide, &[layout.memory(mem)], false)
            }
            O::MemoryInit { data_index, mem } => {
                let wide = widths(memory64(mem), false, false);
                self.in_row(handler::<MemoryInit>, 3, wide, &[mem, data_index], false)
            }
            O::DataDrop { data_index } => self.in_row(handler::<DataDrop>, 0, 0, &[data_index], false),
            O::TableCopy { dst_table, src_table } => {
                let wide = widths(table64(dst_table), table64(src_table), table64(dst_table) && table64(src_table));
                self.in_row(handler::<TableCopy>, 3, wide, &[layout.table(dst_table), layout.table(src_table)], false)
            }
            O::TableFill { table } => {
                let wide = widths(table64(table), false, table64(table));
                self.in_row(handler::<TableFill>, 3, wide, &[layout.table(table)], false)
            }
            O::TableInit { elem_index, table } => {
                let wide = widths(table64(table), false, false);
                self.in_row(handler::<TableInit>, 3, wide, &[table, elem_index], false)
            }
            O::ElemDrop { elem_index } => self.in_row(handler::<ElemDrop>, 0, 0, &[elem_index], false),
            _ => panic!("BUG: validation let an operator pass that the interpreter does not know: {operator:?}"),
        }
    }

    /// An instruction whose operands stand in a row; the result, if there is one, takes the first's place.
    fn in_row(&mut self, handler: Handler, operands: usize, wide: u16, names: &[u32], result: bool) {
        let first = self.stack.len() - operands;
        self.materialise_from(first);
        let slot = self.stack.get(first).map_or_else(|| self.height(), |entry| entry.base);
        for _ in 0..operands {
            self.pop();
        }
        let flags = if self.metered { wide | METERED } else { wide };
        let mut words = [halves_int(slot, flags, names[0] as i32), 0];
        if let Some(second) = names.get(1) {
            words[1] = u64::from(*second);
        }
        self.emit(handler, &words[..names.len()]);
        self.acc = [super::stack::NO_SLOT; 3];
        if result {
            self.push_temp(Class::Int);
        }
    }

    /// An instruction that reads something at an offset of the context.
    fn read_context(&mut self, handler: Handler, offset: u32) {
        let dst = self.push_temp(Class::Int);
        self.emit_put(handler, &[halves_int(dst, 0, offset as i32)], dst, Class::Int, LastKind::Put);
    }

    fn global_get(&mut self, info: &ModuleInfo, index: u32) {
        let class = Class::of(info.globals[index as usize].content);
        let (handler, offset): (Handler, u32) = match (info.layout.global(index), class) {
            (GlobalPlace::Defined(at), Class::Int) => (handler::<Put<u64, Global<Own>, 2>>, at),
            (GlobalPlace::Defined(at), Class::F32) => (handler::<Put<f32, Global<Own>, 2>>, at),
            (GlobalPlace::Defined(at), Class::F64) => (handler::<Put<f64, Global<Own>, 2>>, at),
            (GlobalPlace::Defined(at), Class::Vec) => (handler::<simd::GlobalGet<Own>>, at),
            (GlobalPlace::Imported(at), Class::Int) => (handler::<Put<u64, Global<Imported>, 2>>, at),
            (GlobalPlace::Imported(at), Class::F32) => (handler::<Put<f32, Global<Imported>, 2>>, at),
            (GlobalPlace::Imported(at), Class::F64) => (handler::<Put<f64, Global<Imported>, 2>>, at),
            (GlobalPlace::Imported(at), Class::Vec) => (handler::<simd::GlobalGet<Imported>>, at),
        };
        let dst = self.push_temp(class);
        self.emit_put(handler, &[halves_int(dst, 0, offset as i32)], dst, class, LastKind::Put);
    }

    fn global_set(&mut self, info: &ModuleInfo, index: u32) {
        let value = self.pop();
        let slot = self.in_slot(value);
        let acc = self.src(super::stack::Entry { kind: super::stack::Kind::Local(slot), ..value }).is_acc();
        // Scalars are set as the bits of their slot, whatever their type.
        let vector = Class::of(info.globals[index as usize].content) == Class::Vec;
        let acc = acc && value.class == Class::Int;
        let (handler, offset): (Handler, u32) = match (info.layout.global(index), vector, acc) {
            (GlobalPlace::Defined(at), false, false) => (handler::<GlobalSet<u64, S<4>, Own>>, at),
            (GlobalPlace::Defined(at), false, true) => (handler::<GlobalSet<u64, A, Own>>, at),
            (GlobalPlace::Defined(at), true, _) => (handler::<simd::GlobalSet<Own>>, at),
            (GlobalPlace::Imported(at), false, false) => (handler::<GlobalSet<u64, S<4>, Imported>>, at),
            (GlobalPlace::Imported(at), false, true) => (handler::<GlobalSet<u64, A, Imported>>, at),
            (GlobalPlace::Imported(at), true, _) => (handler::<simd::GlobalSet<Imported>>, at),
        };
        self.emit(handler, &[halves_int(slot, 0, offset as i32)]);
    }

    fn ref_func(&mut self, info: &ModuleInfo, index: u32) {
        if index < info.imported_functions {
            let handler = handler::<Put<u64, ImportedFunc, 2>>;
            return self.read_context(handler, info.layout.imported_function(index));
        }
        let number = info.func_ref_of[index as usize];
        self.read_context(handler::<Put<u64, RefFunc, 2>>, info.layout.func_ref(number));
    }

    fn ref_as_non_null(&mut self) {
        let value = self.pop();
        let slot = self.in_slot(value);
        let dst = self.push_temp(Class::Int);
        let handler = handler::<Put<u64, NonNull, 2>>;
        self.emit_put(handler, &[halves([dst, slot, 0, 0])], dst, Class::Int, LastKind::Put);
    }

    fn table_get(&mut self, place: u32, wide: bool) {
        let index = self.pop();
        let slot = self.in_slot(index);
        let dst = self.push_temp(Class::Int);
        let handler: Handler =
            if wide { handler::<Put<u64, TableGet<u64>, 2>> } else { handler::<Put<u64, TableGet<u32>, 2>> };
        self.emit_put(handler, &[halves_int(dst, slot, place as i32)], dst, Class::Int, LastKind::Put);
    }

    fn table_set(&mut self, place: u32, wide: bool) {
        let value = self.pop();
        let index = self.pop();
        let (index, value) = (self.in_slot(index), self.in_slot(value));
        let handler: Handler = if wide { handler::<TableSet<u64>> } else { handler::<TableSet<u32>> };
        self.emit(handler, &[halves_int(index, value, place as i32)]);
    }
}

/// Which of three operands are 64 bits wide.
fn widths(first: bool, second: bool, third: bool) -> u16 {
    u16::from(first) | u16::from(second) << 1 | u16::from(third) << 2
}
