//! The same machine, with types where the values were.

use std::io::Write;

use super::line;
use super::table::{Type, constant, find};
use crate::programs::Result;

// ANCHOR: step
/// Validates one instruction.
fn step(instruction: &str, stack: &mut Vec<Type>) -> Result<()> {
    if let Some((ty, _)) = constant(instruction)? {
        stack.push(ty);
        return Ok(());
    }
    let (name, takes, gives, _) = find(instruction)?;
    for wanted in takes.iter().rev() {
        match stack.pop() {
            None => return Err(format!("{name} wants {wanted}, and the stack is empty").into()),
            Some(found) if found != *wanted => return Err(format!("{name} wants {wanted}, and finds {found}").into()),
            Some(_) => {}
        }
    }
    stack.push(*gives);
    Ok(())
}
// ANCHOR_END: step

/// Validates the instructions that the words are.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let mut stack = Vec::new();
    for word in words {
        step(word, &mut stack)?;
        line(word, &stack, out)?;
    }
    Ok(())
}
