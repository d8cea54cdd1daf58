//! Translation that notes which operators each instruction does the work of.
//!
//! It translates operator by operator and looks, after each, at which instructions are new or changed. A new one does
//! the work of its operator and of those whose instructions it replaced: that is what fusing is. So the translation
//! that runs programs need not know about it.

use std::collections::VecDeque;

use falkirk_runtime::Error;
use falkirk_runtime::engine::Settings;
use falkirk_runtime::module::ModuleInfo;
use wasmparser::{BinaryReader, FunctionBody, Operator as O};

use super::{BUG, MAX_SLOTS, PROLOGUE, Translator, too_large};
use crate::explain::catalogue::{Catalogue, catalogue};
use crate::explain::template::{Field, Form};

/// How far back, in instructions, an operator may change what was emitted before it. It takes in the last two, which
/// may have to be taken apart first.
const REACH: usize = 6;

/// How many replaced instructions are remembered, in case they come back when something is taken apart.
const REMEMBERED: usize = 8;

/// A function's code, instruction by instruction.
pub struct Noted {
    /// Its words, from the instruction that the function starts with.
    pub words: Vec<u64>,
    /// Its instructions, in order.
    pub instructions: Vec<Instruction>,
    /// The slot of each local.
    pub locals: Vec<u16>,
    /// The slot of the frame's header.
    pub header: u16,
    /// The first slot of the temporaries.
    pub temps: u16,
    /// How many slots the frame takes.
    pub slots: usize,
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Its first word.
    pub at: usize,
    /// How many words it has.
    pub words: usize,
    /// The offsets in the module of the operators that it does the work of, in order.
    pub operators: Vec<usize>,
}

/// What is known of the code so far.
struct Notes {
    catalogue: &'static Catalogue,
    instructions: Vec<Instruction>,
    /// The words as they were after the last operator.
    words: Vec<u64>,
    /// Instructions that were replaced, with their operands' words.
    replaced: VecDeque<(Instruction, Vec<u64>)>,
}

impl Translator {
    /// Translates the function that the module defines with this number, and calls `seen` with each operator and its
    /// offset in the module.
    ///
    /// # Errors
    ///
    /// As for [`Translator::translate`].
    pub fn note(
        &mut self,
        info: &ModuleInfo,
        number: u32,
        settings: Settings,
        mut seen: impl FnMut(usize, &O<'_>),
    ) -> Result<Noted, Error> {
        let index = info.imported_functions + number;
        let range = info.bodies[number as usize].clone();
        let body = FunctionBody::new(BinaryReader::new(&info.bytes[range.clone()], range.start as u64));
        self.start(info, index, &body, settings)?;
        let mut notes = Notes {
            catalogue: catalogue(),
            instructions: Vec::new(),
            words: self.code.clone(),
            replaced: VecDeque::new(),
        };
        let mut reader = BUG(body.get_operators_reader());
        while !reader.eof() {
            self.offset = reader.original_position() as usize;
            let operator = BUG(reader.read());
            self.operator(info, &operator);
            if self.max_slot > MAX_SLOTS {
                return Err(too_large(info, index));
            }
            notes.look(&self.code, self.offset);
            seen(self.offset, &operator);
        }
        let entry = self.finish();
        Ok(self.noted(notes.instructions, entry))
    }

    /// Everything from the first instruction on.
    fn noted(&self, mut instructions: Vec<Instruction>, entry: usize) -> Noted {
        if entry < PROLOGUE {
            instructions.insert(0, Instruction { at: entry, words: PROLOGUE - entry, operators: Vec::new() });
        }
        for instruction in &mut instructions {
            instruction.at -= entry;
        }
        Noted {
            words: self.code[entry..].to_vec(),
            instructions,
            locals: (0..self.locals.count).map(|index| self.locals.get(index).slot).collect(),
            header: self.header,
            temps: self.temps as u16,
            slots: self.max_slot,
        }
    }
}

impl Notes {
    /// Looks at the code after an operator.
    fn look(&mut self, code: &[u64], operator: usize) {
        let kept = self.kept(code);
        let replaced = self.instructions.split_off(kept);
        let start = replaced.first().map_or(self.words.len(), |first| first.at);
        let mut new: Vec<Instruction> = Vec::new();
        let mut at = start;
        while at < code.len() {
            let words = length(self.catalogue, &code[at..]);
            let operators = self.operators_before(&replaced, at, &code[at..at + words]);
            new.push(Instruction { at, words, operators });
            at += words;
        }
        // What is new does the work of the operator, and of those whose instructions are gone.
        let mut taken_in: Vec<usize> = replaced.iter().flat_map(|old| old.operators.iter().copied()).collect();
        taken_in.push(operator);
        taken_in.retain(|operator| !new.iter().any(|instruction| instruction.operators.contains(operator)));
        if new.iter().all(|instruction| !instruction.operators.is_empty())
            && let Some(last) = new.last_mut()
        {
            last.operators.append(&mut taken_in);
        }
        for instruction in new.iter_mut().filter(|instruction| instruction.operators.is_empty()) {
            instruction.operators.clone_from(&taken_in);
        }
        self.instructions.append(&mut new);
        self.remember(replaced);
        self.words.truncate(start);
        self.words.extend_from_slice(&code[start..]);
    }

