//! Chapter 10: two engines that should do the same, random programs, and the search for a small one that shows otherwise.

pub mod optimise;
pub mod random;
pub mod shrink;

use std::io::Write;

use crate::programs::{Result, expect};
use crate::stack::{machine, types};
use crate::values::{Function, Operand, translate::translate};
use optimise::{RULES, Rule, optimise};
use random::{Rng, Source, program};

// ANCHOR: engines
/// The first engine: the stack machine of chapter 4.
pub fn first(words: &[String]) -> Vec<i64> {
    let mut stack = Vec::new();
    for word in words {
        machine::step(word, &mut stack).expect("BUG: the program is not valid");
    }
    stack
}

/// The second: the translator of chapter 8, an optimiser, and something that computes one value after another.
pub fn second(words: &[String], rules: &[Rule]) -> Vec<i64> {
    let function = optimise(translate(words).expect("BUG: the program is not valid"), rules);
    evaluate(&function)
}
// ANCHOR_END: engines

/// Computes the values of a function without parameters, and gives those that are left at the end.
fn evaluate(function: &Function) -> Vec<i64> {
    let mut values: Vec<i64> = Vec::new();
    let read = |values: &[i64], operand: &Operand| match operand {
        Operand::Value(value) => values[*value],
        Operand::Const(number) => number.parse().expect("BUG: a constant is a number"),
    };
    for (name, operands) in &function.instructions {
        let operands: Vec<i64> = operands.iter().map(|operand| read(&values, operand)).collect();
        let (.., does) = crate::stack::table::find(name).expect("BUG: there is no such instruction");
        values.push(does(&operands));
    }
    function.results.iter().map(|operand| read(&values, operand)).collect()
}

/// Whether a program is valid.
pub fn is_valid(words: &[String]) -> bool {
    types::run(words, &mut std::io::sink()).is_ok()
}

// ANCHOR: differ
/// Whether the engines differ about a program.
pub fn differ(words: &[String], rules: &[Rule]) -> bool {
    first(words) != second(words, rules)
}

/// The number of the first program about which the engines differ, of so many.
pub fn search(source: Source, programs: u64, rules: &[Rule]) -> Option<u64> {
    (0..programs).find(|seed| differ(&program(&mut Rng::new(*seed), source), rules))
}
// ANCHOR_END: differ

/// Tries so many programs, and says which is the first about which the engines differ.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [source, programs] = expect(words, ["small|edges", "PROGRAMS"])?;
    let source = random::source(source)?;
    match search(source, programs.parse()?, &RULES) {
        None => writeln!(out, "{programs} programs, no difference")?,
        Some(seed) => {
            let words = program(&mut Rng::new(seed), source);
            writeln!(out, "program {seed}, {} instructions", words.len())?;
            writeln!(out, "first:  {:?}", first(&words))?;
            writeln!(out, "second: {:?}", second(&words, &RULES))?;
        }
    }
    Ok(())
}
