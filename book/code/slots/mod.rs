//! Chapter 5: from stack code to code with places, in three ways, each a little better than the one before.

pub mod naive;
pub mod waiting;

use std::io::Write;

use crate::programs::Result;

/// Prints the code, numbered.
fn print(code: &[String], out: &mut dyn Write) -> Result<()> {
    for (index, instruction) in code.iter().enumerate() {
        writeln!(out, "{index:3}  {instruction}")?;
    }
    Ok(())
}

/// The local that an instruction like `local.get $a` names.
pub(crate) fn local<'a>(instruction: &'a str, name: &str) -> Option<&'a str> {
    instruction.strip_prefix(name)?.strip_prefix(' ')
}

/// The number that a constant pushes.
pub(crate) fn constant(instruction: &str) -> Option<&str> {
    local(instruction, "i32.const").or_else(|| local(instruction, "i64.const"))
}
