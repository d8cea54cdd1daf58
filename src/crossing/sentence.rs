//! What a step means, in a sentence for a learner, and in short for a list.

use super::component::{movement, names};
use super::recording::Recording;
use super::step::{Access, Function, Step, Value, What};
use falkirk_canonical_abi::HandleMove;

/// How many characters of a text in memory a sentence quotes.
const QUOTED: usize = 40;
/// How many bytes a sentence lists.
const LISTED: usize = 8;

/// Words and pieces of code by turns, beginning with words.
#[derive(Debug, Default)]
pub(super) struct Sentence(pub Vec<String>);

impl Sentence {
    fn say(mut self, words: impl AsRef<str>) -> Sentence {
        match self.0.len() % 2 {
            1 => self.0.last_mut().expect("BUG: an odd number is not zero").push_str(words.as_ref()),
            _ => self.0.push(words.as_ref().to_owned()),
        }
        self
    }

    fn code(mut self, code: impl Into<String>) -> Sentence {
        if self.0.len().is_multiple_of(2) {
            self.0.push(String::new());
        }
        self.0.push(code.into());
        self
    }

    /// `a`, `b` and `c`.
    fn codes(self, codes: &[String]) -> Sentence {
        codes.iter().enumerate().fold(self, |sentence, (position, code)| {
            let sentence = match position {
                0 => sentence,
                last if last + 1 == codes.len() => sentence.say(" and "),
                _ => sentence.say(", "),
            };
            sentence.code(code)
        })
    }

    fn function(self, function: &Function) -> Sentence {
        let sentence = if function.host { self.say("the host's ") } else { self };
        sentence.code(function.label())
    }

    /// Who does something, at the beginning of a sentence or within.
    fn caller(self, caller: Option<&Function>, start: bool) -> Sentence {
        match (caller, start) {
            // Who calls core functions for components.
            (Some(function), _) if function.host && function.module.is_none() => self.say(function.label()),
            (Some(function), _) if !function.host => self.code(function.label()),
            (Some(function), true) => self.say("The host's ").code(function.label()),
            (Some(function), false) => self.function(function),
            (None, true) => self.say("The host"),
            (None, false) => self.say("the host"),
        }
    }

    /// `3 bytes at address 13 of memory 0`, with what they are.
    fn access(self, access: &Access<'_>, place: &str) -> Sentence {
        self.bytes(access, &format!("at address {}{place}", access.address))
    }

    /// `3 bytes` and where they are, with what they are.
    fn bytes(self, access: &Access<'_>, place: &str) -> Sentence {
        let count = match access.length {
            1 => "1 byte".to_owned(),
            length => format!("{} bytes", grouped(length as u64)),
        };
        let sentence = match quotable(access) {
            Some(text) => self.say(format!("the {count} of ")).code(text),
            None => self.say(count),
        };
        let sentence = sentence.say(format!(" {place}"));
        if quotable(access).is_some() {
            return sentence;
        }
        match &access.bytes[..] {
            [] => sentence,
            bytes if access.length == bytes.len() && bytes.iter().all(|byte| *byte == 0) => match bytes.len() {
                1 => sentence.say(": a zero"),
                _ => sentence.say(": all of them zero"),
            },
            bytes if access.length <= LISTED => sentence.say(": ").code(spaced(bytes)),
            _ => sentence,
        }
    }
}

impl Recording {
    /// What a memory is called.
    pub(super) fn memory(&self, number: usize) -> String {
        self.memories.get(number).cloned().unwrap_or_else(|| format!("memory {number}"))
    }

    /// What a handle table is called: as its guest.
    pub(super) fn table(&self, number: usize) -> String {
        self.tables.get(number).cloned().unwrap_or_else(|| self.memory(number))
    }

    /// ` of memory 1`; nothing where there is only one.
    fn place(&self, memory: usize) -> String {
        if memory == 0 && self.memories.len() < 2 { String::new() } else { format!(" of {}", self.memory(memory)) }
    }

