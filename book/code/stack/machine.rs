//! The machine: values on a stack.

use std::io::Write;

use super::line;
use super::table::{constant, find};
use crate::programs::Result;

// ANCHOR: step
/// Executes one instruction.
pub(crate) fn step(instruction: &str, stack: &mut Vec<i64>) -> Result<()> {
    if let Some((_, value)) = constant(instruction)? {
        stack.push(value);
        return Ok(());
    }
    let (_, takes, _, does) = find(instruction)?;
    let operands = stack.split_off(stack.len() - takes.len());
    stack.push(does(&operands));
    Ok(())
}
// ANCHOR_END: step

/// Executes the instructions that the words are.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let mut stack = Vec::new();
    for word in words {
        step(word, &mut stack)?;
        line(word, &stack, out)?;
    }
    Ok(())
}
