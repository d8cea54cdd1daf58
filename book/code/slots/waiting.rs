//! The second way: locals and constants wait until somebody takes them. And the third: a local is written directly.

use std::io::Write;

use super::{constant, local, print};
use crate::programs::Result;
use crate::stack::table::find;

// ANCHOR: entry
/// What is known of a value on the stack.
#[derive(Clone, PartialEq)]
enum Entry {
    /// It is in the slot of its height.
    Temporary,
    /// It is a constant or a local, and nothing has been done about it yet.
    Waiting(String),
}
// ANCHOR_END: entry

/// The code so far, and what is on the stack.
#[derive(Default)]
struct Translator {
    code: Vec<(String, String)>,
    stack: Vec<Entry>,
}

impl Translator {
    // ANCHOR: translate
    fn translate(&mut self, instruction: &str) -> Result<()> {
        if let Some(source) = constant(instruction).or(local(instruction, "local.get")) {
            self.stack.push(Entry::Waiting(source.to_owned()));
        } else if let Some(target) = local(instruction, "local.set") {
            self.set(target);
        } else {
            let (name, takes, ..) = find(instruction)?;
            let mut operands: Vec<String> = takes.iter().map(|_| self.pop()).collect();
            operands.reverse();
            self.emit(format!("t{}", self.stack.len()), format!("{name} {}", operands.join(", ")));
            self.stack.push(Entry::Temporary);
        }
        Ok(())
    }

    /// Where the topmost value is.
    fn pop(&mut self) -> String {
        match self.stack.pop().expect("BUG: the code is not valid") {
            Entry::Temporary => format!("t{}", self.stack.len()),
            Entry::Waiting(source) => source,
        }
    }
    // ANCHOR_END: translate

    // ANCHOR: set
    fn set(&mut self, target: &str) {
        let top = self.stack.len() - 1;
        let source = self.pop();
        self.save(target);
        match self.code.last_mut() {
            // The instruction before has just written this temporary. Let it write the local.
            Some((place, _)) if *place == source && source == format!("t{top}") => *place = target.to_owned(),
            _ => self.emit(target.to_owned(), source),
        }
    }

    /// Before a local is changed: whoever still waits for its old value gets it now.
    fn save(&mut self, target: &str) {
        for height in 0..self.stack.len() {
            if self.stack[height] == Entry::Waiting(target.to_owned()) {
                self.stack[height] = Entry::Temporary;
                self.emit(format!("t{height}"), target.to_owned());
            }
        }
    }
    // ANCHOR_END: set

    fn emit(&mut self, place: String, value: String) {
        self.code.push((place, value));
    }
}

/// Translates the instructions that the words are.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let mut translator = Translator::default();
    for word in words {
        translator.translate(word)?;
    }
    let code: Vec<String> = translator.code.iter().map(|(place, value)| format!("{place} = {value}")).collect();
    print(&code, out)
}

#[cfg(test)]
mod tests {
    fn translated(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let mut out = Vec::new();
        super::run(&words, &mut out).expect("it translates");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn old_values_are_saved() {
        let words = ["local.get $x", "i32.const 5", "local.set $x", "local.get $x", "i32.sub", "local.set $y"];
        assert_eq!(translated(&words), "  0  t0 = $x\n  1  $x = 5\n  2  $y = i32.sub t0, $x\n");
    }

    #[test]
    fn results_go_to_their_locals() {
        let words = ["local.get $x", "local.get $x", "i32.const 1", "i32.add", "local.set $x", "local.set $y"];
        assert_eq!(translated(&words), "  0  t1 = i32.add $x, 1\n  1  t0 = $x\n  2  $x = t1\n  3  $y = t0\n");
    }
}
