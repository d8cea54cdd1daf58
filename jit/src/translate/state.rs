//! The state of a function's translation: the builder, the operand stack, and what was made so far for the whole
//! function.
//!
//! The operand stack of the specification becomes a stack of CLIF values at the time of translation: nothing is emitted
//! for `local.get` and constants. The type of a CLIF value says what it is. An `i32` that is the result of a comparison
//! is kept as the `I8` that the comparison gave, so that a branch or `select` can use it as it is; a `v128` is always an
//! `I8X16`.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, InstBuilder, InstructionData, Opcode, SourceLoc, StackSlot, Type, Value, ValueDef, types,
};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilder;
use wasmparser::OperatorsReaderAllocations;

use super::ModuleEnv;
use super::call::Callees;
use super::control::Frame;
use super::fuel::Meter;
use super::inline::{InlinedCall, Inlining};
use super::local::Locals;
use super::memory::Extended;

/// What a function's translation keeps for the next one.
#[derive(Default)]
pub(super) struct Buffers {
    pub(super) stack: Vec<Operand>,
    pub(super) frames: Vec<Frame>,
    pub(super) locals: Locals,
    pub(super) callees: Callees,
    pub(super) extended: Extended,
    pub(super) inlining: Inlining,
    /// The frame's slot for a result of the library that is handed over by address.
    pub(super) result_slot: Option<StackSlot>,
    pub(super) meter: Meter,
    /// The base of each memory that never moves, once an access has needed it.
    pub(super) bases: Vec<Option<Value>>,
}

impl Buffers {
    /// Forgets the last function.
    pub(super) fn clear(&mut self) {
        self.stack.clear();
        self.frames.clear();
        self.callees.clear();
        self.extended.clear();
        self.result_slot = None;
        self.meter.clear();
        self.bases.clear();
    }
}

/// A function while it is translated.
pub(super) struct FunctionTranslator<'a> {
    pub(super) env: &'a ModuleEnv,
    pub(super) isa: &'a dyn TargetIsa,
    pub(super) builder: FunctionBuilder<'a>,
    pub(super) buffers: &'a mut Buffers,
    /// What readers of operators keep, for one function within another.
    pub(super) nesting: &'a mut Vec<OperatorsReaderAllocations>,
    /// As [`Translator::positions_everywhere`](super::Translator::positions_everywhere).
    pub(super) positions_everywhere: bool,
    /// Where the function starts.
    pub(super) entry: Block,
    /// The instance's context.
    pub(super) context: Value,
    /// Whether the code here can't be reached, and how many blocks were opened since.
    pub(super) dead: Option<u32>,
    /// The operator's offset in the module's bytes.
    pub(super) offset: u32,
    /// The call that the operator's function is compiled in place of; `None` in the function that is translated.
    pub(super) inlined: Option<InlinedCall>,
    /// Whether the next operator is `unreachable`, so that this one is rarely executed.
    pub(super) ends_in_trap: bool,
    /// The number of the last region that was opened (see [`Frame::region`]).
    pub(super) regions: u32,
    /// Which of the open blocks is the function that the operators belong to.
    pub(super) function_frame: usize,
    /// How many values branches carry, in all.
    pub(super) carried_values: usize,
    /// How many loops are open.
    pub(super) open_loops: usize,
}

// ANCHOR: operand
/// An operand that waits on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// A value.
    Value(Value),
    /// An `i32`, made where it is used.
    I32(i32),
    /// An `i64`, made where it is used.
    I64(i64),
}
// ANCHOR_END: operand

impl FunctionTranslator<'_> {
    /// Pushes a value: an `I8` stands for the `i32` 0 or 1.
    pub(super) fn push(&mut self, value: Value) {
        self.buffers.stack.push(Operand::Value(value));
    }

    /// Pushes an operand.
    pub(super) fn push_operand(&mut self, operand: Operand) {
        self.buffers.stack.push(operand);
    }

    /// Pops an operand as it is.
    pub(super) fn pop_operand(&mut self) -> Operand {
        match self.buffers.stack.pop() {
            Some(operand) => operand,
            None => panic!("BUG: validation let an operator pass that has no operand"),
        }
    }

    /// Pops a value of the type that its wasm type has in machine code.
    pub(super) fn pop(&mut self) -> Value {
        let operand = self.pop_operand();
        self.value(operand)
    }

    /// Pops two values; the one that was on top comes second.
    pub(super) fn pop2(&mut self) -> (Value, Value) {
        let second = self.pop();
        let first = self.pop();
        (first, second)
    }

    /// Pops an `i32` that only matters for being zero or not: an `I8` stays one.
    pub(super) fn pop_condition(&mut self) -> Value {
        match self.pop_operand() {
            Operand::Value(value) => value,
            operand => self.value(operand),
        }
    }

    /// The value of an operand, of the type that its wasm type has in machine code.
    pub(super) fn value(&mut self, operand: Operand) -> Value {
        match operand {
            Operand::Value(value) if self.type_of(value) == types::I8 => self.builder.ins().uextend(types::I32, value),
            Operand::Value(value) => value,
            Operand::I32(number) => self.builder.ins().iconst(types::I32, i64::from(number as u32)),
            Operand::I64(number) => self.builder.ins().iconst(types::I64, number),
        }
    }

    /// The number that an operand is known to be, zero-extended if it is an `i32`.
    pub(super) fn known(&self, operand: Operand) -> Option<u64> {
        match operand {
            Operand::I32(number) => Some(u64::from(number as u32)),
            Operand::I64(number) => Some(number as u64),
            Operand::Value(value) => match self.definition(value)? {
                InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(match self.type_of(value) {
                    types::I64 => imm.bits() as u64,
                    _ => u64::from(imm.bits() as u32),
                }),
                _ => None,
            },
        }
    }

    /// The type of a value.
    pub(super) fn type_of(&self, value: Value) -> Type {
        self.builder.func.dfg.value_type(value)
    }

    /// The instruction that made a value.
    pub(super) fn definition(&self, value: Value) -> Option<InstructionData> {
        let dfg = &self.builder.func.dfg;
        match dfg.value_def(value) {
            ValueDef::Result(inst, 0) => Some(dfg.insts[inst]),
            _ => None,
        }
    }

    /// Emits an instruction of `emit` that has this operator's position: for what can trap, and for calls.
    ///
    /// What follows has it too, up to the next such instruction: a load may become part of the machine instruction that
    /// uses its value, which then traps in its place. It is never moved past another that can trap.
    pub(super) fn placed<T>(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>) -> T) -> T {
        let position = self.position();
        self.builder.set_srcloc(SourceLoc::new(position.0));
        emit(&mut self.builder)
    }

    /// Emits instructions at the start of the function, where every block of it can use what they make.
    pub(super) fn at_entry<T>(&mut self, emit: impl FnOnce(&mut FuncCursor<'_>) -> T) -> T {
        let mut cursor = FuncCursor::new(self.builder.func).at_first_insertion_point(self.entry);
        emit(&mut cursor)
    }

    /// A constant address-wide integer.
    pub(super) fn word(&mut self, number: u64) -> Value {
        self.builder.ins().iconst(types::I64, number as i64)
    }

    /// Whether a comparison of two values holds, as an `I8`.
    pub(super) fn compare(&mut self, condition: IntCC, a: Value, b: Value) -> Value {
        self.builder.ins().icmp(condition, a, b)
    }
}
