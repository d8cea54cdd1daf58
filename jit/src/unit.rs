//! What compilation makes: plain data without addresses, so that it can be kept in a file and used by another process.
//!
//! The arrays have one number per element and are sorted, so that a signal handler, or a process that mapped them from a
//! file, searches them as they are.

mod check;
mod codec;

/// The machine code of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The code of the functions, then the bridges. It runs wherever it stands.
    pub text: Vec<u8>,
    /// For each function that the module defines, where its code is in the text: in order, and empty for one without
    /// machine code.
    pub functions: Vec<Range>,
    /// The bridges from the host to machine code, by the module's type index. Equal types share one.
    pub bridges: Vec<(u32, Range)>,
    /// The gates from machine code to other code, by the module's type index, one for equal types. They stand in a text
    /// of their own, since the engine keeps copies of them.
    pub gates: Vec<(u32, Range)>,
    /// The text of the gates.
    pub gate_text: Vec<u8>,
    /// The instructions of the text that can trap: their offsets, in order.
    pub trap_offsets: Vec<u32>,
    /// For each of them, the number of the `Exit`.
    pub trap_codes: Vec<u8>,
    /// Where the code of an operator ends in the text, in order. Each function's end is one. What can trap, and calls, have
    /// their operator; for other instructions it is one nearby.
    pub place_ends: Vec<u32>,
    /// For each of them, the operator: a [`Position`].
    pub place_positions: Vec<u32>,
    /// The operators that stand in a function which was compiled into another.
    pub inlined: Vec<Inlined>,
}

/// The number of the `Exit` of the check of the stack.
const STACK_EXHAUSTED: u8 = 64;

impl Unit {
    // ANCHOR: trap_at
    /// The number of the `Exit` if the instruction at this offset of the text is one that can trap. The signal handler
    /// calls this.
    pub fn trap_at(&self, offset: u32) -> Option<u8> {
        let at = self.trap_offsets.binary_search(&offset).ok()?;
        self.trap_codes.get(at).copied()
    }
    // ANCHOR_END: trap_at

    /// Which of the functions that the module defines the code at this offset belongs to.
    pub fn function_at(&self, offset: u32) -> Option<u32> {
        let at = self.functions.partition_point(|code| code.end <= offset);
        self.functions.get(at).is_some_and(|code| code.start <= offset).then_some(at as u32)
    }

    /// The operator that the code at this offset belongs to.
    pub fn position_at(&self, offset: u32) -> Option<Position> {
        let at = self.place_ends.partition_point(|end| *end <= offset);
        // Behind the last one nothing fails, but an interrupt may come there.
        self.place_positions.get(at).or(self.place_positions.last()).map(|position| Position(*position))
    }

    /// The operators, by function and offset in the module's bytes, that the code at this offset belongs to. The
    /// innermost comes first: those after it are calls to functions that were compiled into their callers.
    ///
    /// The check of the stack belongs to no operator: a function that it stops has not begun, and has no frame.
    ///
    /// `imported` is how many functions the module imports.
    pub fn frames_at(&self, offset: u32, imported: u32) -> impl Iterator<Item = (u32, u32)> {
        let begun = self.trap_at(offset) != Some(STACK_EXHAUSTED);
        let outermost = self.function_at(offset).filter(|_| begun).map(|function| imported + function);
        let mut next = outermost.and_then(|_| self.position_at(offset));
        std::iter::from_fn(move || {
            let Position(position) = next.take()?;
            let Some(inlined) = position.checked_sub(Position::INLINED) else {
                return Some((outermost?, position));
            };
            let Inlined { function, offset, call } = self.inlined[inlined as usize];
            next = Some(call);
            Some((function, offset))
        })
    }
}

/// Where something stands in a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Where it starts.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Range {
    /// Its bytes in the text.
    pub fn of(self, text: &[u8]) -> &[u8] {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether nothing stands there.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// An operator: its offset in the module's bytes or, from [`Position::INLINED`] on, the number of an [`Inlined`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position(pub u32);

impl Position {
    /// The first number that is not an offset.
    pub const INLINED: u32 = 1 << 31;
}

/// An operator of a function that was compiled into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inlined {
    /// The function's index in its module.
    pub function: u32,
    /// The operator's offset in the module's bytes.
    pub offset: u32,
    /// The call that stood there.
    pub call: Position,
}

#[cfg(test)]
mod tests {
    use falkirk_runtime::vm::{Exit, Stop};

    use super::*;

    /// Function 0 without code, function 1 at 0..10, function 2 at 16..40 with a call that was compiled into it.
    fn unit() -> Unit {
        let range = |start, end| Range { start, end };
        Unit {
            functions: vec![range(0, 0), range(0, 10), range(16, 40)],
            trap_offsets: vec![4, 9, 20],
            trap_codes: vec![1, STACK_EXHAUSTED, 7],
            place_ends: vec![6, 24, 40],
            place_positions: vec![100, Position::INLINED + 1, 300],
            inlined: vec![
                Inlined { function: 9, offset: 77, call: Position(250) },
                Inlined { function: 8, offset: 55, call: Position(Position::INLINED) },
            ],
            ..Unit::default()
        }
    }

    #[test]
    fn traps_are_found_by_their_exact_offset() {
        let unit = unit();
        assert_eq!([3, 4, 5, 20, 99].map(|offset| unit.trap_at(offset)), [None, Some(1), None, Some(7), None]);
    }

    #[test]
    fn code_is_found_by_any_offset_within_it() {
        let unit = unit();
        let found = [0, 9, 10, 15, 16, 39, 40].map(|offset| unit.function_at(offset));
        assert_eq!(found, [Some(1), Some(1), None, None, Some(2), Some(2), None]);
    }

    #[test]
    fn frames_start_with_the_innermost() {
        let unit = unit();
        let frames = |offset| unit.frames_at(offset, 5).collect::<Vec<_>>();
        assert_eq!(frames(5), [(6, 100)]);
        assert_eq!(frames(20), [(8, 55), (9, 77), (7, 250)]);
        assert_eq!(frames(30), [(7, 300)]);
        assert_eq!((frames(9), frames(12)), (vec![], vec![]));
        assert_eq!(Exit::from(Stop::StackExhausted).0, STACK_EXHAUSTED.into());
    }
}
