//! Functions that are compiled in place of a call: small ones of the same module.
//!
//! The callee's body is translated where the call stands, with variables of its own for its locals, and a block that
//! stands for it, which `return` branches to the end of. Its operators keep their places: a source location names an
//! entry of a table that says which function the operator belongs to, and which call that is compiled in place of.

use std::collections::HashMap;
use std::sync::Arc;

use falkirk_runtime::module::ModuleInfo;
use wasmparser::{FunctionBody, Operator as O, OperatorsReader};

use super::state::FunctionTranslator;
use super::{BUG, ModuleEnv, body_of, body_size};
use crate::unit::{Inlined, Position};

/// The size of a body, in bytes, up to which it is compiled in place of calls: of functions that read a field, say. (To
/// take in bodies of 60 bytes made modules that an optimiser had seen no faster, and their compilation a sixth slower.)
const SMALL_BODY: usize = 20;

/// The size up to which a function that calls itself is compiled in place of that call, which takes as long as a turn of
/// a loop.
const SMALL_RECURSIVE_BODY: usize = 60;

/// How many locals such a body may declare.
const FEW_LOCALS: u32 = 8;

/// How many parameters such a function may have.
const FEW_PARAMS: usize = 16;

/// How deep functions are compiled in place of calls within each other.
const MAX_DEPTH: u32 = 3;

/// How often a function that calls itself is compiled in place of that call. Two turns made `fib` 2.6 times as fast, a
/// third added a tenth.
const MAX_TURNS: usize = 2;

/// How many bytes of bodies any function may take in, and how many more for each byte of its own.
const BASE_BUDGET: usize = 400;
const BUDGET_PER_BYTE: usize = 1;

/// How many bytes of bodies a function may take in at most.
const MAX_BUDGET: usize = 20_000;

/// What inlining keeps.
#[derive(Default)]
pub(super) struct Inlining {
    /// The operators of inlined functions that a source location names.
    pub(super) table: Vec<Inlined>,
    /// The functions whose bodies are open: the one that is translated, then those inlined within each other.
    open: Vec<u32>,
    /// How many bytes of bodies may still be taken in.
    budget: usize,
    /// The module, and which of its functions are fit for inlining, as far as that was looked at.
    module: Option<Arc<ModuleInfo>>,
    fit: HashMap<u32, bool>,
}

impl Inlining {
    /// Starts with a function.
    pub(super) fn start(&mut self, env: &ModuleEnv, index: u32, body_size: usize) {
        self.table.clear();
        self.open.clear();
        self.open.push(index);
        self.budget = (BASE_BUDGET + BUDGET_PER_BYTE * body_size).min(MAX_BUDGET);
        if self.module.as_ref().is_none_or(|module| !Arc::ptr_eq(module, &env.info)) {
            self.module = Some(env.info.clone());
            self.fit.clear();
        }
    }

    /// Whether a function may be compiled in place of a call here.
    fn allows(&mut self, env: &ModuleEnv, index: u32) -> bool {
        let turns = self.open.iter().filter(|open| **open == index).count();
        if !env.is_compiled(index) || self.open.len() > MAX_DEPTH as usize || turns > MAX_TURNS {
            return false;
        }
        let body = body_of(env, index);
        let size = body_size(&body);
        let small = if turns > 0 { SMALL_RECURSIVE_BODY } else { SMALL_BODY };
        size <= small.min(self.budget) && *self.fit.entry(index).or_insert_with(|| is_fit(&body))
    }
}

/// Whether a small body is fit for being inlined: it is run through once, and ends where its caller goes on.
fn is_fit(body: &FunctionBody<'_>) -> bool {
    let locals = BUG(body.get_locals_reader());
    let counts = locals.into_iter().map(|local| u64::from(BUG(local).0));
    if counts.sum::<u64>() > FEW_LOCALS.into() {
        return false;
    }
    let mut reader = OperatorsReader::new(BUG(body.get_binary_reader_for_operators()));
    // What ends in a trap is rarely called.
    let mut traps = false;
    while !reader.eof() {
        match BUG(reader.read()) {
            O::Loop { .. } | O::ReturnCall { .. } | O::ReturnCallIndirect { .. } | O::ReturnCallRef { .. } => {
                return false;
            }
            O::End => {}
            operator => traps = matches!(operator, O::Unreachable),
        }
    }
    !traps
}

/// A call that a function is compiled in place of.
#[derive(Clone, Copy)]
pub(super) struct InlinedCall {
    /// The callee.
    function: u32,
    /// The call.
    position: Position,
}

impl FunctionTranslator<'_> {
    /// The position of the operator that is translated.
    pub(super) fn position(&mut self) -> Position {
        let Some(InlinedCall { function, position }) = self.inlined else { return Position(self.offset) };
        let operator = Inlined { function, offset: self.offset, call: position };
        let table = &mut self.buffers.inlining.table;
        if table.last() != Some(&operator) {
            table.push(operator);
        }
        Position(Position::INLINED + table.len() as u32 - 1)
    }

    /// Compiles a function of the module in place of a call, if it is small enough. Tells whether it did.
    pub(super) fn inline(&mut self, index: u32) -> bool {
        if self.ends_in_trap || !self.buffers.inlining.allows(self.env, index) {
            return false;
        }
        let body = body_of(self.env, index);
        let ty = self.env.info.functions[index as usize];
        let params = self.env.info.types[ty as usize].0.params().len();
        if params > FEW_PARAMS || !self.buffers.locals.has_room_for(params + FEW_LOCALS as usize) {
            return false;
        }
        self.buffers.inlining.budget -= body_size(&body);
        self.buffers.inlining.open.push(index);
        let call = InlinedCall { function: index, position: self.position() };
        let caller = (self.offset, self.inlined.replace(call), self.function_frame, self.buffers.locals.first);
        self.enter_inlined(ty, &body);
        self.operators(&body);
        self.buffers.locals.truncate_to_first();
        (self.offset, self.inlined, self.function_frame, self.buffers.locals.first) = caller;
        self.buffers.inlining.open.pop();
        true
    }

    /// Makes locals of the arguments on the stack, and opens the callee's body.
    fn enter_inlined(&mut self, ty: u32, body: &FunctionBody<'_>) {
        let params = self.env.info.types[ty as usize].0.params();
        let first = self.buffers.stack.len() - params.len();
        let locals = self.buffers.locals.len();
        for (position, ty) in params.iter().enumerate() {
            let value = self.value(self.buffers.stack[first + position]);
            self.declare_param(*ty, value);
        }
        self.buffers.stack.truncate(first);
        self.declare_inlined_locals(body);
        self.buffers.locals.first = locals;
        self.function_frame = self.buffers.frames.len();
        self.open_inlined(ty);
    }
}
