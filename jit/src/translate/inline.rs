//! Functions that are compiled in place of a call.

use super::state::FunctionTranslator;
use crate::unit::{Inlined, Position};

/// What inlining keeps.
#[derive(Default)]
pub(super) struct Inlining {
    /// The operators of inlined functions that a source location names.
    pub(super) table: Vec<Inlined>,
}

impl Inlining {
    /// Forgets the last function.
    pub(super) fn clear(&mut self) {
        self.table.clear();
    }
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
        let _ = index;
        false
    }
}
