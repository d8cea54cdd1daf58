//! Blocks and branches.
//!
//! At the start of a block the waiting locals become temporaries, since a branch inside may skip what sets them. The
//! values that a branch carries are moved only where they are not in the target's slots already. Code that can't be
//! reached is not translated.

use falkirk_runtime::module::ModuleInfo;
use wasmparser::{BlockType, BrTable as Targets};

use super::condition::Condition;
use super::stack::{Entry, Kind, Last, LastKind, NO_SLOT};
use super::{Translator, halves, halves_int};
use crate::exec::branch::{BACKWARD, Br, BrOnNull, BrTable, CopyBr, CopyTwoBr, FORWARD, LoopFuel, METERED};
use crate::exec::memory::{I32Load8U, Ld, Mem32};
use crate::exec::numeric::Move;
use crate::exec::operand::{A, Calc, I, S};
use crate::exec::state::{Handler, handler};
use crate::forms::{Class, LoadGroup, Scalar};
use crate::ops::I32Add;

/// What kind of block it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Function,
    Block,
    /// A loop: where its first instruction is.
    Loop {
        start: usize,
    },
    /// An `if`, with the branch to its `else` until that is bound.
    If {
        to_else: Option<usize>,
    },
}

/// An open block.
pub(super) struct Block {
    kind: BlockKind,
    /// How many entries of the stack are below it.
    floor: usize,
    /// The first slot of its parameters, and of its results.
    base: u16,
    params: Signature,
    results: Signature,
    /// The last of the branches to its end.
    fixups: Option<u32>,
    /// What the accumulators mirror at all of those branches.
    acc: Option<Mirrors>,
    /// What they mirrored at the branch to the `else`.
    else_acc: Mirrors,
}

/// Which slot each accumulator mirrors.
type Mirrors = [u16; 3];

/// What the accumulators mirror where two paths meet.
fn meet(a: Mirrors, b: Mirrors) -> Mirrors {
    std::array::from_fn(|class| if a[class] == b[class] { a[class] } else { NO_SLOT })
}

/// The classes of a block's parameters or results.
#[derive(Clone, Copy)]
enum Signature {
    None,
    One(Class),
    /// Parameters (false) or results (true) of a type of the module.
    Type(u32, bool),
    /// The function's results.
    Function,
}

/// A branch whose target is not known yet: the half of a word that takes the offset (the low half of word `n` is
/// `2 * n`), the branch's own start, and the fixup before it of the same block.
pub(super) struct Fixup {
    cell: usize,
    origin: usize,
    next: Option<u32>,
}

impl Translator {
    pub(super) fn open_function(&mut self) {
        self.blocks.push(Block {
            kind: BlockKind::Function,
            floor: 0,
            base: self.temps as u16,
            params: Signature::None,
            results: Signature::Function,
            fixups: None,
            acc: None,
            else_acc: [NO_SLOT; 3],
        });
    }

    /// Pushes temporaries for what a signature names.
    fn push_all(&mut self, info: &ModuleInfo, signature: Signature) {
        match signature {
            Signature::None => {}
            Signature::One(class) => {
                self.push_temp(class);
            }
            Signature::Type(index, results) => {
                let ty = &info.types[index as usize].0;
                for &ty in if results { ty.results() } else { ty.params() } {
                    self.push_temp(Class::of(ty));
                }
            }
            Signature::Function => {
                for position in 0..self.result_types.len() {
                    self.push_temp(Class::of(self.result_types[position]));
                }
            }
        }
    }

    fn count(&self, info: &ModuleInfo, signature: Signature) -> usize {
        match signature {
            Signature::None => 0,
            Signature::One(_) => 1,
            Signature::Type(index, false) => info.types[index as usize].0.params().len(),
            Signature::Type(index, true) => info.types[index as usize].0.results().len(),
            Signature::Function => self.result_types.len(),
        }
    }

    fn signatures(&self, info: &ModuleInfo, ty: BlockType) -> (Signature, Signature) {
        match ty {
            BlockType::Empty => (Signature::None, Signature::None),
            BlockType::Type(ty) => (Signature::None, Signature::One(Class::of(info.val_type(ty)))),
            BlockType::FuncType(index) => (Signature::Type(index, false), Signature::Type(index, true)),
        }
    }

