//! What compilation makes: plain data without addresses, so that it can be kept in a file and used by another process.

/// The machine code of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The code of the functions, then the bridges. It runs wherever it stands.
    pub text: Vec<u8>,
    /// For each function that the module defines, where its code is in the text; empty for one without machine code.
    pub functions: Vec<Range>,
    /// The bridges from the host to machine code, by the module's type index.
    pub bridges: Vec<(u32, Range)>,
    /// The gates from machine code to other code, by the module's type index. They stand in a text of their own, since
    /// the engine keeps copies of them.
    pub gates: Vec<(u32, Range)>,
    /// The text of the gates.
    pub gate_text: Vec<u8>,
    /// The instructions of the text that can trap: their offsets, in order.
    pub trap_offsets: Vec<u32>,
    /// For each of them, the number of the `Exit`.
    pub trap_codes: Vec<u8>,
    /// Where the text's code for an operator ends (in order), and the operator. Only what can trap, and calls, have one.
    pub places: Vec<Place>,
    /// The operators that stand in a function which was compiled into another.
    pub inlined: Vec<Inlined>,
}

/// Where something stands in a text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Where it starts.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// Which operator some code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The code, in the text.
    pub code: Range,
    /// The operator.
    pub position: Position,
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
