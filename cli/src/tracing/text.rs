//! A step as lines for a person.

use std::fmt::Write as _;

use falkirk::component::abi::{Crossing, HandleMove};
use falkirk::crossing::{Access, Entry, FlatPart, Function, Step, Steps, Value, What};

/// How many bytes of an access to memory are shown; of longer ones the rest is counted.
const SHOWN: usize = 256;
/// How many bytes stand in a line.
const LINE: usize = 16;
/// How many handles of a table are shown.
const HANDLES: usize = 8;

/// The lines of a step, indented by how many calls it is in.
pub fn lines(step: &Step<'_>, steps: &Steps) -> String {
    let indent = "  ".repeat(step.depth.min(40));
    let path = if step.path.is_empty() { String::new() } else { format!("{}: ", escaped(&step.path)) };
    let text = Text { steps, lead: format!("{indent}{path}"), indent };
    text.describe(&step.what)
}

/// What the lines of a step begin with.
struct Text<'a> {
    steps: &'a Steps,
    indent: String,
    /// The first line's beginning: also the part of a value that it is about.
    lead: String,
}

impl Text<'_> {
    fn describe(&self, what: &What<'_>) -> String {
        let lead = &self.lead;
        match what {
            What::Call { function, arguments, .. } => {
                format!("{lead}call {}{}({})\n", host(function), function.label(), texts(arguments))
            }
            What::Return { function, results, .. } => {
                format!("{lead}return {} -> ({})\n", function.label(), texts(results))
            }
            What::Instruction { offset, text, operands, .. } => {
                // The operands stand where the instruction finds them: on the stack, the top one last.
                let stack = texts(operands);
                let stack = if stack.is_empty() { stack } else { format!("   [{stack}]") };
                format!("{lead}{offset:#08x}  {text}{stack}\n")
            }
            What::Read(access) => self.access("host reads", access, &numbered(access.memory)),
            What::Write(access) => self.access("host writes", access, &numbered(access.memory)),
            What::Grow { memory, before, after } => {
                format!("{lead}memory {memory} grows from {before} to {after} pages\n")
            }
            What::Stopped { error } => format!("stopped: {error}\n"),
            what => self.crossing(what),
        }
    }

    /// What components do.
    fn crossing(&self, what: &What<'_>) -> String {
        let lead = &self.lead;
        match what {
            What::Enter { function, signature, caller, callee } => {
                let [function, caller, callee] = [function, &caller.name, &callee.name].map(|name| escaped(name));
                format!("{lead}{caller} calls {function}: {} of {callee}\n", escaped(signature))
            }
            What::Leave { function, caller, callee } => {
                let [function, caller, callee] = [function, &caller.name, &callee.name].map(|name| escaped(name));
                format!("{lead}{function} of {callee} returns to {caller}\n")
            }
            What::Begin(crossing) => format!("{lead}{}\n", crossing_name(*crossing)),
            What::Flat { crossing, values, parts } => self.flat(*crossing, values, parts),
            What::Load(access) => self.access("load", access, &self.of_memory(access.memory)),
            What::Store(access) => self.access("store", access, &self.of_memory(access.memory)),
            What::Copy { from_memory, from, to } => {
                let (source, target) = (self.of_memory(*from_memory), self.of_memory(to.memory));
                self.bytes(&format!("copy {} from {from:#x}{source}", count(to.length)), "to", to, &target)
            }
            What::Realloc { memory, old, old_size, align, new_size, result } => {
                let of = self.of_memory(*memory);
                format!("{lead}realloc({old:#x}, {old_size}, {align}, {new_size}) -> {result:#x}{of}\n")
            }
            What::Handle { table, movement, index, resource, rep, before, after } => {
                let guest = self.table(*table);
                let what = format!("handle {index} (resource type {resource}, representation {rep})");
                let mut text = format!("{lead}{what} {} {guest}\n", movement_name(*movement));
                let _ = writeln!(text, "{}  table of {guest}: {} -> {}", self.indent, handles(before), handles(after));
                text
            }
            What::PostReturn { memory, values } => {
                let values: Vec<String> = values.iter().map(u64::to_string).collect();
                format!("{lead}post-return({}){}\n", values.join(", "), self.of_memory(*memory))
            }
            _ => String::new(),
        }
    }

    /// A line for each core value, with what it is.
    fn flat(&self, crossing: Crossing, values: &[u64], parts: &[FlatPart]) -> String {
        let indent = &self.indent;
        let way = match crossing {
            Crossing::LiftParams | Crossing::LiftResult => "lift",
            Crossing::LowerParams | Crossing::LowerResult => "lower",
        };
        let mut text = String::new();
        for (position, (value, part)) in values.iter().zip(parts).enumerate() {
            let Value { ty, text: number, .. } = part.value(*value);
            let _ = writeln!(text, "{indent}{way} flat {position}: {ty} {number}  {}", escaped(&part.of));
        }
        text
    }

    fn of_memory(&self, number: usize) -> String {
        self.steps.memory(number).map_or_else(|| numbered(number), |name| format!(" of {}", escaped(name)))
    }

    fn table(&self, number: usize) -> String {
        let name = self.steps.instances().get(number);
        name.map_or_else(|| format!("instance {number}"), |name| escaped(name))
    }

    fn access(&self, what: &str, access: &Access<'_>, of: &str) -> String {
        self.bytes(&format!("{what} {}", count(access.length)), "at", access, of)
    }

    /// One line, or for more than a line's bytes a heading and lines of 16.
    fn bytes(&self, what: &str, at: &str, access: &Access<'_>, of: &str) -> String {
        let Access { address, bytes, .. } = access;
        let mut text = format!("{}{what} {at} {address:#x}{of}", self.lead);
        if bytes.len() <= LINE {
            let _ = writeln!(text, ":{}", row(bytes));
            return text;
        }
        text.push_str(":\n");
        for (position, line) in bytes[..bytes.len().min(SHOWN)].chunks(LINE).enumerate() {
            let at = address + (position * LINE) as u64;
            let _ = writeln!(text, "{}  {at:#010x}:{}", self.indent, row(line));
        }
        if bytes.len() > SHOWN {
            let _ = writeln!(text, "{}  ... {} more bytes", self.indent, bytes.len() - SHOWN);
        }
        text
    }
}