    fn open(&mut self, info: &ModuleInfo, kind: BlockKind, ty: BlockType) {
        let (params, results) = self.signatures(info, ty);
        let floor = self.stack.len() - self.count(info, params);
        let base = self.stack.get(floor).map_or_else(|| self.height(), |entry| entry.base);
        let else_acc = self.acc;
        self.blocks.push(Block { kind, floor, base, params, results, fixups: None, acc: None, else_acc });
    }

    /// Makes temporaries of what a block must find in its place: the waiting locals and the block's parameters.
    fn settle_for_block(&mut self, info: &ModuleInfo, ty: BlockType) {
        self.settle_locals();
        let (params, _) = self.signatures(info, ty);
        let count = self.count(info, params);
        self.materialise_from(self.stack.len() - count);
    }

    pub(super) fn block(&mut self, info: &ModuleInfo, ty: BlockType) {
        self.settle_for_block(info, ty);
        self.open(info, BlockKind::Block, ty);
    }

    pub(super) fn loop_(&mut self, info: &ModuleInfo, ty: BlockType) {
        self.assigned.straight = false;
        self.settle_for_block(info, ty);
        if self.metered {
            self.emit(handler::<LoopFuel>, &[0]);
            self.loop_fuel.push(1);
        }
        self.forget();
        self.open(info, BlockKind::Loop { start: self.code.len() }, ty);
    }

    pub(super) fn if_(&mut self, info: &ModuleInfo, ty: BlockType) {
        self.assigned.straight = false;
        let condition = self.pop();
        let (params, _) = self.signatures(info, ty);
        if self.waiting > 0 || self.count(info, params) > 0 {
            // The condition keeps its slot while what is below it settles.
            let condition = Entry { kind: Kind::Local(self.in_slot(condition)), ..condition };
            self.settle_for_block(info, ty);
            self.open_if(info, ty, condition);
        } else {
            self.open_if(info, ty, condition);
        }
    }

    fn open_if(&mut self, info: &ModuleInfo, ty: BlockType, condition: Entry) {
        let condition = self.condition(condition, true, true);
        let at = self.emit_condition(
            &condition,
            if condition.unless { condition.forms.unless } else { condition.forms.forward },
        );
        self.open(info, BlockKind::If { to_else: Some(at) }, ty);
    }

    pub(super) fn else_(&mut self, info: &ModuleInfo) {
        if !self.dead_code() {
            self.settle_results(info);
            let at = self.emit(handler::<Br<FORWARD>>, &[0]);
            let block = self.blocks.len() - 1;
            self.add_fixup(block, 2 * (at + 1), at);
        }
        self.dead = None;
        let block = self.blocks.len() - 1;
        if let BlockKind::If { to_else: Some(at) } = self.blocks[block].kind {
            self.blocks[block].kind = BlockKind::If { to_else: None };
            self.patch(2 * (at + 1), at, self.code.len());
        }
        self.land(self.blocks[block].else_acc);
        self.reset_stack(self.blocks[block].floor);
        let params = self.blocks[block].params;
        self.push_all(info, params);
    }

    /// Whether the code here can't be reached.
    pub(super) fn dead_code(&self) -> bool {
        self.dead.is_some()
    }

    /// Puts the results of the innermost block, which are all that stands above its floor, in their places.
    fn settle_results(&mut self, info: &ModuleInfo) {
        let block = &self.blocks[self.blocks.len() - 1];
        let count = self.count(info, block.results);
        self.materialise_from(self.stack.len() - count);
    }

    pub(super) fn end(&mut self, info: &ModuleInfo) {
        let index = self.blocks.len() - 1;
        if index == 0 {
            return self.end_function(info);
        }
        if !self.dead_code() {
            self.settle_results(info);
        }
        let Some(block) = self.blocks.pop() else { return };
        let mut arriving = block.acc;
        match block.kind {
            BlockKind::If { to_else: Some(at) } => {
                self.patch(2 * (at + 1), at, self.code.len());
                arriving = Some(arriving.map_or(block.else_acc, |acc| meet(acc, block.else_acc)));
            }
            BlockKind::Loop { start } if self.metered => {
                self.code[start - 1] = self.loop_fuel.pop().unwrap_or_default();
            }
            _ => {}
        }
        self.bind(block.fixups);
        if let Some(arriving) = arriving {
            let falling = !self.dead_code();
            self.land(if falling { meet(arriving, self.acc) } else { arriving });
            self.dead = None;
        }
        self.reset_stack(block.floor);
        self.push_all(info, block.results);
    }

