//! What a function does: it calls others, and keeps what they give.
//!
//! For each type there is a local that holds the last value of it. Arguments and results come from there or from
//! parameters; integers add up, so that no result is lost.

use falkirk::diff::{Rng, edges};
use wasm_encoder::{BlockType, HeapType, Ieee32, Ieee64, Instruction, MemArg, MemArgTarget, RefType, ValType};

use super::plan::{Plan, Signature, TYPES};
use crate::build::Body;

/// The global that counts down calls, so that all ends.
pub const FUEL: u32 = 0;

/// Where memory is written: at so many bytes above a multiple of 8.
const WRITE: MemArg = MemArg { offset: 64, align: 0, target: MemArgTarget::Memory(0), ordering: None };

/// Writes the body of one function.
pub struct Writer<'a> {
    plan: &'a Plan,
    ty: &'a Signature,
    rng: Rng,
    body: Body,
}

/// The body of function `number` of the module's own, and its locals.
pub fn body(plan: &Plan, number: usize) -> (Vec<ValType>, Body) {
    let ty = &plan.types[plan.functions[number]];
    let rng = Rng::new(plan.seed.wrapping_mul(31).wrapping_add(number as u64));
    let mut writer = Writer { plan, ty, rng, body: Body::new() };
    writer.count_down();
    for _ in 0..writer.rng.below(6) {
        writer.action();
    }
    writer.end();
    (TYPES.to_vec(), writer.body)
}

