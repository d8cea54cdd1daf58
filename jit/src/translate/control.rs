//! Blocks and branches (section 4.4.8).
//!
//! A label gets a CLIF block only once something branches to it: a block that nothing branches to the end of goes on in
//! the CLIF block where it ends. What a branch carries are the parameters of the label's CLIF block. Code that can't be
//! reached is not translated.

use std::collections::HashMap;

use cranelift_codegen::ir::{Block, BlockArg, BlockCall, Inst, InstBuilder, JumpTableData, Type, Value};
use falkirk_runtime::{Trap, ValType};
use wasmparser::{BlockType, BrTable as Targets};

use super::BUG;
use super::state::{FunctionTranslator, Operand};
use crate::abi::{stop_code, value_type};

/// An open block.
pub(super) struct Frame {
    kind: Kind,
    /// Where branches to it go; `None` while nothing branches to its end.
    label: Option<Block>,
    /// How many operands are below its parameters.
    floor: usize,
    params: Signature,
    results: Signature,
    /// The number of the code that stands in this block but not in blocks within it. Each instruction of it dominates
    /// all that comes later while the block, or this arm of it, is open.
    pub(super) region: u32,
}

/// What kind of block it is.
#[derive(Clone, Copy)]
enum Kind {
    /// The function that is translated.
    Function,
    /// A function that is compiled in place of a call.
    Inlined,
    /// A `block`.
    Block,
    /// A `loop`.
    Loop,
    /// An `if` up to its `else`: the branch over it, and where that goes to.
    If { branch: Inst, otherwise: Block },
    /// An `if` from its `else` on.
    Else,
}

/// The types of a block's parameters or results.
#[derive(Clone, Copy)]
pub(super) enum Signature {
    None,
    One(ValType),
    /// The parameters of a type of the module.
    Params(u32),
    /// Its results.
    Results(u32),
}

/// From this many distinct targets on, the branches of a `br_table` go through blocks of their own, so that what they
/// carry is looked up once for each.
const MANY_TARGETS: u32 = 64;

/// What a target of a `br_table` takes of the limit for values that branches carry.
const TARGET_VALUES: usize = 4;