    /// The operators of these words: they stood here just now, or their operands did before something replaced them.
    fn operators_before(&self, replaced: &[Instruction], at: usize, words: &[u64]) -> Vec<usize> {
        let now = replaced.iter().find(|old| self.words.get(old.at..old.at + old.words) == Some(words));
        let before = || self.replaced.iter().rev().map(|(old, operands)| (old, &operands[..]));
        let found = now.filter(|old| old.at == at).or_else(|| {
            let back = before().find(|(old, operands)| old.at == at && *operands == &words[1..]);
            back.map(|(old, _)| old)
        });
        found.map_or_else(Vec::new, |old| old.operators.clone())
    }

    fn remember(&mut self, replaced: Vec<Instruction>) {
        for old in replaced {
            let words = self.words[old.at + 1..old.at + old.words].to_vec();
            self.replaced.push_back((old, words));
        }
        while self.replaced.len() > REMEMBERED {
            self.replaced.pop_front();
        }
    }

    /// How many instructions, from the first, are as they were.
    fn kept(&self, code: &[u64]) -> usize {
        let count = self.instructions.len();
        let first = count.saturating_sub(REACH);
        let changed = (first..count).find(|position| !self.same(&self.instructions[*position], code));
        changed.unwrap_or(count)
    }

    /// Whether an instruction is still there, unchanged but for where it branches to.
    fn same(&self, old: &Instruction, code: &[u64]) -> bool {
        let end = old.at + old.words;
        let (Some(before), Some(now)) = (self.words.get(old.at..end), code.get(old.at..end)) else { return false };
        if before[0] != now[0] {
            return false;
        }
        let Some(form) = self.catalogue.form(now[0]) else { return before == now };
        let targets = form.text.arguments(Field::WordTargets).next().unwrap_or(old.words);
        let branches = form.text.arguments(Field::Target).next().is_some();
        (1..targets).all(|word| {
            // The offset is the low half of word 1.
            let shift = if branches && word == 1 { 32 } else { 0 };
            before[word] >> shift == now[word] >> shift
        })
    }
}

/// The length in words of the instruction that these words start with. One that is not known takes all of them.
fn length(catalogue: &Catalogue, words: &[u64]) -> usize {
    let Some(Form { words: length, text }) = catalogue.form(words[0]) else { return words.len() };
    let table = text.arguments(Field::WordTargets).next().map_or(0, |_| targets(words).div_ceil(2));
    (length + table).min(words.len())
}

/// How many targets the `br_table` has that these words start with.
pub fn targets(words: &[u64]) -> usize {
    (words[1] >> 32) as usize + 1
}
