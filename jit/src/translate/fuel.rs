//! Fuel: a function pays for its operators where it starts, a loop for its own where each turn starts.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::I64;
use cranelift_codegen::ir::{Inst, InstBuilder, InstructionData, Opcode, Value};
use falkirk_runtime::vm::Stop;

use super::state::FunctionTranslator;
use crate::abi::{POINTER, constant, context, stop_code, store, trusted};

/// Counts what operators cost: for the function, then for each open loop.
#[derive(Default)]
pub(super) struct Meter(Vec<Count>);

/// The operators that are paid for at one place.
struct Count {
    /// How many there are so far.
    operators: i64,
    /// The constant that is paid, whose number is known at the end.
    price: Inst,
}

impl Meter {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl FunctionTranslator<'_> {
    /// Pays for the operators that come, up to [`FunctionTranslator::close_meter`] and but for loops among them.
    pub(super) fn open_meter(&mut self) {
        if !self.env.settings.fuel {
            return;
        }
        let price = self.word(0);
        let Some(inst) = self.builder.func.dfg.value_def(price).inst() else { panic!("BUG: a constant has no origin") };
        self.buffers.meter.0.push(Count { operators: 1, price: inst });
        self.pay(price);
    }

    pub(super) fn close_meter(&mut self) {
        if let Some(Count { operators, price }) = self.buffers.meter.0.pop() {
            let constant = InstructionData::UnaryImm { opcode: Opcode::Iconst, imm: operators.into() };
            self.builder.func.dfg.insts[price] = constant;
        }
    }

    /// Counts an operator.
    pub(super) fn count_operator(&mut self) {
        if let Some(count) = self.buffers.meter.0.last_mut() {
            count.operators += 1;
        }
    }

    /// Pays for a bulk instruction: one unit of fuel for each 64 bytes, `len` elements of so many bytes.
    pub(super) fn pay_bulk(&mut self, len: Value, bytes_each: u64) {
        if !self.env.settings.fuel {
            return;
        }
        // No one has fuel for more, and a sum of what is that small does not overflow.
        let most = self.word((1 << 48) / bytes_each);
        let len = self.builder.ins().umin(len, most);
        let price = self.builder.ins().ushr_imm_u(len, i64::from((64 / bytes_each).trailing_zeros()));
        self.pay(price);
    }

    /// Takes from the store's fuel, and stops if it does not suffice.
    fn pay(&mut self, price: Value) {
        let context = self.context;
        let store = self.builder.ins().load(POINTER, constant(), context, context::STORE);
        let fuel = self.builder.ins().load(I64, trusted(), store, store::FUEL);
        let left = self.builder.ins().isub(fuel, price);
        self.builder.ins().store(trusted(), left, store, store::FUEL);
        let empty = self.builder.ins().icmp_imm_s(IntCC::SignedLessThan, left, 0);
        self.placed(|builder| builder.ins().trapnz(empty, stop_code(Stop::OutOfFuel)));
    }
}