    /// What a step means.
    pub(super) fn sentence(&self, step: &Step<'_>) -> Sentence {
        let said = Sentence::default();
        match &step.what {
            What::Call { caller, function, arguments } => {
                let said = said.caller(caller.as_ref(), true).say(" calls ").function(function);
                match &arguments[..] {
                    [] => said.say(", which takes no arguments."),
                    arguments => said.say(" with ").codes(&texts(arguments)).say("."),
                }
            }
            What::Return { caller, function, results } => {
                let said = said.caller(Some(function), true).say(" returns ");
                let said = if results.is_empty() { said.say("nothing") } else { said.codes(&texts(results)) };
                said.say(" to ").caller(caller.as_ref(), false).say(".")
            }
            What::Instruction { text, operands, .. } => {
                let said = said.say("Next comes ").code(text);
                match &operands[..] {
                    [] => said.say(", which takes nothing from the stack."),
                    operands => said.say(", which takes ").codes(&texts(operands)).say(" from the stack."),
                }
            }
            What::Read(access) => said.say("The host reads ").access(access, &self.place(access.memory)).say("."),
            What::Write(access) => said.say("The host writes ").access(access, &self.place(access.memory)).say("."),
            What::Grow { memory, before, after } => said.say(format!(
                "{} grows from {} to {} of 64 KiB. The new bytes are zero.",
                capital(&self.memory(*memory)),
                pages(*before),
                pages(*after)
            )),
            What::Stopped { error } => said.say("The call from the host ends here: ").code(plain(error)).say("."),
            _ => self.crossing(step),
        }
    }

    /// What a step of the canonical ABI means.
    fn crossing(&self, step: &Step<'_>) -> Sentence {
        if let What::Enter { .. } | What::Leave { .. } = &step.what {
            return call(&step.what);
        }
        let said = match step.path.is_empty() {
            true => Sentence::default(),
            false => Sentence::default().say("For ").code(plain(&step.path)).say(": "),
        };
        match &step.what {
            What::Begin(crossing) => said.say(format!("{}.", names(*crossing).1)),
            What::Flat { values, .. } if values.is_empty() => said.say("No core value is needed for that."),
            What::Flat { values, .. } => said.say("As core values, that is ").codes(&numbers(values)).say("."),
            What::Load(access) => said.say("Falkirk reads ").access(access, &self.place(access.memory)).say("."),
            What::Store(access) => said.say("Falkirk writes ").access(access, &self.place(access.memory)).say("."),
            What::Copy { from_memory, from, to } => {
                let (source, target) = (self.memory(*from_memory), self.memory(to.memory));
                let way = format!("from address {from} of {source} to address {} of {target}, unchanged", to.address);
                said.say("Falkirk copies ").bytes(to, &way).say(".")
            }
            What::Realloc { memory, old, old_size, align, new_size, result } => {
                let guest = self.memory(*memory);
                let said = said.say(format!("{guest} is asked for {} (alignment {align}) by its ", bytes(*new_size)));
                let said = said.code(format!("realloc({old}, {old_size}, {align}, {new_size})"));
                said.say(", which returns ").code(result.to_string()).say(".")
            }
            What::Handle { table, movement: how, index, rep, .. } => {
                let guest = self.table(*table);
                let said = said.say("handle ").code(index.to_string()).say(format!(" {} {guest}", movement(*how).1));
                let said = said.say("; it stands for the resource with the representation ").code(rep.to_string());
                let lent = *how == HandleMove::LiftBorrow;
                said.say(if lent { ", and stays in the table." } else { "." })
            }
            What::PostReturn { memory, .. } => {
                let guest = self.memory(*memory);
                said.say(format!("The result has been read: {guest} may free it in its ")).code("post-return").say(".")
            }
            _ => said,
        }
    }