    fn end_function(&mut self, info: &ModuleInfo) {
        let fixups = self.blocks[0].fixups.take();
        if !self.dead_code() {
            if fixups.is_some() {
                self.settle_results(info);
            } else {
                self.return_();
            }
        }
        if fixups.is_some() {
            self.bind(fixups);
            self.forget();
            self.reset_stack(0);
            self.push_all(info, Signature::Function);
            self.return_();
        }
        self.blocks.clear();
    }

    fn reset_stack(&mut self, floor: usize) {
        while self.stack.len() > floor {
            self.pop();
        }
    }

    /// Goes on to where nothing can be reached.
    pub(super) fn die(&mut self) {
        self.assigned.straight = false;
        self.dead = Some(0);
        let floor = self.blocks[self.blocks.len() - 1].floor;
        self.reset_stack(floor);
    }

    fn add_fixup(&mut self, block: usize, cell: usize, origin: usize) {
        let acc = self.blocks[block].acc;
        self.blocks[block].acc = Some(acc.map_or(self.acc, |acc| meet(acc, self.acc)));
        let next = self.blocks[block].fixups;
        self.blocks[block].fixups = Some(self.fixups.len() as u32);
        self.fixups.push(Fixup { cell, origin, next });
    }

    /// Binds branches to the place that comes next.
    fn bind(&mut self, mut fixups: Option<u32>) {
        while let Some(index) = fixups {
            let Fixup { cell, origin, next } = self.fixups[index as usize];
            self.patch(cell, origin, self.code.len());
            fixups = next;
        }
    }

    /// Goes on where control may arrive from elsewhere, with accumulators that mirror this on all ways there.
    fn land(&mut self, acc: Mirrors) {
        self.forget();
        self.acc = acc;
    }

    /// Writes the offset from `origin` to `target` into a half of a word.
    fn patch(&mut self, cell: usize, origin: usize, target: usize) {
        let offset = (target as i64 - origin as i64) as i32;
        let word = &mut self.code[cell / 2];
        let shift = 32 * (cell % 2);
        *word = *word & !(0xffff_ffff << shift) | u64::from(offset as u32) << shift;
    }

    fn target(&self, depth: u32) -> usize {
        self.blocks.len() - 1 - depth as usize
    }

    /// The signature of what a branch to a block carries.
    fn carried(&self, block: usize) -> Signature {
        match self.blocks[block].kind {
            BlockKind::Loop { .. } => self.blocks[block].params,
            _ => self.blocks[block].results,
        }
    }

    /// Whether the values that a branch to a block carries stand elsewhere than it expects them.
    fn needs_moves(&self, info: &ModuleInfo, block: usize) -> bool {
        let count = self.count(info, self.carried(block));
        let values = &self.stack[self.stack.len() - count..];
        let in_place = |entry: &Entry| entry.kind == Kind::Temp;
        count > 0 && (values[0].base != self.blocks[block].base || !values.iter().all(in_place))
    }

    /// Moves the values that a branch to a block carries to where it expects them; the stack stays as it is.
    fn move_carried(&mut self, info: &ModuleInfo, block: usize) {
        let count = self.count(info, self.carried(block));
        let first = self.stack.len() - count;
        let base = self.blocks[block].base;
        if count <= 4 {
            let mut slot = base;
            for position in first..self.stack.len() {
                let entry = self.stack[position];
                if entry.kind != Kind::Temp || entry.base != slot {
                    self.copy(entry, slot);
                }
                slot += entry.class.slots() as u16;
            }
            return;
        }
        let from = self.stack[first].base;
        let slots = self.height() - from;
        if from != base {
            self.emit(handler::<Move>, &[halves([base, from, slots, 0])]);
            self.acc = [NO_SLOT; 3];
        }
    }

    /// Many values are put in order once and for all, so that each further branch moves them in one step.
    fn prepare_carried(&mut self, info: &ModuleInfo, block: usize) {
        let count = self.count(info, self.carried(block));
        if count > 4 {
            self.materialise_from(self.stack.len() - count);
        }
    }

