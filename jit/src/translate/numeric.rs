//! Numeric instructions (section 4.4.1), and `select`.

use cranelift_codegen::ir::condcodes::{CondCode, FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32, F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value};
use cranelift_frontend::FunctionBuilder;
use wasmparser::Operator as O;

use super::state::{FunctionTranslator, Operand};

impl FunctionTranslator<'_> {
    /// Translates an operator that only computes. Tells whether it was one.
    pub(super) fn numeric(&mut self, operator: &O<'_>) -> bool {
        use FloatCC as F;
        use IntCC as I;
        match *operator {
            O::I32Const { value } => self.push_operand(Operand::I32(value)),
            O::I64Const { value } => self.push_operand(Operand::I64(value)),
            O::F32Const { value } => self.constant(|b| b.ins().f32const(f32::from_bits(value.bits()))),
            O::F64Const { value } => self.constant(|b| b.ins().f64const(f64::from_bits(value.bits()))),

            O::I32Eqz => self.eqz(),
            O::I64Eqz => self.eqz(),
            O::I32Eq | O::I64Eq => self.compare_integers(I::Equal),
            O::I32Ne | O::I64Ne => self.compare_integers(I::NotEqual),
            O::I32LtS | O::I64LtS => self.compare_integers(I::SignedLessThan),
            O::I32LtU | O::I64LtU => self.compare_integers(I::UnsignedLessThan),
            O::I32GtS | O::I64GtS => self.compare_integers(I::SignedGreaterThan),
            O::I32GtU | O::I64GtU => self.compare_integers(I::UnsignedGreaterThan),
            O::I32LeS | O::I64LeS => self.compare_integers(I::SignedLessThanOrEqual),
            O::I32LeU | O::I64LeU => self.compare_integers(I::UnsignedLessThanOrEqual),
            O::I32GeS | O::I64GeS => self.compare_integers(I::SignedGreaterThanOrEqual),
            O::I32GeU | O::I64GeU => self.compare_integers(I::UnsignedGreaterThanOrEqual),
            O::F32Eq | O::F64Eq => self.binary(|b, x, y| b.ins().fcmp(F::Equal, x, y)),
            O::F32Ne | O::F64Ne => self.binary(|b, x, y| b.ins().fcmp(F::NotEqual, x, y)),
            O::F32Lt | O::F64Lt => self.binary(|b, x, y| b.ins().fcmp(F::LessThan, x, y)),
            O::F32Gt | O::F64Gt => self.binary(|b, x, y| b.ins().fcmp(F::GreaterThan, x, y)),
            O::F32Le | O::F64Le => self.binary(|b, x, y| b.ins().fcmp(F::LessThanOrEqual, x, y)),
            O::F32Ge | O::F64Ge => self.binary(|b, x, y| b.ins().fcmp(F::GreaterThanOrEqual, x, y)),

            O::I32Add | O::I64Add => self.add(),
            O::I32Sub | O::I64Sub => self.subtract(),
            O::I32Mul | O::I64Mul => self.multiply(),
            O::I32DivS | O::I64DivS => self.divide(true, false),
            O::I32DivU | O::I64DivU => self.divide(false, false),
            O::I32RemS | O::I64RemS => self.divide(true, true),
            O::I32RemU | O::I64RemU => self.divide(false, true),
            O::I32And => self.logical(|b, x, y| b.ins().band(x, y)),
            O::I32Or | O::I64Or if self.swap() => {}
            O::I32Or => self.logical(|b, x, y| b.ins().bor(x, y)),
            O::I32Xor => self.logical(|b, x, y| b.ins().bxor(x, y)),
            O::I64And => self.binary(|b, x, y| b.ins().band(x, y)),
            O::I64Or => self.binary(|b, x, y| b.ins().bor(x, y)),
            O::I64Xor => self.binary(|b, x, y| b.ins().bxor(x, y)),
            O::I32Shl | O::I64Shl => self.binary(|b, x, y| b.ins().ishl(x, y)),
            O::I32ShrS | O::I64ShrS => self.binary(|b, x, y| b.ins().sshr(x, y)),
            O::I32ShrU | O::I64ShrU => self.binary(|b, x, y| b.ins().ushr(x, y)),
            O::I32Rotl | O::I64Rotl => self.binary(|b, x, y| b.ins().rotl(x, y)),
            O::I32Rotr | O::I64Rotr => self.binary(|b, x, y| b.ins().rotr(x, y)),
            O::I32Clz | O::I64Clz => self.unary(|b, x| b.ins().clz(x)),
            O::I32Ctz | O::I64Ctz => self.unary(|b, x| b.ins().ctz(x)),
            O::I32Popcnt | O::I64Popcnt => self.unary(|b, x| b.ins().popcnt(x)),

            O::F32Add | O::F64Add => self.binary(|b, x, y| b.ins().fadd(x, y)),
            O::F32Sub | O::F64Sub => self.binary(|b, x, y| b.ins().fsub(x, y)),
            O::F32Mul | O::F64Mul => self.binary(|b, x, y| b.ins().fmul(x, y)),
            O::F32Div | O::F64Div => self.binary(|b, x, y| b.ins().fdiv(x, y)),
            O::F32Min | O::F64Min => self.binary(|b, x, y| b.ins().fmin(x, y)),
            O::F32Max | O::F64Max => self.binary(|b, x, y| b.ins().fmax(x, y)),
            O::F32Copysign | O::F64Copysign => self.binary(|b, x, y| b.ins().fcopysign(x, y)),
            O::F32Abs | O::F64Abs => self.unary(|b, x| b.ins().fabs(x)),
            O::F32Neg | O::F64Neg => self.unary(|b, x| b.ins().fneg(x)),
            O::F32Ceil | O::F64Ceil => self.unary(|b, x| b.ins().ceil(x)),
            O::F32Floor | O::F64Floor => self.unary(|b, x| b.ins().floor(x)),
            O::F32Trunc | O::F64Trunc => self.unary(|b, x| b.ins().trunc(x)),
            O::F32Nearest | O::F64Nearest => self.unary(|b, x| b.ins().nearest(x)),
            O::F32Sqrt | O::F64Sqrt => self.unary(|b, x| b.ins().sqrt(x)),

            O::Select | O::TypedSelect { .. } => self.select(),
            _ => return self.conversion(operator),
        }
        true
    }

    /// Translates a conversion from one type to another. Tells whether it was one.
    fn conversion(&mut self, operator: &O<'_>) -> bool {
        match *operator {
            O::I32WrapI64 => self.unary(|b, x| b.ins().ireduce(I32, x)),
            O::I64ExtendI32S => self.extend(|b, x| b.ins().sextend(I64, x)),
            O::I64ExtendI32U => self.extend(|b, x| b.ins().uextend(I64, x)),
            O::I32Extend8S => self.extend_within(I8, I32),
            O::I32Extend16S => self.extend_within(I16, I32),
            O::I64Extend8S => self.extend_within(I8, I64),
            O::I64Extend16S => self.extend_within(I16, I64),
            O::I64Extend32S => self.extend_within(I32, I64),

            // These trap, each for the reason that wasm has for it.
            O::I32TruncF32S | O::I32TruncF64S => self.trapping(|b, x| b.ins().fcvt_to_sint(I32, x)),
            O::I32TruncF32U | O::I32TruncF64U => self.trapping(|b, x| b.ins().fcvt_to_uint(I32, x)),
            O::I64TruncF32S | O::I64TruncF64S => self.trapping(|b, x| b.ins().fcvt_to_sint(I64, x)),
            O::I64TruncF32U | O::I64TruncF64U => self.trapping(|b, x| b.ins().fcvt_to_uint(I64, x)),
            O::I32TruncSatF32S | O::I32TruncSatF64S => self.unary(|b, x| b.ins().fcvt_to_sint_sat(I32, x)),
            O::I32TruncSatF32U | O::I32TruncSatF64U => self.unary(|b, x| b.ins().fcvt_to_uint_sat(I32, x)),
            O::I64TruncSatF32S | O::I64TruncSatF64S => self.unary(|b, x| b.ins().fcvt_to_sint_sat(I64, x)),
            O::I64TruncSatF32U | O::I64TruncSatF64U => self.unary(|b, x| b.ins().fcvt_to_uint_sat(I64, x)),
            O::F32ConvertI32S | O::F32ConvertI64S => self.unary(|b, x| b.ins().fcvt_from_sint(F32, x)),
            O::F32ConvertI32U | O::F32ConvertI64U => self.unary(|b, x| b.ins().fcvt_from_uint(F32, x)),
            O::F64ConvertI32S | O::F64ConvertI64S => self.unary(|b, x| b.ins().fcvt_from_sint(F64, x)),
            O::F64ConvertI32U | O::F64ConvertI64U => self.unary(|b, x| b.ins().fcvt_from_uint(F64, x)),
            O::F32DemoteF64 => self.unary(|b, x| b.ins().fdemote(F32, x)),
            O::F64PromoteF32 => self.unary(|b, x| b.ins().fpromote(F64, x)),
            O::I32ReinterpretF32 => self.reinterpret(I32),
            O::I64ReinterpretF64 => self.reinterpret(I64),
            O::F32ReinterpretI32 => self.reinterpret(F32),
            O::F64ReinterpretI64 => self.reinterpret(F64),
            _ => return false,
        }
        true
    }

    fn constant(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>) -> Value) {
        let value = emit(&mut self.builder);
        self.push(value);
    }

    fn unary(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>, Value) -> Value) {
        let x = self.pop();
        let value = emit(&mut self.builder, x);
        self.push(value);
    }

    pub(super) fn binary(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value) {
        let (x, y) = self.pop2();
        let value = emit(&mut self.builder, x, y);
        self.push(value);
    }

    fn trapping(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>, Value) -> Value) {
        let x = self.pop();
        let value = self.placed(|builder| emit(builder, x));
        self.push(value);
    }

    /// An extension of an `i32`, which may be a comparison's result.
    fn extend(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>, Value) -> Value) {
        match self.pop_operand() {
            // Zero and one are the same in every width.
            Operand::Value(value) if self.type_of(value) == I8 => {
                let wide = self.builder.ins().uextend(I64, value);
                self.push(wide);
            }
            operand => {
                let value = self.value(operand);
                let wide = emit(&mut self.builder, value);
                self.push(wide);
            }
        }
    }

    /// The sign extension of the low bits of an integer.
    fn extend_within(&mut self, low: Type, ty: Type) {
        self.unary(|b, x| {
            let low = b.ins().ireduce(low, x);
            b.ins().sextend(ty, low)
        });
    }

    fn reinterpret(&mut self, ty: Type) {
        self.unary(|b, x| b.ins().bitcast(ty, MemFlagsData::new(), x));
    }

    /// Whether an operand is the result of a comparison.
    pub(super) fn is_condition(&self, operand: Operand) -> bool {
        matches!(operand, Operand::Value(value) if self.type_of(value) == I8)
    }

    fn eqz(&mut self) {
        let operand = self.pop_operand();
        let result = self.is_zero(operand);
        self.push(result);
    }

    /// Whether an operand is zero: the opposite comparison, if it is a comparison's result.
    fn is_zero(&mut self, operand: Operand) -> Value {
        if let Operand::Value(value) = operand
            && self.type_of(value) == I8
        {
            match self.definition(value) {
                Some(InstructionData::IntCompare { cond, args: [x, y], .. }) => {
                    return self.builder.ins().icmp(cond.complement(), x, y);
                }
                Some(InstructionData::FloatCompare { cond, args: [x, y], .. }) => {
                    return self.builder.ins().fcmp(cond.complement(), x, y);
                }
                _ => return self.builder.ins().icmp_imm_u(IntCC::Equal, value, 0),
            }
        }
        let value = self.value(operand);
        self.builder.ins().icmp_imm_u(IntCC::Equal, value, 0)
    }

    fn compare_integers(&mut self, condition: IntCC) {
        let (y, x) = (self.pop_operand(), self.pop_operand());
        let result = match (condition, self.is_condition(x) && self.known(y) == Some(0)) {
            (IntCC::Equal, true) => self.is_zero(x),
            (IntCC::NotEqual, true) => return self.push_operand(x),
            _ => {
                let (x, y) = (self.value(x), self.value(y));
                self.compare(condition, x, y)
            }
        };
        self.push(result);
    }

    /// An operation on the bits of two `i32`s, which may both be the results of comparisons.
    fn logical(&mut self, emit: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value) {
        let (y, x) = (self.pop_operand(), self.pop_operand());
        let (x, y) = match (x, y) {
            (Operand::Value(x), Operand::Value(y)) if self.type_of(x) == I8 && self.type_of(y) == I8 => (x, y),
            (Operand::Value(x), y) if self.type_of(x) == I8 && self.known(y).is_some_and(|y| y <= 1) => {
                let bit = self.known(y).unwrap_or_default() as i64;
                (x, self.builder.ins().iconst(I8, bit))
            }
            (x, y) => (self.value(x), self.value(y)),
        };
        let value = emit(&mut self.builder, x, y);
        self.push(value);
    }

    fn select(&mut self) {
        let condition = self.pop_condition();
        let (x, y) = self.pop2();
        let value = self.builder.ins().select(condition, x, y);
        self.push(value);
    }

    /// Translates an `or` that reverses the bytes of a value. Tells whether it does.
    fn swap(&mut self) -> bool {
        let stack = &self.buffers.stack;
        let &[.., Operand::Value(x), Operand::Value(y)] = stack.as_slice() else { return false };
        let Some(swapped) = self.swapped(x, y) else { return false };
        let both = self.buffers.stack.len() - 2;
        self.buffers.stack.truncate(both);
        self.push(swapped);
        true
    }

    fn add(&mut self) {
        let (y, x) = (self.pop_operand(), self.pop_operand());
        let sum = match (x, y) {
            (Operand::Value(x), Operand::I32(number)) => self.add_constant(x, number.into()),
            (Operand::Value(x), Operand::I64(number)) => self.add_constant(x, number),
            (x, y) => {
                let (x, y) = (self.value(x), self.value(y));
                self.builder.ins().iadd(x, y)
            }
        };
        self.push(sum);
    }

    /// The sum of a value and a constant. A constant that was added to the value just before is added with it, which
    /// takes one instruction less than to add both to a value that is used otherwise too.
    fn add_constant(&mut self, x: Value, number: i64) -> Value {
        let x = self.value(Operand::Value(x));
        let ty = self.type_of(x);
        let (x, number) = match self.sum_made_here(x) {
            Some((x, first)) => (x, number.wrapping_add(first as i64)),
            None => (x, number),
        };
        let number = if ty == I32 { i64::from(number as u32) } else { number };
        let number = self.builder.ins().iconst(ty, number);
        self.builder.ins().iadd(x, number)
    }

    /// The operands of a sum with a constant that was made in this block of CLIF.
    fn sum_made_here(&self, sum: Value) -> Option<(Value, u64)> {
        let func = &self.builder.func;
        let inst = func.dfg.value_def(sum).inst()?;
        let InstructionData::Binary { opcode: Opcode::Iadd, args: [x, y] } = func.dfg.insts[inst] else { return None };
        let here = func.layout.inst_block(inst) == self.builder.current_block();
        Some((x, self.known(Operand::Value(y)).filter(|_| here)?))
    }

    fn subtract(&mut self) {
        let (y, x) = (self.pop_operand(), self.pop_operand());
        let negates = self.known(x) == Some(0);
        let x = self.value(x);
        let difference = match y {
            y if negates => {
                let y = self.value(y);
                self.builder.ins().ineg(y)
            }
            // A sum may leave its operands where they are.
            Operand::I32(number) => self.add_constant(x, number.wrapping_neg().into()),
            Operand::I64(number) => self.add_constant(x, number.wrapping_neg()),
            Operand::Value(_) => {
                let y = self.value(y);
                self.builder.ins().isub(x, y)
            }
        };
        self.push(difference);
    }

    fn multiply(&mut self) {
        let (y, x) = (self.pop_operand(), self.pop_operand());
        let (x, y) = if self.known(x).is_some() { (y, x) } else { (x, y) };
        let value = self.value(x);
        let product = match self.known(y) {
            Some(factor) if factor.is_power_of_two() => {
                let shift = self.builder.ins().iconst(I32, i64::from(factor.trailing_zeros()));
                self.builder.ins().ishl(value, shift)
            }
            _ => {
                let factor = self.value(y);
                self.builder.ins().imul(value, factor)
            }
        };
        self.push(product);
    }
}
