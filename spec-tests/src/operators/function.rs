//! A case as a function.

use falkirk::diff::{Reference, Value};
use wasm_encoder::{BlockType, HeapType, Ieee32, Ieee64, Instruction, MemArg, MemArgTarget};
use wasmparser::{RefType, ValType};

use super::case::{Case, Source, Use};
use super::laboratory::{Function, encoded};
use super::signatures::{TYPES, Typed};
use super::table::is_arithmetic;
use crate::build::Body;

/// Where stored operands and results are kept in memory 0.
const SCRATCH: i32 = 0x800;

/// The function, under this name.
pub fn of(case: &Case, name: String) -> Function {
    let mut writer = Writer { body: Body::new(), locals: Vec::new(), params: case.params() };
    writer.operands(&case.operands, &case.typed.params);
    writer.body = writer.body.operator(&case.typed.operator);
    let results = writer.results(&case.typed, case.usage);
    Function { name, params: case.params(), results, locals: writer.locals, body: writer.body }
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

    fn ops<'i>(&mut self, instructions: impl IntoIterator<Item = Instruction<'i>>) {
        instructions.into_iter().for_each(|instruction| self.op(instruction));
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
            self.ops(push);
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
                self.ops([at.clone(), get, store]);
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
            (Use::Local, _) => return self.twice(ty, is_exact),
            (Use::Memory | Use::Global, _) => {
                if !is_exact {
                    self.make_nans_canonical(typed.name, ty);
                }
                self.put(usage, ty);
            }
            (Use::If, ValType::I32) => return self.decide(),
            (Use::BrIf, ValType::I32) => return self.branch(),
            (Use::Select, ValType::I32) => return self.select(),
            _ => return self.give(ty, is_exact),
        }
        Vec::new()
    }

    /// Through a local, two times.
    fn twice(&mut self, ty: ValType, is_exact: bool) -> Vec<ValType> {
        let local = self.new_local(ty);
        self.op(Instruction::LocalTee(local));
        let mut results = self.give(ty, is_exact);
        self.op(Instruction::LocalGet(local));
        results.extend(self.give(ty, is_exact));
        results
    }

    /// Into memory or a global.
    fn put(&mut self, usage: Use, ty: ValType) {
        match access(ty) {
            Some((_, store)) if usage == Use::Memory => {
                let local = self.new_local(ty);
                self.op(Instruction::LocalSet(local));
                self.ops([Instruction::I32Const(SCRATCH), Instruction::LocalGet(local), store]);
            }
            _ => self.op(Instruction::GlobalSet(index_of(ty))),
        }
    }

    /// Replaces each NaN by the canonical one: other cases may look at its bits later.
    fn make_nans_canonical(&mut self, name: &str, ty: ValType) {
        let is_wide = name.starts_with("F64");
        let (nan, equal, choose) = match ty {
            ValType::F32 => (Instruction::F32Const(Ieee32::new(0x7fc0_0000)), Instruction::F32Eq, Instruction::Select),
            ValType::F64 => (Instruction::F64Const(Ieee64::new(0x7ff8 << 48)), Instruction::F64Eq, Instruction::Select),
            _ if is_wide => {
                (Instruction::V128Const(0x7ff8 << 48 | 0x7ff8 << 112), Instruction::F64x2Eq, Instruction::V128Bitselect)
            }
            _ => {
                let nans = (0..4).fold(0, |nans, lane| nans | 0x7fc0_0000 << (32 * lane));
                (Instruction::V128Const(nans), Instruction::F32x4Eq, Instruction::V128Bitselect)
            }
        };
        let local = self.new_local(ty);
        let get = Instruction::LocalGet(local);
        self.ops([Instruction::LocalTee(local), nan, get.clone(), get, equal, choose]);
    }

    fn decide(&mut self) -> Vec<ValType> {
        let result = BlockType::Result(encoded(ValType::I64));
        self.ops([Instruction::If(result), Instruction::I64Const(1), Instruction::Else]);
        self.ops([Instruction::I64Const(2), Instruction::End]);
        vec![ValType::I64]
    }

    fn select(&mut self) -> Vec<ValType> {
        let local = self.new_local(ValType::I32);
        self.op(Instruction::LocalSet(local));
        self.ops([Instruction::F64Const(Ieee64::new(1)), Instruction::F64Const(Ieee64::new(2))]);
        self.ops([Instruction::LocalGet(local), Instruction::Select]);
        vec![ValType::F64]
    }

    /// `(block (br_if 0 result) return 1) return 2`, around all that was written.
    fn branch(&mut self) -> Vec<ValType> {
        let before = std::mem::take(&mut self.body);
        self.op(Instruction::Block(BlockType::Empty));
        self.body = std::mem::take(&mut self.body).then(before);
        self.ops([Instruction::BrIf(0), Instruction::I32Const(1), Instruction::Return, Instruction::End]);
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