impl Writer<'_> {
    fn op(&mut self, instruction: Instruction<'_>) {
        self.body = std::mem::take(&mut self.body).op(instruction);
    }

    fn ops<'i>(&mut self, instructions: impl IntoIterator<Item = Instruction<'i>>) {
        instructions.into_iter().for_each(|instruction| self.op(instruction));
    }

    /// The local that holds the last value of a type.
    fn last(&self, ty: ValType) -> u32 {
        let position = TYPES.iter().position(|other| *other == ty).expect("BUG: one of the types");
        (self.ty.params.len() + position) as u32
    }

    /// Returns what is there when all calls are used up.
    fn count_down(&mut self) {
        self.ops([Instruction::GlobalGet(FUEL), Instruction::I32Eqz, Instruction::If(BlockType::Empty)]);
        self.push_all(&self.ty.results.clone());
        self.ops([Instruction::Return, Instruction::End]);
        self.ops([
            Instruction::GlobalGet(FUEL),
            Instruction::I32Const(1),
            Instruction::I32Sub,
            Instruction::GlobalSet(FUEL),
        ]);
    }

    fn action(&mut self) {
        match self.rng.below(16) {
            0 => self.write_memory(),
            1 => self.ops([Instruction::I32Const(1), Instruction::MemoryGrow(0), Instruction::Drop]),
            2 => self.change_table(),
            3 => self.maybe_trap(),
            4 => self.keep_function(),
            _ => self.call(),
        }
    }

    /// Writes the sum at an address that depends on it.
    fn write_memory(&mut self) {
        let (i32_last, i64_last) = (self.last(ValType::I32), self.last(ValType::I64));
        self.ops([
            Instruction::LocalGet(i32_last),
            Instruction::I32Const(0x3f8),
            Instruction::I32And,
            Instruction::LocalGet(i64_last),
            Instruction::I64Store(WRITE),
        ]);
    }

    fn change_table(&mut self) {
        let (place, function) = (self.any_function(), self.any_function());
        self.ops([
            Instruction::I32Const(place as i32),
            Instruction::RefFunc(function as u32),
            Instruction::TableSet(0),
        ]);
    }

    /// Traps for some values.
    fn maybe_trap(&mut self) {
        let last = self.last(ValType::I32);
        let rare = self.rng.below(32) as i32;
        self.ops([
            Instruction::LocalGet(last),
            Instruction::I32Const(31),
            Instruction::I32And,
            Instruction::I32Const(rare),
        ]);
        self.ops([Instruction::I32Eq, Instruction::If(BlockType::Empty)]);
        match self.rng.below(3) {
            0 => self.op(Instruction::Unreachable),
            1 => self.ops([
                Instruction::I32Const(1),
                Instruction::LocalGet(last),
                Instruction::LocalGet(last),
                Instruction::I32Sub,
                Instruction::I32DivU,
                Instruction::Drop,
            ]),
            _ => self.ops([Instruction::I32Const(-9), Instruction::I64Load(WRITE), Instruction::Drop]),
        }
        self.op(Instruction::End);
    }

    fn keep_function(&mut self) {
        let (function, local) = (self.any_function(), self.last(ValType::Ref(RefType::FUNCREF)));
        self.ops([Instruction::RefFunc(function as u32), Instruction::LocalSet(local)]);
    }

    fn any_function(&mut self) -> usize {
        self.rng.below(self.plan.all().len())
    }

    fn call(&mut self) {
        let function = self.any_function();
        let ty = self.plan.all()[function];
        let Signature { params, results } = self.plan.types[ty].clone();
        self.push_all(&params);
        let call = match self.rng.below(4) {
            0 => {
                self.through_table(function, |type_index| Instruction::CallIndirect { type_index, table_index: 0 }, ty)
            }
            1 => self.through_reference(function, Instruction::CallRef(ty as u32), ty),
            _ => Instruction::Call(function as u32),
        };
        self.op(call);
        results.iter().rev().for_each(|ty| self.keep(*ty));
    }

    /// Pushes the function's place in the table.
    fn through_table(
        &mut self,
        function: usize,
        call: impl Fn(u32) -> Instruction<'static>,
        ty: usize,
    ) -> Instruction<'static> {
        // Some places behind the functions are null, and the table ends.
        let place = if self.rng.once_in(40) { self.rng.below(self.plan.all().len() + 4) } else { function };
        self.op(Instruction::I32Const(place as i32));
        call(ty as u32)
    }

    /// Pushes a reference to the function, or rarely null.
    fn through_reference(&mut self, function: usize, call: Instruction<'static>, ty: usize) -> Instruction<'static> {
        match self.rng.once_in(40) {
            true => self.op(Instruction::RefNull(HeapType::Concrete(ty as u32))),
            false => self.op(Instruction::RefFunc(function as u32)),
        }
        call
    }

    /// Pushes a value of each type.
    fn push_all(&mut self, types: &[ValType]) {
        types.iter().for_each(|ty| self.push(*ty));
    }

    fn push(&mut self, ty: ValType) {
        let params = (0..).zip(&self.ty.params).filter(|(_, param)| **param == ty);
        let params: Vec<u32> = params.map(|(local, _)| local).collect();
        let instruction = match self.rng.below(4) {
            0 => self.constant(ty),
            1 if !params.is_empty() => Instruction::LocalGet(*self.rng.choose(&params)),
            _ => Instruction::LocalGet(self.last(ty)),
        };
        self.op(instruction);
    }

    fn constant(&mut self, ty: ValType) -> Instruction<'static> {
        match ty {
            ValType::I32 => Instruction::I32Const(*self.rng.choose(&edges::INTEGERS) as i32),
            ValType::I64 => Instruction::I64Const(*self.rng.choose(&edges::INTEGERS) as i64),
            ValType::F32 => Instruction::F32Const(Ieee32::new(*self.rng.choose(&edges::F32_MAGNITUDES))),
            ValType::F64 => Instruction::F64Const(Ieee64::new(*self.rng.choose(&edges::F64_MAGNITUDES))),
            ValType::V128 => Instruction::V128Const((i128::from(self.rng.next()) << 64) | i128::from(self.rng.next())),
            ValType::Ref(RefType::EXTERNREF) => Instruction::RefNull(HeapType::EXTERN),
            ValType::Ref(_) => {
                let function = self.any_function();
                Instruction::RefFunc(function as u32)
            }
        }
    }

    /// Pops a value of this type and keeps it.
    fn keep(&mut self, ty: ValType) {
        let last = self.last(ty);
        let mixing: &[Instruction<'static>] = match ty {
            ValType::I32 => &[Instruction::I32Const(31), Instruction::I32Mul, Instruction::I32Add],
            ValType::I64 => &[Instruction::I64Const(31), Instruction::I64Mul, Instruction::I64Add],
            ValType::V128 => &[Instruction::I8x16Popcnt, Instruction::I8x16Add],
            _ => &[],
        };
        if !mixing.is_empty() {
            self.op(Instruction::LocalGet(last));
            self.ops(mixing.iter().cloned());
        }
        self.op(Instruction::LocalSet(last));
    }

    /// Returns what was kept, or tail calls a function with the same results.
    fn end(&mut self) {
        let all = self.plan.all();
        let fits = |ty: &usize| self.plan.types[*ty].results == self.ty.results;
        let fitting: Vec<usize> = (0..all.len()).filter(|&function| fits(&all[function])).collect();
        if self.rng.once_in(2) {
            return self.push_all(&self.ty.results.clone());
        }
        let function = *self.rng.choose(&fitting);
        let ty = all[function];
        self.push_all(&self.plan.types[ty].params.clone());
        let call = match self.rng.below(3) {
            0 => self.through_table(
                function,
                |type_index| Instruction::ReturnCallIndirect { type_index, table_index: 0 },
                ty,
            ),
            1 => self.through_reference(function, Instruction::ReturnCallRef(ty as u32), ty),
            _ => Instruction::ReturnCall(function as u32),
        };
        self.op(call);
    }
}
