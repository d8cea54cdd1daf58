//! The trace: an observer that prints what happens, a line each, indented by how deep it is.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};

use falkirk::{Event, FunctionId, InterruptHandle, Observer, Store, StoreLimits, Val};

use crate::failure::Failure;
use crate::output::Out;
use crate::results;

/// How many bytes of an access to memory are shown; of longer ones the rest is counted.
const SHOWN: usize = 256;
/// How many bytes stand in a line.
const LINE: usize = 16;

/// Has everything that happens in the store printed on `out`; with `instructions` each instruction too.
pub fn observe(store: &mut Store<StoreLimits>, instructions: bool, out: &Out) {
    let printer = Printer { out: out.clone(), instructions, depth: 0, stop: store.interrupt_handle(), stopped: false };
    store.set_observer(Some(Box::new(printer)));
}

/// What came of a traced program. One that was ended because nobody reads its trace any more has not failed.
pub fn outcome<T>(result: Result<T, Failure>, out: &mut Out) -> Result<T, Failure> {
    match out.flush() {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(error.into()),
        _ => result,
    }
}

/// Prints events.
struct Printer {
    out: Out,
    instructions: bool,
    depth: usize,
    /// Ends the program when nobody reads any more.
    stop: InterruptHandle,
    stopped: bool,
}

impl Observer for Printer {
    fn event(&mut self, event: Event<'_>) {
        if self.stopped {
            return;
        }
        let text = self.describe(event);
        if self.out.write_all(text.as_bytes()).is_err() {
            self.stopped = true;
            self.stop.interrupt();
        }
    }
}

impl Printer {
    fn describe(&mut self, event: Event<'_>) -> String {
        match event {
            Event::Enter { function, args } => self.enter(&format!("call {}", name(&function)), args),
            Event::Exit { function, results } => self.exit(&name(&function), results),
            Event::HostEnter { module, name, args } => {
                self.enter(&format!("call host {}", host_name(module, name)), args)
            }
            Event::HostExit { module, name, results } => self.exit(&host_name(module, name), results),
            Event::HostRead { memory, address, bytes } => self.access("host reads", memory, address, bytes),
            Event::HostWrite { memory, address, bytes } => self.access("host writes", memory, address, bytes),
            Event::Instruction { offset, text, operands, .. } => self.instruction(offset, text, operands),
            Event::Stopped { error } => {
                self.depth = 0;
                format!("stopped: {error}\n")
            }
            _ => String::new(),
        }
    }

    fn indent(&self) -> String {
        "  ".repeat(self.depth.min(40))
    }

    fn enter(&mut self, what: &str, arguments: &[Val]) -> String {
        let line = format!("{}{what}({})\n", self.indent(), results::show_all(arguments));
        self.depth += 1;
        line
    }

    fn exit(&mut self, what: &str, values: &[Val]) -> String {
        self.depth = self.depth.saturating_sub(1);
        format!("{}return {what} -> ({})\n", self.indent(), results::show_all(values))
    }

    /// One line, or for more than a line's bytes a heading and lines of 16.
    fn access(&self, what: &str, memory: u32, address: u64, bytes: &[u8]) -> String {
        let which = if memory == 0 { String::new() } else { format!(" of memory {memory}") };
        let plural = if bytes.len() == 1 { "" } else { "s" };
        let mut text = format!("{}{what} {} byte{plural} at {address:#x}{which}", self.indent(), bytes.len());
        if bytes.len() <= LINE {
            let _ = writeln!(text, ":{}", row(bytes));
            return text;
        }
        text.push_str(":\n");
        for (position, line) in bytes[..bytes.len().min(SHOWN)].chunks(LINE).enumerate() {
            let at = address + (position * LINE) as u64;
            let _ = writeln!(text, "{}  {at:#010x}:{}", self.indent(), row(line));
        }
        if bytes.len() > SHOWN {
            let _ = writeln!(text, "{}  ... {} more bytes", self.indent(), bytes.len() - SHOWN);
        }
        text
    }

    /// The operands stand where the instruction finds them: on the stack, the top one last.
    fn instruction(&self, offset: usize, text: &str, operands: &[Val]) -> String {
        if !self.instructions {
            return String::new();
        }
        let stack = results::show_all(operands);
        let stack = if stack.is_empty() { stack } else { format!("   [{stack}]") };
        format!("{}{offset:#08x}  {text}{stack}\n", self.indent())
    }
}

/// ` 44 61 6e  "Dan"`.
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

/// `greet`, or `function 3`.
fn name(function: &FunctionId<'_>) -> String {
    match function.name {
        Some(name) => name.escape_debug().to_string(),
        None => format!("function {}", function.index),
    }
}

fn host_name(module: &str, name: &str) -> String {
    format!("{}.{}", module.escape_debug(), name.escape_debug())
}
