//! An operator with operands and a use of its result, as a function.

use falkirk::diff::{Call, Reference, Rng, Script, Value, edges};
use wasm_encoder::{BlockType, HeapType, Ieee32, Ieee64, Instruction, MemArg, MemArgTarget};
use wasmparser::{RefType, ValType};

use super::laboratory::{self, Function, encoded};
use super::signatures::{TYPES, Typed};
use super::table::is_arithmetic;
use crate::build::Body;

/// No operator has more operands.
pub const MAX_OPERANDS: usize = 3;

/// Where stored operands and results are kept in memory 0.
const SCRATCH: i32 = 0x800;

/// Where an operand comes from. All but constants come from a parameter in the end, so that engines cannot know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A parameter.
    Param,
    /// A constant.
    Const,
    /// A local that was set before.
    Local,
    /// Memory, where it was stored before; a reference comes from a global.
    Memory,
    /// A mutable global.
    Global,
    /// The result of a block that may be left early.
    Block,
    /// The result of a call.
    Call,
}

impl Source {
    /// All of them, the simplest first.
    pub const ALL: [Source; 7] =
        [Source::Param, Source::Const, Source::Local, Source::Memory, Source::Global, Source::Block, Source::Call];
}

/// What is done with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is returned.
    Return,
    /// It is dropped; only side effects show.
    Drop,
    /// It goes into a local, from where it is returned twice.
    Local,
    /// It goes into memory; a reference into a global.
    Memory,
    /// It goes into a global.
    Global,
    /// An `i32` decides a branch; others are returned.
    If,
    /// An `i32` decides a `br_if`; others are returned.
    BrIf,
    /// An `i32` decides a `select`; others are returned.
    Select,
}

impl Use {
    /// All of them, the simplest first.
    pub const ALL: [Use; 8] =
        [Use::Return, Use::Drop, Use::Local, Use::Memory, Use::Global, Use::If, Use::BrIf, Use::Select];
}

/// An operator with operands and a use of its result.
#[derive(Clone, Debug)]
pub struct Case {
    /// The operator.
    pub typed: Typed,
    /// The operands, and where each comes from.
    pub operands: Vec<(Source, Value)>,
    /// What is done with its result.
    pub usage: Use,
}

impl Case {
    /// The operator with operands that follow from `rng`.
    pub fn new(typed: Typed, sources: [Source; MAX_OPERANDS], usage: Use, rng: &mut Rng) -> Case {
        let values = operand_values(&typed, rng);
        let from = |source, value| if has_constant(value) || source != Source::Const { source } else { Source::Param };
        let operands = sources.into_iter().zip(values).map(|(source, value)| (from(source, value), value)).collect();
        Case { typed, operands, usage }
    }

    /// Any case of this operator.
    pub fn random(typed: Typed, rng: &mut Rng) -> Case {
        let sources = std::array::from_fn(|_| *rng.choose(&Source::ALL));
        let usage = *rng.choose(&Use::ALL);
        Case::new(typed, sources, usage, rng)
    }

    /// The function, under this name.
    fn function(&self, name: String) -> Function {
        let mut writer = Writer { body: Body::new(), locals: Vec::new(), params: self.params() };
        writer.operands(&self.operands, &self.typed.params);
        writer.body = writer.body.operator(&self.typed.operator);
        let results = writer.results(&self.typed, self.usage);
        Function { name, params: self.params(), results, locals: writer.locals, body: writer.body }
    }

    fn params(&self) -> Vec<ValType> {
        let operands = self.operands.iter().zip(&self.typed.params);
        operands.filter(|((source, _), _)| *source != Source::Const).map(|(_, ty)| *ty).collect()
    }

    fn arguments(&self) -> Vec<Value> {
        let operands = self.operands.iter().filter(|(source, _)| *source != Source::Const);
        operands.map(|(_, value)| *value).collect()
    }
}

/// The laboratory with these cases, in the functions `c0`, `c1`, ...
pub fn module(cases: &[Case]) -> Vec<u8> {
    laboratory::module(cases.iter().enumerate().map(|(number, case)| case.function(format!("c{number}"))))
}

/// The calls of these cases, one after another on one instance.
pub fn script(cases: &[Case]) -> Script {
    let call = |(number, case): (usize, &Case)| Call { export: format!("c{number}"), arguments: case.arguments() };
    Script::new(cases.iter().enumerate().map(call))
}

