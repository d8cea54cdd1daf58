//! Chapter 6: a program on each of the interpreters in `steps/`.

use std::io::Write;

use falkirk_book_steps::STEPS;
use falkirk_book_steps::programs::PROGRAMS;

use crate::programs::{Result, expect};

/// Runs the program that the first word names with the number that the second one is.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [name, n] = expect(words, ["PROGRAM", "NUMBER"])?;
    let program = PROGRAMS.iter().find(|program| program.name == name);
    let program = program.ok_or_else(|| format!("there is no program `{name}`"))?;
    let n: i32 = n.parse()?;
    for step in &STEPS {
        writeln!(
            out,
            "{:9} {:>10}  after {} instructions",
            step.name,
            (step.run)(program, n),
            (step.count)(program, n)
        )?;
    }
    Ok(())
}
