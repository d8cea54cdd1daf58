//! Dispatch over wasm's operators.

use wasmparser::Operator as O;

use super::state::{FunctionTranslator, Operand};

impl FunctionTranslator<'_> {
    /// Translates one operator, unless it can't be reached.
    pub(super) fn operator(&mut self, operator: &O<'_>) {
        if self.skipped(operator) {
            return;
        }
        self.count_operator();
        // The most frequent first.
        let done = self.variable(operator)
            || self.numeric(operator)
            || self.access(operator)
            || self.structured(operator)
            || self.bulk(operator);
        if !done {
            self.vector_operator(operator);
        }
    }

    /// In code that can't be reached only the nesting of blocks counts.
    fn skipped(&mut self, operator: &O<'_>) -> bool {
        let Some(depth) = &mut self.dead else { return false };
        match operator {
            O::Block { .. } | O::Loop { .. } | O::If { .. } => *depth += 1,
            O::End if *depth > 0 => *depth -= 1,
            O::End => return false,
            O::Else if *depth == 0 => return false,
            _ => {}
        }
        true
    }

    /// Locals, globals, tables, references: what one instruction reads or writes. Tells whether it was one.
    fn variable(&mut self, operator: &O<'_>) -> bool {
        match *operator {
            O::LocalGet { local_index } => self.local_get(local_index),
            O::LocalSet { local_index } => self.local_set(local_index),
            O::LocalTee { local_index } => self.local_tee(local_index),
            O::GlobalGet { global_index } => self.global_get(global_index),
            O::GlobalSet { global_index } => self.global_set(global_index),
            O::TableGet { table } => self.table_get(table),
            O::TableSet { table } => self.table_set(table),
            O::TableSize { table } => self.table_size(table),
            O::MemorySize { mem } => self.memory_size(mem),
            O::RefNull { .. } => self.push_operand(Operand::I64(0)),
            O::RefIsNull => self.ref_is_null(),
            O::RefFunc { function_index } => self.ref_func(function_index),
            O::RefAsNonNull => self.ref_as_non_null(),
            _ => return false,
        }
        true
    }

    /// Control and calls (sections 4.4.8 to 4.4.10). Tells whether it was one.
    fn structured(&mut self, operator: &O<'_>) -> bool {
        match *operator {
            O::Nop => {}
            O::Unreachable => self.unreachable(),
            O::Block { blockty } => self.block(blockty),
            O::Loop { blockty } => self.loop_(blockty),
            O::If { blockty } => self.if_(blockty),
            O::Else => self.else_(),
            O::End => self.end(),
            O::Br { relative_depth } => self.br(relative_depth),
            O::BrIf { relative_depth } => self.br_if(relative_depth),
            O::BrTable { ref targets } => self.br_table(targets),
            O::BrOnNull { relative_depth } => self.br_on_null(relative_depth),
            O::BrOnNonNull { relative_depth } => self.br_on_non_null(relative_depth),
            O::Return => self.leave(),
            O::Call { function_index } => self.call(function_index),
            O::CallIndirect { type_index, table_index } => self.call_indirect(type_index, table_index),
            O::CallRef { type_index } => self.call_ref(type_index),
            O::ReturnCall { function_index } => self.return_call(function_index),
            O::ReturnCallIndirect { type_index, table_index } => self.return_call_indirect(type_index, table_index),
            O::ReturnCallRef { type_index } => self.return_call_ref(type_index),
            O::Drop => {
                self.pop_operand();
            }
            _ => return false,
        }
        true
    }
}