impl FunctionTranslator<'_> {
    /// The types that a signature names.
    fn types<'s>(&'s self, signature: &'s Signature) -> &'s [ValType] {
        match signature {
            Signature::None => &[],
            Signature::One(ty) => std::slice::from_ref(ty),
            Signature::Params(index) => self.env.info.types[*index as usize].0.params(),
            Signature::Results(index) => self.env.info.types[*index as usize].0.results(),
        }
    }

    fn signatures(&self, ty: BlockType) -> (Signature, Signature) {
        match ty {
            BlockType::Empty => (Signature::None, Signature::None),
            BlockType::Type(ty) => (Signature::None, Signature::One(self.env.info.val_type(ty))),
            BlockType::FuncType(index) => (Signature::Params(index), Signature::Results(index)),
        }
    }

    /// A CLIF block whose parameters have these types.
    fn block_with(&mut self, signature: Signature) -> Block {
        let block = self.builder.create_block();
        let count = self.types(&signature).len();
        for position in 0..count {
            let ty: Type = value_type(self.types(&signature)[position]);
            self.builder.append_block_param(block, ty);
        }
        block
    }

    /// Pushes the parameters of a CLIF block.
    fn push_params(&mut self, block: Block) {
        let params = self.builder.func.dfg.block_params(block);
        self.buffers.stack.extend(params.iter().map(|&value| Operand::Value(value)));
    }

    fn open(&mut self, kind: Kind, label: Option<Block>, params: Signature, results: Signature) {
        self.regions += 1;
        let floor = self.buffers.stack.len() - self.types(&params).len();
        self.buffers.frames.push(Frame { kind, label, floor, params, results, region: self.regions });
    }

    /// Opens the body of the function that is translated, of this type.
    pub(super) fn open_function(&mut self, type_index: u32) {
        self.open(Kind::Function, None, Signature::None, Signature::Results(type_index));
    }

    /// Opens the body of a function that is compiled in place of a call.
    pub(super) fn open_inlined(&mut self, type_index: u32) {
        self.open(Kind::Inlined, None, Signature::None, Signature::Results(type_index));
    }

    pub(super) fn block(&mut self, ty: BlockType) {
        let (params, results) = self.signatures(ty);
        self.open(Kind::Block, None, params, results);
    }

    pub(super) fn loop_(&mut self, ty: BlockType) {
        let (params, results) = self.signatures(ty);
        let header = self.block_with(params);
        self.jump(header, params);
        let floor = self.buffers.stack.len() - self.types(&params).len();
        self.buffers.stack.truncate(floor);
        self.builder.switch_to_block(header);
        self.push_params(header);
        self.open(Kind::Loop, Some(header), params, results);
        self.open_loops += 1;
        self.open_meter();
    }

    pub(super) fn if_(&mut self, ty: BlockType) {
        let condition = self.pop_condition();
        let (params, results) = self.signatures(ty);
        let (then, otherwise) = (self.builder.create_block(), self.builder.create_block());
        let branch = self.builder.ins().brif(condition, then, &[], otherwise, &[]);
        self.go_on_in(then);
        self.open(Kind::If { branch, otherwise }, None, params, results);
        // The other arm starts with the parameters too.
        let count = self.types(&params).len();
        if count > 0 {
            let first = self.buffers.stack.len() - count;
            self.buffers.stack.extend_from_within(first..);
            self.frame(0).floor += count;
        }
    }

    pub(super) fn else_(&mut self) {
        let Kind::If { otherwise, .. } = self.frame(0).kind else { panic!("BUG: an else without its if") };
        if self.dead.take().is_none() {
            self.jump_to_label(0);
        }
        self.begin_else(otherwise);
        self.frame(0).kind = Kind::Else;
    }

    /// Goes on at the start of the other arm of the innermost block, an `if`, with the parameters on the stack.
    fn begin_else(&mut self, otherwise: Block) {
        self.regions += 1;
        let (region, params) = (self.regions, self.frame(0).params);
        let count = self.types(&params).len();
        let frame = self.frame(0);
        frame.region = region;
        // The parameters were put by, below the floor.
        let floor = frame.floor;
        frame.floor -= count;
        self.buffers.stack.truncate(floor);
        self.go_on_in(otherwise);
    }

    pub(super) fn end(&mut self) {
        match self.frame(0).kind {
            Kind::Function => return self.end_function(),
            Kind::If { branch, otherwise } => self.end_if(branch, otherwise),
            Kind::Loop => return self.end_loop(),
            Kind::Block | Kind::Else | Kind::Inlined => {}
        }
        self.close();
    }

    /// Ends the innermost block, and goes on behind it.
    fn close(&mut self) {
        if self.frame(0).label.is_some() && self.dead.is_none() {
            self.jump_to_label(0);
        }
        let Some(frame) = self.buffers.frames.pop() else { return };
        let Some(label) = frame.label else { return };
        self.buffers.stack.truncate(frame.floor);
        self.go_on_in(label);
        self.push_params(label);
        self.dead = None;
    }

    /// An `if` without `else`: the other arm passes the parameters on.
    fn end_if(&mut self, branch: Inst, otherwise: Block) {
        let carries = !self.types(&self.frame_at(0).params).is_empty();
        match self.frame(0).label {
            // The branch over the `if` goes to its end.
            None if !carries => self.frame(0).label = Some(otherwise),
            Some(label) if !carries => self.builder.change_jump_destination(branch, otherwise, label),
            _ => {
                if self.dead.take().is_none() {
                    self.jump_to_label(0);
                }
                self.begin_else(otherwise);
            }
        }
    }

    fn end_loop(&mut self) {
        self.close_meter();
        self.open_loops -= 1;
        let Some(Frame { label: Some(header), .. }) = self.buffers.frames.pop() else {
            panic!("BUG: a loop without its start")
        };
        self.builder.seal_block(header);
    }

    fn end_function(&mut self) {
        if self.dead.is_none() {
            self.return_();
        }
        if let Some(label) = self.frame(0).label {
            self.buffers.stack.clear();
            self.go_on_in(label);
            self.push_params(label);
            self.return_();
        }
        self.buffers.frames.clear();
    }

    /// Seals a block, all branches to which are known, and goes on there.
    pub(super) fn go_on_in(&mut self, block: Block) {
        self.builder.seal_block(block);
        self.builder.switch_to_block(block);
    }

    /// The block so many levels out.
    fn frame(&mut self, depth: u32) -> &mut Frame {
        let index = self.buffers.frames.len() - 1 - depth as usize;
        &mut self.buffers.frames[index]
    }

    fn frame_at(&self, depth: u32) -> &Frame {
        &self.buffers.frames[self.buffers.frames.len() - 1 - depth as usize]
    }

    /// Whether the block so many levels out is the function that is translated.
    fn is_function(&self, depth: u32) -> bool {
        matches!(self.frame_at(depth).kind, Kind::Function)
    }

    /// What a branch to this block carries.
    fn carried(&self, depth: u32) -> Signature {
        let frame = self.frame_at(depth);
        if let Kind::Loop = frame.kind { frame.params } else { frame.results }
    }

    /// Where branches to this block go.
    fn label(&mut self, depth: u32) -> Block {
        if let Some(label) = self.frame(depth).label {
            return label;
        }
        let label = self.block_with(self.carried(depth));
        self.frame(depth).label = Some(label);
        label
    }

    /// The topmost operands, as many as the signature has, as values; they stay on the stack.
    fn settle(&mut self, signature: Signature) -> usize {
        let count = self.types(&signature).len();
        let first = self.buffers.stack.len() - count;
        for position in first..self.buffers.stack.len() {
            let value = self.value(self.buffers.stack[position]);
            self.buffers.stack[position] = Operand::Value(value);
        }
        self.carried_values += count;
        first
    }

    /// The operands from `first` on, which are values, as arguments of a branch.
    fn arguments(&self, first: usize) -> Vec<BlockArg> {
        let values = self.buffers.stack[first..].iter().map(|operand| match operand {
            Operand::Value(value) => BlockArg::Value(*value),
            _ => panic!("BUG: an operand is settled and has no value"),
        });
        values.collect()
    }

    /// Jumps with the topmost operands, which stay on the stack.
    fn jump(&mut self, block: Block, signature: Signature) {
        let first = self.settle(signature);
        let args = self.arguments(first);
        self.builder.ins().jump(block, &args);
    }

    fn jump_to_label(&mut self, depth: u32) {
        let label = self.label(depth);
        let carried = self.carried(depth);
        self.jump(label, carried);
    }

    /// Goes on to where nothing can be reached.
    pub(super) fn die(&mut self) {
        self.dead = Some(0);
        let floor = self.frame(0).floor;
        self.buffers.stack.truncate(floor);
    }

    pub(super) fn unreachable(&mut self) {
        self.placed(|builder| builder.ins().trap(stop_code(Trap::Unreachable)));
        self.mark_cold();
        self.die();
    }

    /// The block that ends here is rarely run.
    fn mark_cold(&mut self) {
        if let Some(block) = self.builder.current_block().filter(|block| *block != self.entry) {
            self.builder.set_cold_block(block);
        }
    }

    pub(super) fn br(&mut self, depth: u32) {
        if self.is_function(depth) {
            self.return_();
        } else {
            self.jump_to_label(depth);
        }
        self.die();
    }

    pub(super) fn br_if(&mut self, depth: u32) {
        let condition = self.pop_condition();
        self.branch_if(condition, depth, true);
    }

    /// Branches with the topmost operands, which stay on the stack, if the condition is (or is not) zero.
    fn branch_if(&mut self, condition: Value, depth: u32, nonzero: bool) {
        let label = self.label(depth);
        let first = self.settle(self.carried(depth));
        let args = self.arguments(first);
        let next = self.builder.create_block();
        if nonzero {
            self.builder.ins().brif(condition, label, &args, next, &[]);
        } else {
            self.builder.ins().brif(condition, next, &[], label, &args);
        }
        self.go_on_in(next);
    }

    /// `br_on_null`: the reference stays on the stack where the branch is not taken.
    pub(super) fn br_on_null(&mut self, depth: u32) {
        let reference = self.pop();
        self.branch_if(reference, depth, false);
        self.push(reference);
    }

    /// `br_on_non_null`: the branch carries the reference as its last value.
    pub(super) fn br_on_non_null(&mut self, depth: u32) {
        let reference = self.pop();
        self.push(reference);
        self.branch_if(reference, depth, true);
        self.pop_operand();
    }

    pub(super) fn br_table(&mut self, targets: &Targets<'_>) {
        let index = self.pop();
        let first = self.settle(self.carried(targets.default()));
        let args = self.arguments(first);
        // With values to carry, or many targets, each target is reached through a block of its own that carries them.
        let through = !args.is_empty() || targets.len() >= MANY_TARGETS;
        self.carried_values += TARGET_VALUES * targets.len() as usize;
        let mut stubs = HashMap::new();
        let mut calls: Vec<BlockCall> = Vec::with_capacity(targets.len() as usize + 1);
        for depth in targets.targets().map(BUG).chain([targets.default()]) {
            let target = match through {
                true => *stubs.entry(depth).or_insert_with(|| self.builder.create_block()),
                false => self.label(depth),
            };
            calls.push(self.builder.func.dfg.block_call(target, &[]));
        }
        let default = calls.len() - 1;
        let table = self.builder.create_jump_table(JumpTableData::new(calls[default], &calls[..default]));
        self.builder.ins().br_table(index, table);
        let mut stubs: Vec<(u32, Block)> = stubs.into_iter().collect();
        stubs.sort_unstable_by_key(|(_, stub)| *stub);
        for (depth, stub) in stubs {
            let label = self.label(depth);
            self.go_on_in(stub);
            self.builder.ins().jump(label, &args);
            self.carried_values += args.len();
        }
        self.die();
    }

    /// `return`.
    pub(super) fn leave(&mut self) {
        let depth = (self.buffers.frames.len() - 1 - self.function_frame) as u32;
        self.br(depth);
    }

    /// Returns from the function that is translated with the topmost operands, which stay on the stack.
    fn return_(&mut self) {
        let first = self.settle(self.buffers.frames[0].results);
        let values: Vec<Value> = self.arguments(first).iter().filter_map(BlockArg::as_value).collect();
        self.builder.ins().return_(&values);
    }
}