fn operand_values(typed: &Typed, rng: &mut Rng) -> Vec<Value> {
    let offset = typed.offset;
    let counts = matches!(typed.name.get(..5), Some("Memor" | "Table"));
    let value = |(position, ty): (usize, &ValType)| match (offset, ty) {
        (Some(offset), ValType::I32) if position == 0 => Value::I32(laboratory::address(rng, offset) as i32),
        (Some(offset), ValType::I64) if position == 0 => Value::I64(laboratory::address(rng, offset) as i64),
        (None, ValType::I32) if counts && !rng.once_in(4) => Value::I32(rng.below(24) as i32),
        (None, ValType::I64) if counts && !rng.once_in(4) => Value::I64(rng.below(24) as i64),
        (None, ValType::I32) if counts => Value::I32(laboratory::address(rng, 0) as i32),
        (_, ValType::Ref(RefType::FUNCREF)) => function_or_null(rng),
        (_, ty) => edges::value(rng, public(*ty)).expect("BUG: these types have values"),
    };
    typed.params.iter().enumerate().map(value).collect()
}

fn function_or_null(rng: &mut Rng) -> Value {
    let index = rng.below(TYPES.len() + 2);
    Value::Ref(if index < TYPES.len() { Reference::Function(index as u32) } else { Reference::Null })
}

/// The type as the engines name it.
pub fn public(ty: ValType) -> falkirk::ValType {
    match ty {
        ValType::I32 => falkirk::ValType::I32,
        ValType::I64 => falkirk::ValType::I64,
        ValType::F32 => falkirk::ValType::F32,
        ValType::F64 => falkirk::ValType::F64,
        ValType::V128 => falkirk::ValType::V128,
        ValType::Ref(RefType::EXTERNREF) => falkirk::ValType::EXTERNREF,
        ValType::Ref(_) => falkirk::ValType::FUNCREF,
    }
}

/// Writes a case's function.
struct Writer {
    body: Body,
    locals: Vec<ValType>,
    params: Vec<ValType>,
}

impl Writer {
    fn op(&mut self, instruction: Instruction<'_>) {
        self.body = std::mem::take(&mut self.body).op(instruction);
    }

    fn new_local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        (self.params.len() + self.locals.len() - 1) as u32
    }

    /// Brings operands where they come from, then pushes them.
    fn operands(&mut self, operands: &[(Source, Value)], types: &[ValType]) {
        let mut pushes = Vec::new();
        let mut param = 0;
        for (position, ((source, value), ty)) in operands.iter().zip(types).enumerate() {
            pushes.push(self.prepare(*source, *value, *ty, param, position as i32));
            param += u32::from(*source != Source::Const);
        }
        for push in pushes {
            push.into_iter().for_each(|instruction| self.op(instruction));
        }
    }

    /// Gives the instructions that push the operand.
    fn prepare(
        &mut self,
        source: Source,
        value: Value,
        ty: ValType,
        param: u32,
        position: i32,
    ) -> Vec<Instruction<'static>> {
        let get = Instruction::LocalGet(param);
        let index = index_of(ty);
        let at = Instruction::I32Const(SCRATCH + 16 * position);
        match (source, access(ty)) {
            (Source::Const, _) => vec![constant(value, ty)],
            (Source::Local, _) => {
                let local = self.new_local(ty);
                self.op(get);
                self.op(Instruction::LocalSet(local));
                vec![Instruction::LocalGet(local)]
            }
            (Source::Memory, Some((load, store))) => {
                [at.clone(), get, store].into_iter().for_each(|instruction| self.op(instruction));
                vec![at, load]
            }
            (Source::Memory | Source::Global, _) => {
                vec![get, Instruction::GlobalSet(index), Instruction::GlobalGet(index)]
            }
            (Source::Block, _) => {
                let result = BlockType::Result(encoded(ty));
                let leave = [Instruction::GlobalGet(index_of(ValType::I32)), Instruction::BrIf(0)];
                [vec![Instruction::Block(result), get], leave.to_vec(), vec![Instruction::End]].concat()
            }
            (Source::Call, _) => vec![get, Instruction::Call(index)],
            (Source::Param, _) => vec![get],
        }
    }

    /// Uses the result, if there is one; gives the function's results.
    fn results(&mut self, typed: &Typed, usage: Use) -> Vec<ValType> {
        let Some(&ty) = typed.results.first() else { return Vec::new() };
        let is_exact = !is_arithmetic(typed.name);
        match (usage, ty) {
            (Use::Drop, _) => self.op(Instruction::Drop),
            (Use::Local, _) => {
                let local = self.new_local(ty);
                self.op(Instruction::LocalTee(local));
                let mut results = self.give(ty, is_exact);
                self.op(Instruction::LocalGet(local));
                results.extend(self.give(ty, is_exact));
                return results;
            }
            (Use::Memory, _) if access(ty).is_some() => {
                let (_, store) = access(ty).expect("BUG: there is one");
                let local = self.new_local(ty);
                self.op(Instruction::LocalSet(local));
                [Instruction::I32Const(SCRATCH), Instruction::LocalGet(local), store]
                    .into_iter()
                    .for_each(|instruction| self.op(instruction));
            }
            (Use::Memory | Use::Global, _) => self.op(Instruction::GlobalSet(index_of(ty))),
            (Use::If, ValType::I32) => {
                let result = BlockType::Result(encoded(ValType::I64));
                let arms = [Instruction::If(result), Instruction::I64Const(1), Instruction::Else];
                arms.into_iter().for_each(|instruction| self.op(instruction));
                [Instruction::I64Const(2), Instruction::End].into_iter().for_each(|instruction| self.op(instruction));
                return vec![ValType::I64];
            }
            (Use::BrIf, ValType::I32) => return self.branch(),
            (Use::Select, ValType::I32) => {
                let local = self.new_local(ty);
                self.op(Instruction::LocalSet(local));
                let select = [Instruction::F64Const(Ieee64::new(1)), Instruction::F64Const(Ieee64::new(2))];
                select.into_iter().for_each(|instruction| self.op(instruction));
                self.op(Instruction::LocalGet(local));
                self.op(Instruction::Select);
                return vec![ValType::F64];
            }
            _ => return self.give(ty, is_exact),
        }
        Vec::new()
    }

    /// `(block (br_if 0 result) return 1) return 2`, around all that was written.
    fn branch(&mut self) -> Vec<ValType> {
        let before = std::mem::take(&mut self.body);
        self.op(Instruction::Block(BlockType::Empty));
        self.body = std::mem::take(&mut self.body).then(before);
        let rest = [Instruction::BrIf(0), Instruction::I32Const(1), Instruction::Return, Instruction::End];
        rest.into_iter().for_each(|instruction| self.op(instruction));
        self.op(Instruction::I32Const(2));
        vec![ValType::I32]
    }

    /// The value as a result: floats that must be the same bit for bit as integers.
    fn give(&mut self, ty: ValType, is_exact: bool) -> Vec<ValType> {
        match ty {
            ValType::F32 if is_exact => {
                self.op(Instruction::I32ReinterpretF32);
                vec![ValType::I32]
            }
            ValType::F64 if is_exact => {
                self.op(Instruction::I64ReinterpretF64);
                vec![ValType::I64]
            }
            ValType::V128 if is_exact => {
                let local = self.new_local(ty);
                self.op(Instruction::LocalTee(local));
                self.op(Instruction::I64x2ExtractLane(0));
                self.op(Instruction::LocalGet(local));
                self.op(Instruction::I64x2ExtractLane(1));
                vec![ValType::I64; 2]
            }
            _ => vec![ty],
        }
    }
}

