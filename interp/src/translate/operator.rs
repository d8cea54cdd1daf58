//! Dispatch over wasm's operators.

use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::numerics::V128;
use wasmparser::Operator as O;

use super::Translator;
use super::stack::Kind;
use crate::exec::state::handler;
use crate::exec::{memory, simd};
use crate::forms::{BinForms, Class, LoadForms, LoadGroup, Scalar, StoreForms, UnForms};
use crate::ops;
use crate::vector_ops::for_each_vector_op;

impl Translator {
    /// Translates one operator, unless it can't be reached.
    pub(super) fn operator(&mut self, info: &ModuleInfo, operator: &O<'_>) {
        if self.skipped(operator) {
            #[cfg(feature = "trace")]
            self.validate_along(operator);
            return;
        }
        if let Some(positions) = &mut self.positions {
            positions.push((self.code.len() as u32, self.offset));
        }
        if self.metered {
            self.count_fuel();
        }
        #[cfg(feature = "trace")]
        {
            self.trace_operator(info, operator);
            self.validate_along(operator);
        }
        // The most frequent first.
        let done = self.numeric(operator)
            || self.structured(info, operator)
            || self.access(info, operator)
            || self.vector(info, operator);
        if !done {
            self.rare(info, operator);
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

    /// Constants, numeric instructions, locals: those of sections 4.4.1 and 4.4.4. Tells whether it was one.
    fn numeric(&mut self, operator: &O<'_>) -> bool {
        macro_rules! bin {
            ($op:ident, $commutes:literal, $group:expr) => {
                self.binary(const { &BinForms::of::<ops::$op>($commutes, $group) })
            };
        }
        macro_rules! un {
            ($op:ident) => {
                self.unary(const { &UnForms::of::<ops::$op>() })
            };
        }
        match *operator {
            O::LocalGet { local_index } => self.local_get(local_index),
            O::LocalSet { local_index } => self.local_set(local_index),
            O::LocalTee { local_index } => self.local_tee(local_index),
            O::I32Const { value } => self.push_const(u64::from(value as u32), Scalar::I32),
            O::I64Const { value } => self.push_const(value as u64, Scalar::I64),
            O::F32Const { value } => self.push_const(u64::from(value.bits()), Scalar::F32),
            O::F64Const { value } => self.push_const(value.bits(), Scalar::F64),
            O::I32Eqz => self.eqz(Scalar::I32),
            O::I64Eqz => self.eqz(Scalar::I64),
            O::I32WrapI64 | O::I32ReinterpretF32 => self.reinterpret(Scalar::I32),
            O::I64ReinterpretF64 => self.reinterpret(Scalar::I64),
            O::F32ReinterpretI32 => self.reinterpret(Scalar::F32),
            O::F64ReinterpretI64 => self.reinterpret(Scalar::F64),
            O::I32Add => bin!(I32Add, true, Some(0)),
            O::I32Sub => bin!(I32Sub, false, Some(1)),
            O::I32Mul => bin!(I32Mul, true, Some(2)),
            O::I32And => bin!(I32And, true, Some(3)),
            O::I32Or => bin!(I32Or, true, Some(4)),
            O::I32Xor => bin!(I32Xor, true, Some(5)),
            O::I32Shl => bin!(I32Shl, false, Some(6)),
            O::I32ShrS => bin!(I32ShrS, false, Some(7)),
            O::I32ShrU => bin!(I32ShrU, false, Some(8)),
            O::I32Rotl => bin!(I32Rotl, false, Some(9)),
            O::I32Rotr => bin!(I32Rotr, false, None),
            O::I32DivS => bin!(I32DivS, false, None),
            O::I32DivU => bin!(I32DivU, false, None),
            O::I32RemS => bin!(I32RemS, false, None),
            O::I32RemU => bin!(I32RemU, false, None),
            O::F32Add => bin!(F32Add, true, Some(0)),
            O::F32Sub => bin!(F32Sub, false, Some(1)),
            O::F32Mul => bin!(F32Mul, true, Some(2)),
            O::F32Div => bin!(F32Div, false, Some(3)),
            O::F32Min => bin!(F32Min, false, None),
            O::F32Max => bin!(F32Max, false, None),
            O::F32Copysign => bin!(F32Copysign, false, None),
            O::I64Add => bin!(I64Add, true, Some(0)),
            O::I64Sub => bin!(I64Sub, false, Some(1)),
            O::I64Mul => bin!(I64Mul, true, Some(2)),
            O::I64And => bin!(I64And, true, Some(3)),
            O::I64Or => bin!(I64Or, true, Some(4)),
            O::I64Xor => bin!(I64Xor, true, Some(5)),
            O::I64Shl => bin!(I64Shl, false, Some(6)),
            O::I64ShrS => bin!(I64ShrS, false, Some(7)),
            O::I64ShrU => bin!(I64ShrU, false, Some(8)),
            O::I64Rotl => bin!(I64Rotl, false, Some(9)),
            O::I64Rotr => bin!(I64Rotr, false, None),
            O::I64DivS => bin!(I64DivS, false, None),
            O::I64DivU => bin!(I64DivU, false, None),
            O::I64RemS => bin!(I64RemS, false, None),
            O::I64RemU => bin!(I64RemU, false, None),
            O::F64Add => bin!(F64Add, true, Some(0)),
            O::F64Sub => bin!(F64Sub, false, Some(1)),
            O::F64Mul => bin!(F64Mul, true, Some(2)),
            O::F64Div => bin!(F64Div, false, Some(3)),
            O::F64Min => bin!(F64Min, false, None),
            O::F64Max => bin!(F64Max, false, None),
            O::F64Copysign => bin!(F64Copysign, false, None),
            O::I32Eq => self.compare(Scalar::I32, 0),
            O::I32Ne => self.compare(Scalar::I32, 1),
            O::I32LtS => self.compare(Scalar::I32, 2),
            O::I32LtU => self.compare(Scalar::I32, 3),
            O::I32GtS => self.compare(Scalar::I32, 4),
            O::I32GtU => self.compare(Scalar::I32, 5),
            O::I32LeS => self.compare(Scalar::I32, 6),
            O::I32LeU => self.compare(Scalar::I32, 7),
            O::I32GeS => self.compare(Scalar::I32, 8),
            O::I32GeU => self.compare(Scalar::I32, 9),
            O::I64Eq => self.compare(Scalar::I64, 0),
            O::I64Ne => self.compare(Scalar::I64, 1),
            O::I64LtS => self.compare(Scalar::I64, 2),
            O::I64LtU => self.compare(Scalar::I64, 3),
            O::I64GtS => self.compare(Scalar::I64, 4),
            O::I64GtU => self.compare(Scalar::I64, 5),
            O::I64LeS => self.compare(Scalar::I64, 6),
            O::I64LeU => self.compare(Scalar::I64, 7),
            O::I64GeS => self.compare(Scalar::I64, 8),
            O::I64GeU => self.compare(Scalar::I64, 9),
            O::F32Eq => self.compare(Scalar::F32, 0),
            O::F32Ne => self.compare(Scalar::F32, 1),
            O::F32Lt => self.compare(Scalar::F32, 2),
            O::F32Gt => self.compare(Scalar::F32, 3),
            O::F32Le => self.compare(Scalar::F32, 4),
            O::F32Ge => self.compare(Scalar::F32, 5),
            O::F64Eq => self.compare(Scalar::F64, 0),
            O::F64Ne => self.compare(Scalar::F64, 1),
            O::F64Lt => self.compare(Scalar::F64, 2),
            O::F64Gt => self.compare(Scalar::F64, 3),
            O::F64Le => self.compare(Scalar::F64, 4),
            O::F64Ge => self.compare(Scalar::F64, 5),
            O::I32Clz => un!(I32Clz),
            O::I32Ctz => un!(I32Ctz),
            O::I32Popcnt => un!(I32Popcnt),
            O::I32Extend8S => un!(I32Extend8S),
            O::I32Extend16S => un!(I32Extend16S),
            O::I64Clz => un!(I64Clz),
            O::I64Ctz => un!(I64Ctz),
            O::I64Popcnt => un!(I64Popcnt),
            O::I64Extend8S => un!(I64Extend8S),
            O::I64Extend16S => un!(I64Extend16S),
            O::I64Extend32S => un!(I64Extend32S),
            O::F32Abs => un!(F32Abs),
            O::F32Neg => un!(F32Neg),
            O::F32Ceil => un!(F32Ceil),
            O::F32Floor => un!(F32Floor),
            O::F32Trunc => un!(F32Trunc),
            O::F32Nearest => un!(F32Nearest),
            O::F32Sqrt => un!(F32Sqrt),
            O::F64Abs => un!(F64Abs),
            O::F64Neg => un!(F64Neg),
            O::F64Ceil => un!(F64Ceil),
            O::F64Floor => un!(F64Floor),
            O::F64Trunc => un!(F64Trunc),
            O::F64Nearest => un!(F64Nearest),
            O::F64Sqrt => un!(F64Sqrt),
            O::I64ExtendI32S => un!(I64ExtendI32S),
            O::I64ExtendI32U => self.extend(const { &UnForms::of::<ops::I64ExtendI32U>() }),
            O::I32TruncF32S => un!(I32TruncF32S),
            O::I32TruncF32U => un!(I32TruncF32U),
            O::I32TruncF64S => un!(I32TruncF64S),
            O::I32TruncF64U => un!(I32TruncF64U),
            O::I64TruncF32S => un!(I64TruncF32S),
            O::I64TruncF32U => un!(I64TruncF32U),
            O::I64TruncF64S => un!(I64TruncF64S),
            O::I64TruncF64U => un!(I64TruncF64U),
            O::I32TruncSatF32S => un!(I32TruncSatF32S),
            O::I32TruncSatF32U => un!(I32TruncSatF32U),
            O::I32TruncSatF64S => un!(I32TruncSatF64S),
            O::I32TruncSatF64U => un!(I32TruncSatF64U),
            O::I64TruncSatF32S => un!(I64TruncSatF32S),
            O::I64TruncSatF32U => un!(I64TruncSatF32U),
            O::I64TruncSatF64S => un!(I64TruncSatF64S),
            O::I64TruncSatF64U => un!(I64TruncSatF64U),
            O::F32ConvertI32S => un!(F32ConvertI32S),
            O::F32ConvertI32U => un!(F32ConvertI32U),
            O::F32ConvertI64S => un!(F32ConvertI64S),
            O::F32ConvertI64U => un!(F32ConvertI64U),
            O::F64ConvertI32S => un!(F64ConvertI32S),
            O::F64ConvertI32U => un!(F64ConvertI32U),
            O::F64ConvertI64S => un!(F64ConvertI64S),
            O::F64ConvertI64U => un!(F64ConvertI64U),
            O::F32DemoteF64 => un!(F32DemoteF64),
            O::F64PromoteF32 => un!(F64PromoteF32),
            _ => return false,
        }
        true
    }

    /// Control, calls, parametric instructions: sections 4.4.3 and 4.4.8 to 4.4.10. Tells whether it was one.
    fn structured(&mut self, info: &ModuleInfo, operator: &O<'_>) -> bool {
        match *operator {
            O::Nop => {}
            O::Unreachable => self.unreachable(),
            O::Block { blockty } => self.block(info, blockty),
            O::Loop { blockty } => self.loop_(info, blockty),
            O::If { blockty } => self.if_(info, blockty),
            O::Else => self.else_(info),
            O::End => self.end(info),
            O::Br { relative_depth } => self.br(info, relative_depth),
            O::BrIf { relative_depth } => self.br_if(info, relative_depth),
            O::BrTable { ref targets } => self.br_table(info, targets),
            O::BrOnNull { relative_depth } => self.br_on_null(info, relative_depth, false),
            O::BrOnNonNull { relative_depth } => self.br_on_null(info, relative_depth, true),
            O::Return => {
                self.return_();
                self.die();
            }
            O::Call { function_index } => self.call(info, function_index),
            O::CallIndirect { type_index, table_index } => self.call_indirect(info, type_index, table_index),
            O::CallRef { type_index } => self.call_ref(info, type_index),
            O::ReturnCall { function_index } => self.return_call(info, function_index),
            O::ReturnCallIndirect { type_index, table_index } => {
                self.return_call_indirect(info, type_index, table_index)
            }
            O::ReturnCallRef { type_index } => self.return_call_ref(info, type_index),
            O::Drop => {
                self.pop();
            }
            O::Select | O::TypedSelect { .. } => self.select(),
            _ => return false,
        }
        true
    }

    /// Loads and stores of scalars. Tells whether it was one.
    fn access(&mut self, info: &ModuleInfo, operator: &O<'_>) -> bool {
        macro_rules! load {
            ($op:ident, $group:ident $(($number:literal))?, $arg:expr) => {
                self.load(info, const { &LoadForms::of::<memory::$op>(LoadGroup::$group $(($number))?) }, $arg)
            };
        }
        macro_rules! store {
            ($op:ident, $arg:expr) => {
                self.store(info, const { &StoreForms::of::<memory::$op>() }, $arg)
            };
        }
        match *operator {
            O::I32Load { memarg } => load!(I32Load, I32(0), memarg),
            O::I32Load8S { memarg } => load!(I32Load8S, I32(3), memarg),
            O::I32Load8U { memarg } => load!(I32Load8U, I32(1), memarg),
            O::I32Load16S { memarg } => load!(I32Load16S, Plain, memarg),
            O::I32Load16U { memarg } => load!(I32Load16U, I32(2), memarg),
            O::I64Load { memarg } => load!(I64Load, I64, memarg),
            O::I64Load8S { memarg } => load!(I64Load8S, Plain, memarg),
            O::I64Load8U { memarg } => load!(I64Load8U, Plain, memarg),
            O::I64Load16S { memarg } => load!(I64Load16S, Plain, memarg),
            O::I64Load16U { memarg } => load!(I64Load16U, Plain, memarg),
            O::I64Load32S { memarg } => load!(I64Load32S, Plain, memarg),
            O::I64Load32U { memarg } => load!(I64Load32U, Plain, memarg),
            O::F32Load { memarg } => load!(F32Load, F32, memarg),
            O::F64Load { memarg } => load!(F64Load, F64, memarg),
            O::I32Store { memarg } => store!(I32Store, memarg),
            O::I32Store8 { memarg } => store!(I32Store8, memarg),
            O::I32Store16 { memarg } => store!(I32Store16, memarg),
            O::I64Store { memarg } => store!(I64Store, memarg),
            O::I64Store8 { memarg } => store!(I64Store8, memarg),
            O::I64Store16 { memarg } => store!(I64Store16, memarg),
            O::I64Store32 { memarg } => store!(I64Store32, memarg),
            O::F32Store { memarg } => store!(F32Store, memarg),
            O::F64Store { memarg } => store!(F64Store, memarg),
            _ => return false,
        }
        true
    }

    /// Vector instructions. Tells whether it was one.
    fn vector(&mut self, info: &ModuleInfo, operator: &O<'_>) -> bool {
        macro_rules! dispatch {
            (
                binary { $($b:ident $bf:ident,)* }
                unary { $($u:ident $uf:ident,)* }
                ternary { $($t:ident $tf:ident,)* }
                shift { $($s:ident $sf:ident,)* }
                test { $($q:ident $qf:ident,)* }
                splat { $($p:ident $pf:ident $pt:ty,)* }
                extract { $($e:ident $ef:ident $et:ident,)* }
                replace { $($r:ident $rf:ident $rt:ty,)* }
            ) => {
                match *operator {
                    $(O::$b => self.vector_op(handler::<simd::Compute<simd::$b>>, 2, Class::Vec),)*
                    $(O::$u => self.vector_op(handler::<simd::Compute<simd::$u>>, 1, Class::Vec),)*
                    $(O::$t => self.vector_op(handler::<simd::Compute<simd::$t>>, 3, Class::Vec),)*
                    $(O::$s => self.vector_op(handler::<simd::Compute<simd::$s>>, 2, Class::Vec),)*
                    $(O::$q => self.vector_op(handler::<Put<u32, simd::$q, 2>>, 1, Class::Int),)*
                    $(O::$p => self.vector_op(handler::<simd::Compute<simd::$p>>, 1, Class::Vec),)*
                    $(O::$e { lane } => {
                        let class = <$et as AsScalar>::SCALAR.class();
                        self.extract_lane(handler::<Put<$et, simd::$e, 2>>, lane, class);
                    })*
                    $(O::$r { lane } => self.replace_lane(handler::<simd::Compute<simd::$r>>, lane),)*
                    _ => return self.vector_access(info, operator),
                }
            };
        }
        use crate::exec::numeric::Put;
        use crate::forms::AsScalar;
        for_each_vector_op!(dispatch);
        true
    }

    /// Vector constants, loads and stores. Tells whether it was one.
    fn vector_access(&mut self, info: &ModuleInfo, operator: &O<'_>) -> bool {
        match *operator {
            O::V128Const { value } => self.vector_const(V128::from_bytes(*value.bytes())),
            O::I8x16Shuffle { lanes } => self.shuffle(lanes),
            O::V128Store { memarg } => self.vector_store(info, memarg),
            O::V128Load { memarg } => self.vector_load::<simd::V128Load>(info, memarg),
            O::V128Load8x8S { memarg } => self.vector_load::<simd::V128Load8x8S>(info, memarg),
            O::V128Load8x8U { memarg } => self.vector_load::<simd::V128Load8x8U>(info, memarg),
            O::V128Load16x4S { memarg } => self.vector_load::<simd::V128Load16x4S>(info, memarg),
            O::V128Load16x4U { memarg } => self.vector_load::<simd::V128Load16x4U>(info, memarg),
            O::V128Load32x2S { memarg } => self.vector_load::<simd::V128Load32x2S>(info, memarg),
            O::V128Load32x2U { memarg } => self.vector_load::<simd::V128Load32x2U>(info, memarg),
            O::V128Load8Splat { memarg } => self.vector_load::<simd::V128Load8Splat>(info, memarg),
            O::V128Load16Splat { memarg } => self.vector_load::<simd::V128Load16Splat>(info, memarg),
            O::V128Load32Splat { memarg } => self.vector_load::<simd::V128Load32Splat>(info, memarg),
            O::V128Load64Splat { memarg } => self.vector_load::<simd::V128Load64Splat>(info, memarg),
            O::V128Load32Zero { memarg } => self.vector_load::<simd::V128Load32Zero>(info, memarg),
            O::V128Load64Zero { memarg } => self.vector_load::<simd::V128Load64Zero>(info, memarg),
            O::V128Load8Lane { memarg, lane } => self.load_lane::<u8>(info, memarg, lane),
            O::V128Load16Lane { memarg, lane } => self.load_lane::<u16>(info, memarg, lane),
            O::V128Load32Lane { memarg, lane } => self.load_lane::<u32>(info, memarg, lane),
            O::V128Load64Lane { memarg, lane } => self.load_lane::<u64>(info, memarg, lane),
            O::V128Store8Lane { memarg, lane } => self.store_lane::<u8>(info, memarg, lane),
            O::V128Store16Lane { memarg, lane } => self.store_lane::<u16>(info, memarg, lane),
            O::V128Store32Lane { memarg, lane } => self.store_lane::<u32>(info, memarg, lane),
            O::V128Store64Lane { memarg, lane } => self.store_lane::<u64>(info, memarg, lane),
            _ => return false,
        }
        true
    }

    pub(super) fn push_const(&mut self, bits: u64, scalar: Scalar) {
        self.push(Kind::Const(bits, scalar), scalar.class());
    }
}
