//! Chapter 8: from stack code to values that are made once, and from these to registers.

pub mod registers;
pub mod translate;

use std::fmt;

/// A value: the parameters first, then what the instructions make.
pub type Value = usize;

/// What an instruction takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A value.
    Value(Value),
    /// A constant, as it was written.
    Const(String),
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Value(value) => write!(f, "v{value}"),
            Operand::Const(number) => f.write_str(number),
        }
    }
}

/// A function without branches.
#[derive(Default)]
pub struct Function {
    /// The names of its parameters, which are the first values.
    pub parameters: Vec<String>,
    /// The instructions: names and operands. Each makes the next value.
    pub instructions: Vec<(String, Vec<Operand>)>,
    /// What is left on the stack at the end.
    pub results: Vec<Operand>,
}

impl Function {
    /// How many values there are.
    pub fn values(&self) -> usize {
        self.parameters.len() + self.instructions.len()
    }

    // ANCHOR: next_use
    /// The first instruction from this one on that takes the value. The last thing that takes values is the end.
    pub fn next_use(&self, value: Value, from: usize) -> Option<usize> {
        let takes = |operands: &[Operand]| operands.contains(&Operand::Value(value));
        let found = (from..self.instructions.len()).find(|index| takes(&self.instructions[*index].1));
        found.or_else(|| takes(&self.results).then_some(self.instructions.len()))
    }
    // ANCHOR_END: next_use
}