    /// The step in short.
    pub(super) fn line(&self, step: &Step<'_>) -> String {
        let access = |what: &str, access: &Access<'_>| {
            let Access { memory, address, length, .. } = access;
            let text = quotable(access).map_or_else(String::new, |text| format!("  {text}"));
            format!("{what} {length} at {address:#x}{}{text}", self.place(*memory))
        };
        let host = |function: &Function| if function.host { "host " } else { "" };
        let line = match &step.what {
            What::Call { function, arguments, .. } => {
                format!("call {}{}({})", host(function), function.label(), texts(arguments).join(", "))
            }
            What::Return { function, results, .. } => match &texts(results)[..] {
                [] => format!("return {}", function.label()),
                results => format!("return {} -> {}", function.label(), results.join(", ")),
            },
            What::Instruction { text, offset, .. } => format!("{offset:#x} {text}"),
            What::Read(what) => access("host reads", what),
            What::Write(what) => access("host writes", what),
            What::Grow { memory, before, after } => format!("{} grows {before} -> {after}", self.memory(*memory)),
            What::Stopped { error } => format!("stopped: {}", plain(error)),
            What::Enter { function, callee, .. } => format!("call {function} of {}", callee.name),
            What::Leave { function, callee, .. } => format!("return {function} of {}", callee.name),
            What::Begin(crossing) => names(*crossing).0.replace('-', " "),
            What::Flat { values, .. } => format!("flat ({})", numbers(values).join(", ")),
            What::Load(what) => access("load", what),
            What::Store(what) => access("store", what),
            What::Copy { from_memory, from, to } => {
                access(&format!("copy from {from:#x} of {},", self.memory(*from_memory)), to)
            }
            What::Realloc { old, old_size, align, new_size, result, .. } => {
                format!("realloc({old}, {old_size}, {align}, {new_size}) -> {result}")
            }
            What::Handle { movement: how, index, .. } => format!("{} {index}", movement(*how).0.replace('-', " ")),
            What::PostReturn { values, .. } => format!("post-return({})", numbers(values).join(", ")),
        };
        if step.path.is_empty() { line } else { format!("{}: {line}", plain(&step.path)) }
    }
}

/// A component's function is called, or returns.
fn call(what: &What<'_>) -> Sentence {
    let said = Sentence::default();
    match what {
        What::Enter { function, signature, caller, callee } => {
            let said = said.say(capital(&caller.name)).say(" calls ").code(format!("{function}: {signature}"));
            said.say(format!(" of {}.", callee.name))
        }
        What::Leave { function, caller, callee } => {
            let said = said.code(function).say(format!(" of {} returns to {}", callee.name, caller.name));
            said.say(": all that crosses has crossed.")
        }
        _ => said,
    }
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().map(|value| value.text.clone()).collect()
}

fn numbers(values: &[u64]) -> Vec<String> {
    values.iter().map(u64::to_string).collect()
}

/// Text in which nothing moves a cursor or turns the reading direction. What was escaped before stays as it is.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '"' | '\'' | '\\' => plain.push(char),
            char => plain.extend(char.escape_debug()),
        }
    }
    plain
}

/// The text that these bytes are, if they are all there and a person would call them a text.
fn quotable(access: &Access<'_>) -> Option<String> {
    let text = std::str::from_utf8(&access.bytes).ok().filter(|text| !text.is_empty())?;
    let fits = access.length == access.bytes.len() && text.chars().count() <= QUOTED;
    let readable = text.chars().all(|char| char == ' ' || char.escape_debug().len() == 1 || "\"'\\".contains(char));
    (fits && readable).then(|| text.to_owned())
}

/// `44 61 6e`.
fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn pages(count: u64) -> String {
    if count == 1 { "1 page".to_owned() } else { format!("{} pages", grouped(count)) }
}

fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{} bytes", grouped(count)) }
}

/// A number with commas: `65,536`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
    groups.join(",")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
