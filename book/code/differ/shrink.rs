//! From a program that shows a difference to a small one that still does.

use std::io::Write;

use super::optimise::RULES;
use super::random::{self, Rng, program};
use super::{differ, is_valid};
use crate::programs::{Result, expect};

// ANCHOR: shrink
/// Takes instructions away, many at once and then fewer, as long as the program stays valid and `fails`.
pub fn shrink(words: &[String], fails: impl Fn(&[String]) -> bool) -> Vec<String> {
    let mut words = words.to_vec();
    let mut length = words.len();
    while length > 0 {
        let smaller = (0..=words.len() - length).find_map(|start| {
            let rest = [&words[..start], &words[start + length..]].concat();
            (is_valid(&rest) && fails(&rest)).then_some(rest)
        });
        match smaller {
            Some(smaller) => words = smaller,
            None => length -= 1,
        }
        length = length.min(words.len());
    }
    words
}
// ANCHOR_END: shrink

/// Prints a program, and then what is left of it.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [source, seed] = expect(words, ["small|edges", "PROGRAM"])?;
    let program = program(&mut Rng::new(seed.parse()?), random::source(source)?);
    if !differ(&program, &RULES) {
        return Err(format!("the engines agree about program {seed}").into());
    }
    let small = shrink(&program, |words| differ(words, &RULES));
    writeln!(out, "{} instructions: {}\n", program.len(), program.join(", "))?;
    writeln!(out, "{} instructions: {}", small.len(), small.join(", "))?;
    Ok(())
}
