//! Loads and stores of vectors and lanes (section 4.4.7 of the specification).

use cranelift_codegen::ir::types::{F32X4, F64X2, I8X16, I16X8, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, immediates::Offset32};
use cranelift_frontend::FunctionBuilder;
use wasmparser::{MemArg, Operator as O};

use crate::translate::state::FunctionTranslator;

/// An instruction that loads 8 bytes, and extends their lanes to a vector of twice the size.
type Extending = fn(&mut FunctionBuilder<'_>, MemFlagsData, Value, Offset32) -> Value;

impl FunctionTranslator<'_> {
    /// Translates a load or store of a vector or a lane.
    pub(super) fn vector_access(&mut self, operator: &O<'_>) {
        match *operator {
            O::V128Load { memarg } => {
                let vector = self.load_as(memarg, I8X16);
                self.push(vector);
            }
            O::V128Load8x8S { memarg } => self.load_extending(memarg, |b, f, p, o| b.ins().sload8x8(f, p, o)),
            O::V128Load8x8U { memarg } => self.load_extending(memarg, |b, f, p, o| b.ins().uload8x8(f, p, o)),
            O::V128Load16x4S { memarg } => self.load_extending(memarg, |b, f, p, o| b.ins().sload16x4(f, p, o)),
            O::V128Load16x4U { memarg } => self.load_extending(memarg, |b, f, p, o| b.ins().uload16x4(f, p, o)),
            O::V128Load32x2S { memarg } => self.load_extending(memarg, |b, f, p, o| b.ins().sload32x2(f, p, o)),
            O::V128Load32x2U { memarg } => self.load_extending(memarg, |b, f, p, o| b.ins().uload32x2(f, p, o)),
            O::V128Load8Splat { memarg } => self.load_splat(memarg, I8X16),
            O::V128Load16Splat { memarg } => self.load_splat(memarg, I16X8),
            O::V128Load32Splat { memarg } => self.load_splat(memarg, I32X4),
            O::V128Load64Splat { memarg } => self.load_splat(memarg, I64X2),
            // As floats they need not pass through another register.
            O::V128Load32Zero { memarg } => self.load_zero(memarg, F32X4),
            O::V128Load64Zero { memarg } => self.load_zero(memarg, F64X2),
            O::V128Load8Lane { memarg, lane } => self.load_lane(memarg, I8X16, lane),
            O::V128Load16Lane { memarg, lane } => self.load_lane(memarg, I16X8, lane),
            O::V128Load32Lane { memarg, lane } => self.load_lane(memarg, I32X4, lane),
            O::V128Load64Lane { memarg, lane } => self.load_lane(memarg, I64X2, lane),
            O::V128Store { memarg } => {
                let vector = self.pop();
                self.store_all(memarg, vector);
            }
            O::V128Store8Lane { memarg, lane } => self.store_lane(memarg, I8X16, lane),
            O::V128Store16Lane { memarg, lane } => self.store_lane(memarg, I16X8, lane),
            O::V128Store32Lane { memarg, lane } => self.store_lane(memarg, I32X4, lane),
            O::V128Store64Lane { memarg, lane } => self.store_lane(memarg, I64X2, lane),
            _ => panic!("BUG: no translation of {operator:?}"),
        }
    }

    /// Pops an address, and loads a value of this type from it.
    fn load_as(&mut self, memarg: MemArg, ty: Type) -> Value {
        let (flags, address, offset) = self.address(&memarg, ty.bytes());
        self.placed(|builder| builder.ins().load(ty, flags, address, offset))
    }

    /// Pops an address, and stores a whole value there.
    fn store_all(&mut self, memarg: MemArg, value: Value) {
        let size = self.type_of(value).bytes();
        let (flags, address, offset) = self.target(&memarg, size);
        self.placed(|builder| builder.ins().store(flags, value, address, offset));
    }

    fn load_extending(&mut self, memarg: MemArg, extending: Extending) {
        let (flags, address, offset) = self.address(&memarg, 8);
        let vector = self.placed(|builder| extending(builder, flags, address, offset));
        self.push_vector(vector);
    }

    /// Loads what becomes every lane.
    fn load_splat(&mut self, memarg: MemArg, ty: Type) {
        let lane = self.load_as(memarg, ty.lane_type());
        let vector = self.builder.ins().splat(ty, lane);
        self.push_vector(vector);
    }

    /// Loads what becomes the first lane; the others are zero.
    fn load_zero(&mut self, memarg: MemArg, ty: Type) {
        let lane = self.load_as(memarg, ty.lane_type());
        let vector = self.builder.ins().scalar_to_vector(ty, lane);
        self.push_vector(vector);
    }

    fn load_lane(&mut self, memarg: MemArg, ty: Type, lane: u8) {
        let vector = self.pop_vector(ty);
        let loaded = self.load_as(memarg, ty.lane_type());
        let vector = self.builder.ins().insertlane(vector, loaded, lane);
        self.push_vector(vector);
    }

    fn store_lane(&mut self, memarg: MemArg, ty: Type, lane: u8) {
        let stored = self.pop_and_extract(ty, lane);
        self.store_all(memarg, stored);
    }
}
