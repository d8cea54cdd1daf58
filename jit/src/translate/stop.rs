//! What stops code: traps, and library functions that failed.

use cranelift_codegen::ir::{InstBuilder, SigRef, StackSlot, StackSlotData, StackSlotKind, Value};
use falkirk_runtime::Trap;

use super::state::FunctionTranslator;
use crate::abi::{POINTER, constant, context, stop_code};
use crate::builtins::Builtin;

impl FunctionTranslator<'_> {
    /// Traps if a condition is not zero.
    pub(super) fn trap_if(&mut self, condition: Value, trap: Trap) {
        self.placed(|builder| builder.ins().trapnz(condition, stop_code(trap)));
    }

    /// Calls a library function, which may fail: its arguments come after the context.
    pub(super) fn try_builtin(&mut self, builtin: Builtin, args: &[Value]) {
        let Some(failed) = self.builtin(builtin, args) else { panic!("BUG: {builtin:?} does not say how it went") };
        let (stop, next) = (self.builder.create_block(), self.builder.create_block());
        self.builder.ins().brif(failed, stop, &[], next, &[]);
        self.builder.set_cold_block(stop);
        self.go_on_in(stop);
        self.builtin(Builtin::Raise, &[]);
        self.builder.ins().trap(stop_code(Trap::Unreachable));
        self.go_on_in(next);
    }

    /// Calls a library function, and gives what it returns.
    pub(super) fn builtin(&mut self, builtin: Builtin, args: &[Value]) -> Option<Value> {
        let signature = self.builtin_signature(builtin);
        let context = self.context;
        let table = self.builder.ins().load(POINTER, constant(), context, context::BUILTINS);
        let address = self.builder.ins().load(POINTER, constant(), table, builtin.offset());
        let args: Vec<Value> = [context].iter().chain(args).copied().collect();
        let call = self.placed(|builder| builder.ins().call_indirect(signature, address, &args));
        self.builder.func.dfg.inst_results(call).first().copied()
    }

    fn builtin_signature(&mut self, builtin: Builtin) -> SigRef {
        if let Some(signature) = self.buffers.callees.library.get(builtin as u32) {
            return signature;
        }
        let signature = self.builder.import_signature(builtin.signature(self.isa.default_call_conv()));
        self.buffers.callees.library.set(builtin as u32, signature);
        signature
    }

    /// The address of the slot for a result that is handed over by address.
    pub(super) fn result_slot(&mut self) -> StackSlot {
        if let Some(slot) = self.buffers.result_slot {
            return slot;
        }
        let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3));
        self.buffers.result_slot = Some(slot);
        slot
    }
}