    /// Emits the jump to a block.
    fn jump_to(&mut self, block: usize) {
        if let BlockKind::Loop { start, .. } = self.blocks[block].kind {
            let handler: Handler = if self.metered { handler::<Br<METERED>> } else { handler::<Br<BACKWARD>> };
            let at = self.emit(handler, &[0]);
            self.patch(2 * (at + 1), at, start);
        } else if let Some(at) = self.copy_and_jump() {
            self.add_fixup(block, 2 * (at + 1), at);
        } else {
            let at = self.emit(handler::<Br<FORWARD>>, &[0]);
            self.add_fixup(block, 2 * (at + 1), at);
        }
    }

    /// Makes a jump forwards one with the copies of integers just before it.
    fn copy_and_jump(&mut self) -> Option<usize> {
        let last = self.last.filter(|last| last.class == Class::Int)?;
        let (handler, words, len): (Handler, [u64; 2], usize) = match last.kind {
            LastKind::Copy { from } => (handler::<CopyBr>, [halves([0, 0, last.dst, from]), 0], 1),
            LastKind::CopyTwo { first: (to, source), from } => {
                (handler::<CopyTwoBr>, [halves([0, 0, to, source]), halves([last.dst, from, 0, 0])], 2)
            }
            _ => return None,
        };
        // The copies still happen, so what the accumulators mirror after them stays as it is.
        self.code.truncate(last.at);
        Some(self.emit(handler, &words[..len]))
    }

    pub(super) fn br(&mut self, info: &ModuleInfo, depth: u32) {
        let block = self.target(depth);
        if block == 0 {
            self.return_();
        } else {
            self.prepare_carried(info, block);
            self.move_carried(info, block);
            self.jump_to(block);
        }
        self.die();
    }

    pub(super) fn br_if(&mut self, info: &ModuleInfo, depth: u32) {
        self.assigned.straight = false;
        let block = self.target(depth);
        let mut condition = self.pop();
        let count = self.count(info, self.carried(block));
        if count > 4 {
            condition = Entry { kind: Kind::Local(self.in_slot(condition)), ..condition };
            self.prepare_carried(info, block);
        }
        if self.needs_moves(info, block) {
            let condition = self.condition(condition, true, true);
            let handler = if condition.unless { condition.forms.unless } else { condition.forms.forward };
            let at = self.emit_condition(&condition, handler);
            let acc = self.acc;
            self.move_carried(info, block);
            self.jump_to(block);
            self.patch(2 * (at + 1), at, self.code.len());
            self.land(acc);
            return;
        }
        if let BlockKind::Loop { start, .. } = self.blocks[block].kind {
            let condition = self.condition(condition, false, false);
            let handler = if self.metered { condition.forms.metered } else { condition.forms.backward };
            let at = self.emit_condition(&condition, handler);
            self.patch(2 * (at + 1), at, start);
        } else {
            let condition = self.condition(condition, false, true);
            let handler = if condition.unless { condition.forms.unless } else { condition.forms.forward };
            let at = self.emit_condition(&condition, handler);
            self.add_fixup(block, 2 * (at + 1), at);
        }
    }

    fn emit_condition(&mut self, condition: &Condition, handler: Handler) -> usize {
        self.emit(handler, &condition.words[..condition.len])
    }