/// The position of a type, which is the index of its global and its function.
fn index_of(ty: ValType) -> u32 {
    TYPES.iter().position(|other| *other == ty).expect("BUG: one of the known types") as u32
}

/// Whether there is an instruction that pushes this value.
fn has_constant(value: Value) -> bool {
    !matches!(value, Value::Ref(Reference::MadeUp(_) | Reference::Opaque))
}

fn constant(value: Value, ty: ValType) -> Instruction<'static> {
    match value {
        Value::I32(value) => Instruction::I32Const(value),
        Value::I64(value) => Instruction::I64Const(value),
        Value::F32(bits) => Instruction::F32Const(Ieee32::new(bits)),
        Value::F64(bits) => Instruction::F64Const(Ieee64::new(bits)),
        Value::V128(bits) => Instruction::V128Const(bits as i128),
        Value::Ref(Reference::Function(index)) => Instruction::RefFunc(index),
        Value::Ref(_) if ty == ValType::Ref(RefType::EXTERNREF) => Instruction::RefNull(HeapType::EXTERN),
        Value::Ref(_) => Instruction::RefNull(HeapType::FUNC),
    }
}

/// The load and the store of a type, at the address on the stack.
fn access(ty: ValType) -> Option<(Instruction<'static>, Instruction<'static>)> {
    let plain = MemArg { offset: 0, align: 0, target: MemArgTarget::Memory(0), ordering: None };
    Some(match ty {
        ValType::I32 => (Instruction::I32Load(plain), Instruction::I32Store(plain)),
        ValType::I64 => (Instruction::I64Load(plain), Instruction::I64Store(plain)),
        ValType::F32 => (Instruction::F32Load(plain), Instruction::F32Store(plain)),
        ValType::F64 => (Instruction::F64Load(plain), Instruction::F64Store(plain)),
        ValType::V128 => (Instruction::V128Load(plain), Instruction::V128Store(plain)),
        ValType::Ref(_) => return None,
    })
}
