//! An instruction's words, shown as its template says.

use std::fmt::Write;

use falkirk_runtime::TypeId;
use falkirk_runtime::module::{ModuleInfo, Naming};
use falkirk_runtime::vm::GlobalPlace;

use super::catalogue::catalogue;
use super::names::{operator, vector_operator};
use super::template::{Field, Part};
use crate::translate::explain::{Instruction, Noted, targets};

/// What the words of a function's instructions refer to.
pub struct Frame<'a> {
    /// The module.
    pub info: &'a ModuleInfo,
    /// What things are called.
    pub names: &'a dyn Naming,
    /// The function.
    pub noted: &'a Noted,
    /// The words that branches lead to, in order.
    pub labels: &'a [usize],
}

/// The word that a branch at `at` leads to.
pub fn target(at: usize, offset: i32) -> usize {
    at.wrapping_add_signed(offset as isize)
}

/// Halfword `half` of an instruction.
fn half(words: &[u64], half: usize) -> u16 {
    (words[half / 4] >> (16 * (half % 4))) as u16
}

/// The 32 bits of an instruction that start at halfword `half`.
pub fn int(words: &[u64], half: usize) -> i32 {
    (words[half / 4] >> (16 * (half % 4))) as i32
}

/// Two words as bytes.
fn bytes(words: &[u64], word: usize) -> [u8; 16] {
    (u128::from(words[word]) | u128::from(words[word + 1]) << 64).to_le_bytes()
}

impl Frame<'_> {
    /// The label of a word, if a branch leads there.
    pub fn label(&self, word: usize) -> Option<String> {
        self.labels.binary_search(&word).ok().map(|position| format!("L{position}"))
    }

    fn target(&self, at: usize, offset: i32) -> String {
        self.label(target(at, offset)).unwrap_or_else(|| "?".into())
    }

    /// The text of an instruction that does the work of these operators.
    pub fn show(&self, instruction: &Instruction, operators: &[String]) -> String {
        let words = &self.noted.words[instruction.at..][..instruction.words];
        let Some(form) = catalogue().best(words[0], operators) else {
            return words.iter().fold("unknown:".into(), |text, word| format!("{text} {word:#018x}"));
        };
        let mut text = String::new();
        for part in form.text.parts() {
            match part {
                Part::Char(char) => text.push(char),
                Part::Field(field, at) => text.push_str(&self.field(instruction.at, words, field, usize::from(at))),
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// What a field stands for in an instruction at word `start`.
    fn field(&self, start: usize, words: &[u64], field: Field, at: usize) -> String {
        let fixed = || int(words, at) as u32;
        match field {
            Field::Slot => self.slot(half(words, at)),
            Field::Slots => self.slots(half(words, at), half(words, at + 1)),
            Field::TwoSlots => self.slots(half(words, at), 2),
            Field::ThreeSlots => self.slots(half(words, at), 3),
            Field::Number => half(words, at).to_string(),
            Field::Int16 => (half(words, at) as i16).to_string(),
            Field::Int32 => int(words, at).to_string(),
            Field::F32 => float(f64::from(f32::from_bits(fixed())), f32::from_bits(fixed()).to_string()),
            Field::WordInt => (words[at] as i64).to_string(),
            Field::WordF64 => float(f64::from_bits(words[at]), f64::from_bits(words[at]).to_string()),
            Field::WordV128 => format!("{:#034x}", u128::from_le_bytes(bytes(words, at))),
            Field::WordLanes => bytes(words, at).map(|lane| lane.to_string()).join(" "),
            Field::Operator => operator(at).into(),
            Field::VectorOperator => vector_operator(at),
            Field::Target => self.target(start, int(words, 4)),
            Field::WordTargets => self.targets(start, words, at),
            Field::Offset => added(u64::from(fixed())),
            Field::WordOffset => added(words[at]),
            Field::Fixed => fixed().to_string(),
            Field::MemoryIndex => self.memory(fixed()),
            Field::TableIndex => self.names.table(fixed()),
            Field::Function => self.names.function(self.info.imported_functions + fixed()),
            _ => self.place(field, fixed()),
        }
    }

    /// What stands at a place of the context, or has this type.
    fn place(&self, field: Field, place: u32) -> String {
        let info = self.info;
        let find = |count: usize, at: &dyn Fn(u32) -> bool| (0..count as u32).find(|index| at(*index));
        let found =
            match field {
                Field::Memory => find(info.memories.len(), &|index| info.layout.memory(index) == place)
                    .map(|index| self.memory(index)),
                Field::Table => find(info.tables.len(), &|index| info.layout.table(index) == place)
                    .map(|index| self.names.table(index)),
                Field::Global => find(info.globals.len(), &|index| match info.layout.global(index) {
                    GlobalPlace::Defined(at) | GlobalPlace::Imported(at) => at == place,
                })
                .map(|index| self.names.global(index)),
                Field::Import => {
                    find(info.imported_functions as usize, &|index| info.layout.imported_function(index) == place)
                        .map(|index| self.names.function(index))
                }
                Field::Reference => find(info.functions.len(), &|index| {
                    let number = info.func_ref_of[index as usize];
                    number != u32::MAX && info.layout.func_ref(number) == place
                })
                .map(|index| self.names.function(index)),
                Field::Type => find(info.types.len(), &|index| info.types[index as usize].1 == TypeId(place))
                    .map(|index| self.names.function_type(index)),
                _ => None,
            };
        found.unwrap_or_else(|| format!("{place:#x}"))
    }

    /// A memory; memory 0 goes without saying.
    fn memory(&self, index: u32) -> String {
        if index == 0 { String::new() } else { format!("{} ", self.names.memory(index)) }
    }

    /// A slot: a local by its name, a temporary by its number.
    fn slot(&self, slot: u16) -> String {
        let noted = self.noted;
        if let Some(temporary) = slot.checked_sub(noted.temps) {
            return format!("t{temporary}");
        }
        // A vector takes two slots.
        let next = noted.locals.partition_point(|start| *start <= slot);
        match next.checked_sub(1) {
            Some(local) if slot < noted.header || slot >= noted.header + 2 => self.names.local(local as u32),
            _ => format!("slot {slot}"),
        }
    }

    /// A row of slots.
    fn slots(&self, first: u16, count: u16) -> String {
        let mut names: Vec<String> = (first..first.saturating_add(count)).map(|slot| self.slot(slot)).collect();
        names.dedup();
        match &names[..] {
            [first, _, _, _, _, .., last] => format!("{first} .. {last}"),
            all => all.join(", "),
        }
    }

    /// The targets of a `br_table`.
    fn targets(&self, start: usize, words: &[u64], word: usize) -> String {
        let count = targets(words);
        let mut text = String::new();
        for entry in 0..count {
            let label = self.target(start, int(words, 4 * word + 2 * entry));
            let before = match entry {
                _ if entry + 1 == count => " else ",
                0 => "",
                _ => " ",
            };
            let _ = write!(text, "{before}{label}");
        }
        text.trim_start().to_owned()
    }
}

/// A number as it is added to an address.
fn added(offset: u64) -> String {
    if offset == 0 { String::new() } else { format!(" + {offset}") }
}

/// A float; one that Rust would show like an integer gets a point.
fn float(value: f64, text: String) -> String {
    if value.is_finite() && !text.contains(['.', 'e']) { format!("{text}.0") } else { text }
}
