//! A function's code as text: for people who want to see what became of a function.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `template` | an instruction's text, with places for what its words say |
//! | `names` | the operators' names |
//! | `operands`, `instructions` | the templates of both, from their types |
//! | `catalogue` | all instructions, by the address of their handler |
//! | `line` | an instruction's words, as its template wants them shown |

pub(crate) mod catalogue;
mod instructions;
mod line;
mod names;
mod operands;
pub(crate) mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use falkirk_runtime::Error;
use falkirk_runtime::engine::Settings;
use falkirk_runtime::module::{ModuleInfo, Naming};

use crate::translate::explain::{Instruction, Noted, targets};
use crate::translate::{Translator, text};
use line::Frame;
use template::Field;

/// A function's code.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Its instructions, in order.
    pub lines: Vec<Line>,
    /// How many words of 64 bits they take.
    pub words: usize,
    /// How many slots the frame has.
    pub slots: usize,
    /// How many of them are for temporaries.
    pub temporaries: usize,
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct Line {
    /// The number of its first word.
    pub at: usize,
    /// The label of a branch's target that it is.
    pub label: Option<String>,
    /// Its text.
    pub text: String,
    /// The offsets in the module of the operators that it does the work of, in order. None for what every call does.
    pub operators: Vec<usize>,
}

/// The code of the function `index`, which the module defines.
///
/// # Errors
///
/// The function passes one of the translator's limits.
pub fn explain(info: &ModuleInfo, index: u32, settings: Settings, names: &dyn Naming) -> Result<Listing, Error> {
    // What pays fuel or reports steps would only stand in the way.
    let settings = Settings { fuel: false, tracing: false, ..settings };
    let mut operators = Vec::new();
    let number = index - info.imported_functions;
    let noted = Translator::default().note(info, number, settings, |offset, operator| {
        operators.push((offset, text::mnemonic(operator)));
    })?;
    let labels = labels(&noted);
    let frame = Frame { info, names, noted: &noted, labels: &labels };
    let shown = |instruction: &Instruction| {
        let named = instruction.operators.iter().filter_map(|offset| {
            let found = operators.binary_search_by_key(offset, |(offset, _)| *offset).ok()?;
            Some(operators[found].1.clone())
        });
        Line {
            at: instruction.at,
            label: frame.label(instruction.at),
            text: frame.show(instruction, &named.collect::<Vec<_>>()),
            operators: instruction.operators.clone(),
        }
    };
    Ok(Listing {
        lines: noted.instructions.iter().map(shown).collect(),
        words: noted.words.len(),
        slots: noted.slots,
        temporaries: noted.slots - usize::from(noted.temps),
    })
}

/// The words that branches lead to, in order.
fn labels(noted: &Noted) -> Vec<usize> {
    let catalogue = catalogue::catalogue();
    let mut found = BTreeSet::new();
    for instruction in &noted.instructions {
        let words = &noted.words[instruction.at..][..instruction.words];
        let Some(form) = catalogue.form(words[0]) else { continue };
        for half in form.text.arguments(Field::Target) {
            found.insert(line::target(instruction.at, line::int(words, half)));
        }
        for word in form.text.arguments(Field::WordTargets) {
            let all = (0..targets(words)).map(|entry| line::int(words, 4 * word + 2 * entry));
            found.extend(all.map(|offset| line::target(instruction.at, offset)));
        }
    }
    found.into_iter().collect()
}
