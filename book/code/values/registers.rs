//! Values to registers.

use std::io::Write;

use super::{Function, Operand, Value, translate::translate};
use crate::programs::{Result, number};

/// Where values are while code is made, and the code.
struct Allocator<'a> {
    function: &'a Function,
    /// What is in each register.
    registers: Vec<Option<Value>>,
    /// Which values are on the stack: the index is the place there.
    stack: Vec<Value>,
    code: Vec<String>,
}

impl Allocator<'_> {
    // ANCHOR: free
    /// A register with nothing in it that is needed from this instruction on. Those in `keep` are not taken.
    fn free(&mut self, from: usize, keep: &[usize]) -> usize {
        let next_use = |register: usize| match self.registers[register] {
            None => usize::MAX,
            Some(value) => self.function.next_use(value, from).unwrap_or(usize::MAX),
        };
        // The one that is needed latest, or never.
        let candidates = (0..self.registers.len()).filter(|register| !keep.contains(register));
        let register = candidates.rev().max_by_key(|register| next_use(*register)).expect("at least two registers");
        if next_use(register) != usize::MAX {
            self.spill(register);
        }
        register
    }
    // ANCHOR_END: free

    /// Puts what is in a register on the stack, unless a copy is there already.
    fn spill(&mut self, register: usize) {
        let value = self.registers[register].expect("a value that is needed");
        if !self.stack.contains(&value) {
            self.code.push(format!("stack[{}] = r{register}", self.stack.len()));
            self.stack.push(value);
        }
    }

    /// Where an operand of this instruction is, after it was brought into a register.
    fn fetch(&mut self, operand: &Operand, at: usize, keep: &mut Vec<usize>) -> String {
        let value = match operand {
            Operand::Const(number) => return number.clone(),
            Operand::Value(value) => *value,
        };
        let register = self.registers.iter().position(|found| *found == Some(value)).unwrap_or_else(|| {
            let register = self.free(at, keep);
            let place = self.stack.iter().position(|found| *found == value).expect("a value is somewhere");
            self.code.push(format!("r{register} = stack[{place}]"));
            self.registers[register] = Some(value);
            register
        });
        keep.push(register);
        format!("r{register}")
    }

    /// The places of operands.
    fn fetch_all(&mut self, operands: &[Operand], at: usize, keep: &mut Vec<usize>) -> String {
        // What is in a register stays there while the others are fetched.
        let here = |operand: &Operand| match operand {
            Operand::Value(value) => self.registers.iter().position(|found| *found == Some(*value)),
            Operand::Const(_) => None,
        };
        keep.extend(operands.iter().filter_map(here));
        operands.iter().map(|operand| self.fetch(operand, at, keep)).collect::<Vec<_>>().join(", ")
    }

    // ANCHOR: allocate
    fn allocate(&mut self) {
        for (index, (name, operands)) in self.function.instructions.iter().enumerate() {
            let operands = self.fetch_all(operands, index, &mut Vec::new());
            // From the next instruction on: an operand that nobody needs any more leaves its register to the result.
            let register = self.free(index + 1, &[]);
            self.code.push(format!("r{register} = {name} {operands}"));
            self.registers[register] = Some(self.function.parameters.len() + index);
        }
        let results = self.fetch_all(&self.function.results, self.function.instructions.len(), &mut Vec::new());
        self.code.push(format!("return {results}"));
    }
    // ANCHOR_END: allocate
}

/// Code for a function on a machine with so many registers. Parameters are in the first ones, and where there are not
/// enough, on the stack.
pub fn allocate(function: &Function, registers: usize) -> Vec<String> {
    let parameters = 0..function.parameters.len();
    let (here, beyond) =
        (parameters.start..parameters.end.min(registers), registers.min(parameters.end)..parameters.end);
    let mut places: Vec<Option<Value>> = here.map(Some).collect();
    places.resize(registers, None);
    let mut allocator = Allocator { function, registers: places, stack: beyond.collect(), code: Vec::new() };
    allocator.allocate();
    allocator.code
}

/// Prints code for a machine with as many registers as the first word says.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let (registers, words) = words.split_first().ok_or("wanted: NUMBER INSTRUCTION...")?;
    let registers = number(registers)?;
    if registers < 2 {
        return Err("an instruction with two operands needs two registers".into());
    }
    for line in allocate(&translate(words)?, registers) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
