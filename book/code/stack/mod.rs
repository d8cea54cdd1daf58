//! Chapter 4: a stack machine with ten instructions, run twice: once with values, and once with their types.

pub mod machine;
pub mod table;
pub mod types;

use std::io::Write;

use crate::programs::Result;

/// Prints an instruction, and the stack behind it.
fn line<T: std::fmt::Display>(instruction: &str, stack: &[T], out: &mut dyn Write) -> Result<()> {
    let entries: Vec<String> = stack.iter().map(T::to_string).collect();
    writeln!(out, "{instruction:18} [{}]", entries.join(", "))?;
    Ok(())
}