    pub(super) fn br_table(&mut self, info: &ModuleInfo, targets: &Targets<'_>) {
        let index = self.pop();
        let carried = self.target(targets.default());
        let count = targets.len();
        let few = self.count(info, self.carried(carried)) <= 4;
        let shifted = self.fresh(index).and_then(|last| self.step(last, Scalar::I32)).filter(|_| few);
        let at = if let Some((words, add)) = shifted.and_then(|(add, a, imm)| self.byte_match(add, a, imm, count)) {
            if let Some(load) = self.prev {
                self.retract(add);
                self.retract(load);
            }
            self.emit(handler::<BrTable<ByteMatch, 3>>, &words)
        } else if let Some((add, a, imm)) = shifted {
            // A `match` whose first pattern is not 0 subtracts that first.
            let acc = add.acc[Class::Int as usize] == a;
            self.retract(add);
            let handler: Handler = match acc {
                true => handler::<BrTable<Calc<I32Add, A, I<8>>, 3>>,
                false => handler::<BrTable<Calc<I32Add, S<5>, I<8>>, 3>>,
            };
            self.emit(handler, &[halves_int(0, a, count as i32), u64::from(imm as u32)])
        } else {
            let slot = self.in_slot(index);
            self.prepare_carried(info, carried);
            let acc = self.src(Entry { kind: Kind::Local(slot), class: Class::Int, ..index }).is_acc();
            let handler: Handler = if acc { handler::<BrTable<A, 2>> } else { handler::<BrTable<S<5>, 2>> };
            self.emit(handler, &[halves_int(0, slot, count as i32)])
        };
        let table = self.code.len();
        self.code.resize(table + (count as usize + 2) / 2, 0);
        self.table_epoch += 1;
        self.table_stubs.resize(self.blocks.len().max(self.table_stubs.len()), (0, 0));
        let all = targets.targets().map(super::BUG).chain([targets.default()]);
        let acc = self.acc;
        for (position, depth) in all.enumerate() {
            self.land(acc);
            self.table_target(info, 2 * table + position, at, depth);
        }
        self.die();
    }

    /// The words of a `br_table` on a byte loaded at a sum, less a constant: the heart of many an interpreter.
    fn byte_match(&self, add: Last, a: u16, imm: i32, count: u32) -> Option<([u64; 2], Last)> {
        let load = self.prev.filter(|load| load.dst == a && a >= self.height())?;
        match load.kind {
            LastKind::LoadSum { forms, a, b, offset } if forms.group == LoadGroup::I32(1) => {
                let words = [halves_int(a, b, count as i32), u64::from(imm as u32) | u64::from(offset) << 32];
                Some((words, add))
            }
            _ => None,
        }
    }

    /// One target of a `br_table`: the block itself or, where there is more to do than to jump there, a stub that does
    /// it, made once for each block.
    fn table_target(&mut self, info: &ModuleInfo, cell: usize, at: usize, depth: u32) {
        let block = self.target(depth);
        let direct = !matches!(self.blocks[block].kind, BlockKind::Loop { .. }) && !self.needs_moves(info, block);
        if direct {
            return self.add_fixup(block, cell, at);
        }
        if self.table_stubs[block].0 != self.table_epoch {
            self.table_stubs[block] = (self.table_epoch, self.code.len() as u32);
            self.move_carried(info, block);
            self.jump_to(block);
        }
        let stub = self.table_stubs[block].1 as usize;
        self.patch(cell, at, stub);
    }

    /// `br_on_null`, and with `non_null` its opposite, whose target takes the reference as its last value.
    pub(super) fn br_on_null(&mut self, info: &ModuleInfo, depth: u32, non_null: bool) {
        self.assigned.straight = false;
        let block = self.target(depth);
        let reference = self.pop();
        let slot = self.materialise(reference);
        if non_null {
            self.push_temp(Class::Int);
        }
        self.prepare_carried(info, block);
        let simple = !matches!(self.blocks[block].kind, BlockKind::Loop { .. }) && !self.needs_moves(info, block);
        let taken: Handler = if non_null { handler::<BrOnNull<true>> } else { handler::<BrOnNull<false>> };
        let opposite: Handler = if non_null { handler::<BrOnNull<false>> } else { handler::<BrOnNull<true>> };
        let at = self.emit(if simple { taken } else { opposite }, &[halves([0, 0, slot, 0])]);
        if simple {
            self.add_fixup(block, 2 * (at + 1), at);
        } else {
            let acc = self.acc;
            self.move_carried(info, block);
            self.jump_to(block);
            self.patch(2 * (at + 1), at, self.code.len());
            self.land(acc);
        }
        if non_null {
            self.pop();
        } else {
            self.push_temp(Class::Int);
        }
    }

    /// Counts an operator for the fuel of the loop or function that it stands in.
    pub(super) fn count_fuel(&mut self) {
        match self.loop_fuel.last_mut() {
            Some(fuel) => *fuel += 1,
            None => self.fuel += 1,
        }
    }
}

/// The byte at the sum of the slots at halfwords 4 and 5, plus the 32 bits at halfword 8.
type ByteMatch = Calc<I32Add, Ld<I32Load8U, Mem32<10>, Calc<I32Add, S<4>, S<5>>>, I<8>>;
