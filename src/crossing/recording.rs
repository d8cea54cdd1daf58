//! Steps that are kept, within bounds.

use super::step::{Access, FlatPart, Function, Party, Step, Value, What};

/// How many steps are kept.
const STEPS: usize = 4000;
/// How many bytes of an access are kept.
const BYTES: usize = 1024;
/// How many bytes of all accesses are kept before each keeps only [`FEW`].
const ALL_BYTES: usize = 512 << 10;
/// See [`ALL_BYTES`].
const FEW: usize = 16;
/// How many values of a step, and handles of a table, are kept.
const VALUES: usize = 32;
/// How many characters of a name, an instruction, a path or a message are kept.
const TEXT: usize = 160;

/// Steps of a program that can be shown as a page ([`Recording::html`]). The first few thousand are kept, whatever the
/// program does; the others are counted.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What the page is about: a file's name, a call.
    pub title: String,
    /// The names of the memories by their number: whose they are. Those that have none here are `memory 0` and so on.
    pub memories: Vec<String>,
    /// The names of the handle tables by their number. Those that have none here are called as the memory of that number.
    pub tables: Vec<String>,
    pub(super) steps: Vec<Step<'static>>,
    pub(super) left_out: u64,
    /// The error that stopped a call after the last step that is kept.
    pub(super) stopped: Option<String>,
    bytes: usize,
}

impl Recording {
    /// No step yet.
    pub fn new(title: impl Into<String>) -> Recording {
        let (memories, tables, steps) = (Vec::new(), Vec::new(), Vec::new());
        Recording { title: title.into(), memories, tables, steps, left_out: 0, stopped: None, bytes: 0 }
    }

    /// How many steps are kept.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether no step is kept.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many steps came after those that are kept.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Keeps a step, or counts it.
    pub fn push(&mut self, step: Step<'_>) {
        if self.steps.len() < STEPS {
            let step = self.cut(step);
            self.steps.push(step);
            return;
        }
        self.left_out += 1;
        if let What::Stopped { error } = step.what {
            self.stopped = Some(short(error));
        }
    }

    /// The step with no more than may be kept.
    fn cut(&mut self, step: Step<'_>) -> Step<'static> {
        let what = match step.what {
            What::Call { caller, function, arguments } => {
                let (caller, function) = (caller.map(named), named(function));
                What::Call { caller, function, arguments: few(arguments) }
            }
            What::Return { caller, function, results } => {
                let (caller, function) = (caller.map(named), named(function));
                What::Return { caller, function, results: few(results) }
            }
            What::Instruction { function, offset, text, operands } => {
                What::Instruction { function: named(function), offset, text: short(text), operands: few(operands) }
            }
            What::Read(access) => What::Read(self.kept(access)),
            What::Write(access) => What::Write(self.kept(access)),
            What::Grow { memory, before, after } => What::Grow { memory, before, after },
            What::Stopped { error } => What::Stopped { error: short(error) },
            What::Begin(crossing) => What::Begin(crossing),
            What::Enter { function, signature, caller, callee } => What::Enter {
                function: short(function),
                signature: short(signature),
                caller: called(caller),
                callee: called(callee),
            },
            What::Leave { function, caller, callee } => {
                What::Leave { function: short(function), caller: called(caller), callee: called(callee) }
            }
            What::Flat { crossing, values, parts } => {
                let short = |part: FlatPart| FlatPart { of: short(part.of), ..part };
                What::Flat { crossing, values, parts: parts.into_iter().map(short).collect() }
            }
            What::Load(access) => What::Load(self.kept(access)),
            What::Store(access) => What::Store(self.kept(access)),
            What::Copy { from_memory, from, to } => What::Copy { from_memory, from, to: self.kept(to) },
            What::Realloc { memory, old, old_size, align, new_size, result } => {
                What::Realloc { memory, old, old_size, align, new_size, result }
            }
            What::Handle { table, movement, index, resource, rep, before, after } => {
                What::Handle { table, movement, index, resource, rep, before: few(before), after: few(after) }
            }
            What::PostReturn { memory, values } => What::PostReturn { memory, values },
        };
        Step { depth: step.depth, path: short(step.path), what }
    }

    fn kept(&mut self, access: Access<'_>) -> Access<'static> {
        let most = BYTES.min(ALL_BYTES.saturating_sub(self.bytes)).max(FEW);
        let bytes = access.bytes[..access.bytes.len().min(most)].to_vec();
        self.bytes += bytes.len();
        Access { memory: access.memory, address: access.address, length: access.length, bytes: bytes.into() }
    }
}

/// A function whose names are not too long.
fn named(function: Function) -> Function {
    Function { module: function.module.map(short), name: function.name.map(short), ..function }
}

/// A party whose name is not too long.
fn called(party: Party) -> Party {
    Party { name: short(party.name), ..party }
}

/// The first values; for the rest one that says how many there are.
fn few<T: Rest>(mut values: Vec<T>) -> Vec<T> {
    let more = values.len().saturating_sub(VALUES);
    if more > 0 {
        values.truncate(VALUES);
        values.extend(T::rest(more));
    }
    values
}

/// What can stand for values that are left out.
trait Rest: Sized {
    fn rest(more: usize) -> Option<Self>;
}

impl Rest for Value {
    fn rest(more: usize) -> Option<Value> {
        Some(Value { ty: String::new(), text: format!("... {more} more"), bits: None, part: None })
    }
}

impl Rest for super::step::Entry {
    fn rest(_: usize) -> Option<Self> {
        None
    }
}

/// A text that is not too long.
fn short(text: String) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