fn count(bytes: usize) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}

/// ` 44 61 6e  |Dan|`.
fn row(bytes: &[u8]) -> String {
    let mut row = String::new();
    for byte in bytes {
        let _ = write!(row, " {byte:02x}");
    }
    let printable = |byte: &u8| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' };
    let text: String = bytes.iter().map(printable).collect();
    let _ = write!(row, "  |{text}|");
    row
}

/// Which memory, if it is not the first.
fn numbered(memory: usize) -> String {
    if memory == 0 { String::new() } else { format!(" of memory {memory}") }
}

fn host(function: &Function) -> &'static str {
    if function.host { "host " } else { "" }
}

fn texts(values: &[Value]) -> String {
    let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
    texts.join(", ")
}

/// A name in which nothing moves a cursor or ends a line.
fn escaped(name: &str) -> String {
    let escape = |char: char| if "\"'\\".contains(char) { char.to_string() } else { char.escape_debug().to_string() };
    name.chars().map(escape).collect()
}

fn crossing_name(crossing: Crossing) -> &'static str {
    match crossing {
        Crossing::LiftParams => "lift parameters",
        Crossing::LowerParams => "lower parameters",
        Crossing::LiftResult => "lift the result",
        Crossing::LowerResult => "lower the result",
    }
}

/// What a movement does to a handle, with the word that leads to its guest.
fn movement_name(movement: HandleMove) -> &'static str {
    match movement {
        HandleMove::LiftOwn => "is given away by",
        HandleMove::LiftBorrow => "is lent by",
        HandleMove::LowerOwn => "is given to",
        HandleMove::LowerBorrow => "is borrowed by",
        HandleMove::EndLend => "is back with",
        HandleMove::New => "is made by",
        HandleMove::Rep => "is looked up by",
        HandleMove::Drop => "is dropped by",
    }
}

/// `[1: own 42, 2: borrow 7, lent]`.
fn handles(entries: &[Entry]) -> String {
    let show = |entry: &Entry| {
        let Entry { index, rep, own, lent, .. } = entry;
        let lent = if *lent > 0 { " (lent)" } else { "" };
        format!("{index}: {} {rep}{lent}", if *own { "own" } else { "borrow" })
    };
    let mut texts: Vec<String> = entries.iter().take(HANDLES).map(show).collect();
    if entries.len() > HANDLES {
        texts.push(format!("{} more", entries.len() - HANDLES));
    }
    format!("[{}]", texts.join(", "))
}
