//! The first way: each value goes into the slot of its height.

use std::io::Write;

use super::{constant, local, print};
use crate::programs::Result;
use crate::stack::table::find;

// ANCHOR: translate
/// Translates one instruction. `height` is the height of the stack before it, and then behind it.
fn translate(instruction: &str, height: &mut usize, code: &mut Vec<String>) -> Result<()> {
    if let Some(source) = constant(instruction).or(local(instruction, "local.get")) {
        code.push(format!("t{height} = {source}"));
        *height += 1;
    } else if let Some(target) = local(instruction, "local.set") {
        *height -= 1;
        code.push(format!("{target} = t{height}"));
    } else {
        let (name, takes, ..) = find(instruction)?;
        *height -= takes.len();
        let operands: Vec<String> = (0..takes.len()).map(|i| format!("t{}", *height + i)).collect();
        code.push(format!("t{height} = {name} {}", operands.join(", ")));
        *height += 1;
    }
    Ok(())
}
// ANCHOR_END: translate

/// Translates the instructions that the words are.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let (mut height, mut code) = (0, Vec::new());
    for word in words {
        translate(word, &mut height, &mut code)?;
    }
    print(&code, out)
}
