//! The vector operators: fixed-width and relaxed (sections 4.3.5, 4.3.6 and 4.4.3 of the specification).
//!
//! | file | operators |
//! | --- | --- |
//! | `table.rs` | those that only compute: one table |
//! | `compute.rs` | what takes several CLIF instructions |
//! | `memory.rs` | loads and stores |
//! | here | the others: those with a lane or bytes in the operator |
//!
//! A wasm vector has no lanes of its own, a CLIF value has: a vector waits on the operand stack as `I8X16`, and each
//! operator takes it as the type that it computes with. The casts between them are no machine instructions.
//!
//! The relaxed operators give the results that `falkirk_runtime::numerics` chose, on every machine.

mod compute;
mod memory;
mod table;

use cranelift_codegen::entity::packed_option::ReservedValue;
use cranelift_codegen::ir::types::{F32X4, F64X2, I8X16, I16X8, I32, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use wasmparser::Operator;

use self::compute::{as_bytes, as_type, constant, shuffle};
use self::table::{Make, Rule, rule};
use super::state::FunctionTranslator;

impl FunctionTranslator<'_> {
    /// Translates a vector operator.
    pub(super) fn vector_operator(&mut self, operator: &Operator<'_>) {
        use Operator as O;
        match *operator {
            O::V128Const { value } => {
                let vector = constant(&mut self.builder, I8X16, *value.bytes());
                self.push(vector);
            }
            O::I8x16Shuffle { lanes } => self.shuffle(lanes),
            O::I8x16Splat => self.splat(I8X16),
            O::I16x8Splat => self.splat(I16X8),
            O::I32x4Splat => self.splat(I32X4),
            O::I64x2Splat => self.splat(I64X2),
            O::F32x4Splat => self.splat(F32X4),
            O::F64x2Splat => self.splat(F64X2),
            O::I8x16ExtractLaneS { lane } => self.extract_lane_signed(I8X16, lane),
            O::I8x16ExtractLaneU { lane } => self.extract_lane_unsigned(I8X16, lane),
            O::I16x8ExtractLaneS { lane } => self.extract_lane_signed(I16X8, lane),
            O::I16x8ExtractLaneU { lane } => self.extract_lane_unsigned(I16X8, lane),
            O::I32x4ExtractLane { lane } => self.extract_lane(I32X4, lane),
            O::I64x2ExtractLane { lane } => self.extract_lane(I64X2, lane),
            O::F32x4ExtractLane { lane } => self.extract_lane(F32X4, lane),
            O::F64x2ExtractLane { lane } => self.extract_lane(F64X2, lane),
            O::I8x16ReplaceLane { lane } => self.replace_lane(I8X16, lane),
            O::I16x8ReplaceLane { lane } => self.replace_lane(I16X8, lane),
            O::I32x4ReplaceLane { lane } => self.replace_lane(I32X4, lane),
            O::I64x2ReplaceLane { lane } => self.replace_lane(I64X2, lane),
            O::F32x4ReplaceLane { lane } => self.replace_lane(F32X4, lane),
            O::F64x2ReplaceLane { lane } => self.replace_lane(F64X2, lane),
            _ => match rule(operator) {
                Some(rule) => self.compute(rule),
                None => self.vector_access(operator),
            },
        }
    }

    /// Pops what the rule takes, and pushes what it makes.
    fn compute(&mut self, rule: Rule) {
        let vector = match rule {
            Rule::Unary(ty, make) => self.make(ty, make),
            Rule::Binary(ty, make) => self.make(ty, make),
            Rule::Ternary(ty, make) => self.make(ty, make),
            Rule::Shift(ty, make) => {
                let bits = self.pop();
                let x = self.pop_vector(ty);
                make(&mut self.builder, [x, bits])
            }
            Rule::Test(ty, make) => {
                let scalar = self.make(ty, make);
                return self.push(scalar);
            }
        };
        self.push_vector(vector);
    }

    /// Pops vectors, and makes a value of them.
    fn make<const N: usize>(&mut self, ty: Type, make: Make<N>) -> Value {
        let mut operands = [Value::reserved_value(); N];
        for operand in operands.iter_mut().rev() {
            *operand = self.pop_vector(ty);
        }
        make(&mut self.builder, operands)
    }

    /// Pops a vector, as one of the given type.
    fn pop_vector(&mut self, ty: Type) -> Value {
        let vector = self.pop();
        as_type(&mut self.builder, vector, ty)
    }

    /// Pushes a vector of whatever type.
    fn push_vector(&mut self, vector: Value) {
        let bytes = as_bytes(&mut self.builder, vector);
        self.push(bytes);
    }

    /// Pops a scalar for a lane of these vectors: its low bits, if lanes are narrower.
    fn pop_lane(&mut self, ty: Type) -> Value {
        let scalar = self.pop();
        let lane = ty.lane_type();
        if lane.bits() < self.type_of(scalar).bits() { self.builder.ins().ireduce(lane, scalar) } else { scalar }
    }

    fn splat(&mut self, ty: Type) {
        let scalar = self.pop_lane(ty);
        let vector = self.builder.ins().splat(ty, scalar);
        self.push_vector(vector);
    }

    fn shuffle(&mut self, lanes: [u8; 16]) {
        let (x, y) = self.pop2();
        let vector = shuffle(&mut self.builder, x, y, lanes);
        self.push(vector);
    }

    /// Pops a vector, and gives one of its lanes.
    fn pop_and_extract(&mut self, ty: Type, lane: u8) -> Value {
        let vector = self.pop_vector(ty);
        self.builder.ins().extractlane(vector, lane)
    }

    fn extract_lane(&mut self, ty: Type, lane: u8) {
        let scalar = self.pop_and_extract(ty, lane);
        self.push(scalar);
    }

    fn extract_lane_signed(&mut self, ty: Type, lane: u8) {
        let narrow = self.pop_and_extract(ty, lane);
        let scalar = self.builder.ins().sextend(I32, narrow);
        self.push(scalar);
    }

    fn extract_lane_unsigned(&mut self, ty: Type, lane: u8) {
        let narrow = self.pop_and_extract(ty, lane);
        let scalar = self.builder.ins().uextend(I32, narrow);
        self.push(scalar);
    }

    fn replace_lane(&mut self, ty: Type, lane: u8) {
        let scalar = self.pop_lane(ty);
        let vector = self.pop_vector(ty);
        let vector = self.builder.ins().insertlane(vector, scalar, lane);
        self.push_vector(vector);
    }
}
