//! Stack code to values.

use std::collections::BTreeMap;
use std::io::Write;

use super::{Function, Operand};
use crate::programs::Result;
use crate::slots::{constant, local};
use crate::stack::table::find;

/// The function so far, and what is known of the stack and of the locals.
#[derive(Default)]
struct Translator {
    function: Function,
    stack: Vec<Operand>,
    locals: BTreeMap<String, Operand>,
}

impl Translator {
    // ANCHOR: translate
    fn translate(&mut self, instruction: &str) -> Result<()> {
        if let Some(number) = constant(instruction) {
            self.stack.push(Operand::Const(number.to_owned()));
        } else if let Some(name) = local(instruction, "local.get") {
            self.stack.push(self.locals[name].clone());
        } else if let Some(name) = local(instruction, "local.set") {
            self.locals.insert(name.to_owned(), self.stack.pop().expect("BUG: the code is not valid"));
        } else {
            let (name, takes, ..) = find(instruction)?;
            let operands = self.stack.split_off(self.stack.len() - takes.len());
            self.function.instructions.push(((*name).to_owned(), operands));
            self.stack.push(Operand::Value(self.function.values() - 1));
        }
        Ok(())
    }
    // ANCHOR_END: translate
}

/// Translates the instructions that the words are. Every local that is read is a parameter.
pub fn translate(words: &[String]) -> Result<Function> {
    let mut translator = Translator::default();
    for name in words.iter().filter_map(|word| local(word, "local.get")) {
        if !translator.locals.contains_key(name) {
            let value = Operand::Value(translator.function.parameters.len());
            translator.locals.insert(name.to_owned(), value);
            translator.function.parameters.push(name.to_owned());
        }
    }
    for word in words {
        translator.translate(word)?;
    }
    translator.function.results = translator.stack;
    Ok(translator.function)
}

/// Prints the values of the instructions that the words are.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let function = translate(words)?;
    for (value, name) in function.parameters.iter().enumerate() {
        writeln!(out, "v{value} is the parameter {name}")?;
    }
    for (index, (name, operands)) in function.instructions.iter().enumerate() {
        writeln!(out, "v{} = {name} {}", function.parameters.len() + index, joined(operands))?;
    }
    if !function.results.is_empty() {
        writeln!(out, "return {}", joined(&function.results))?;
    }
    Ok(())
}

fn joined(operands: &[Operand]) -> String {
    operands.iter().map(Operand::to_string).collect::<Vec<_>>().join(", ")
}
