//! The trace: what happens in a store, as lines indented by how deep it is, as lines of JSON, or as a page.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use falkirk::crossing::{Recording, Steps};
use falkirk::{Event, FunctionId, InterruptHandle, Observer, Store, Val};

use crate::failure::Failure;
use crate::output::Out;
use crate::{page, results};

/// How many bytes of an access to memory are shown; of longer ones the rest is counted.
const SHOWN: usize = 256;
/// How many bytes stand in a line.
const LINE: usize = 16;

/// What becomes of a trace.
pub enum Form<'a> {
    /// Lines for a person, between what the program prints.
    Text,
    /// Lines of JSON. What the program prints goes to standard error.
    Json,
    /// A page for a browser in this file, or on standard output if it is `-`.
    Page(&'a Path),
}

impl<'a> Form<'a> {
    /// What the options ask for.
    pub fn new(json: bool, html: Option<&'a Path>) -> Form<'a> {
        match html {
            Some(path) => Form::Page(path),
            None if json => Form::Json,
            None => Form::Text,
        }
    }

    /// Where what the program prints goes: not between what another program or a browser reads.
    pub fn printed(&self, out: &Out) -> Out {
        match self {
            Form::Json => Out::stderr(),
            Form::Page(path) if *path == Path::new("-") => Out::stderr(),
            Form::Text | Form::Page(_) => out.clone(),
        }
    }
}

/// A trace that is being made.
pub struct Trace<'a> {
    form: Form<'a>,
    recording: Arc<Mutex<Recording>>,
    out: Out,
}

impl<'a> Trace<'a> {
    /// Has everything that happens in the store traced; with `instructions` each instruction too. A page is called
    /// `title`.
    pub fn new<T: 'static>(
        store: &mut Store<T>,
        form: Form<'a>,
        instructions: bool,
        title: String,
        out: &Out,
    ) -> Trace<'a> {
        let (out, stop) = (out.clone(), store.interrupt_handle());
        let recording = Arc::new(Mutex::new(Recording::new(title)));
        let observer: Box<dyn Observer> = match form {
            Form::Text => Box::new(Printer { out: out.clone(), instructions, depth: 0, stop, stopped: false }),
            Form::Json => {
                Box::new(JsonLines { out: out.clone(), instructions, steps: Steps::new(), stop, stopped: false })
            }
            Form::Page(_) => Box::new(Recorder { recording: recording.clone(), instructions, steps: Steps::new() }),
        };
        store.set_observer(Some(observer));
        Trace { form, recording, out }
    }

    /// What came of the traced program. The page is written also when it failed. One that was ended because nobody reads
    /// its trace any more has not failed.
    pub fn outcome<T>(mut self, result: Result<T, Failure>) -> Result<T, Failure> {
        if let Form::Page(path) = self.form {
            let recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
            write_page(&recording, path, &mut self.out)?;
        }
        match self.out.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(error.into()),
            _ => result,
        }
    }
}

fn write_page(recording: &Recording, path: &Path, out: &mut Out) -> Result<(), Failure> {
    let page = recording.html();
    let steps = match (recording.len(), recording.left_out()) {
        (1, 0) => "1 step".to_owned(),
        (kept, 0) => format!("{kept} steps"),
        (kept, more) => format!("the first {kept} steps ({more} more are left out; `--json` has them all)"),
    };
    page::write(&page, &steps, path, out)
}

/// Prints lines of JSON.
struct JsonLines {
    out: Out,
    instructions: bool,
    steps: Steps,
    stop: InterruptHandle,
    stopped: bool,
}

impl Observer for JsonLines {
    fn event(&mut self, event: Event<'_>) {
        let Some(step) = self.steps.step(event, self.instructions).filter(|_| !self.stopped) else { return };
        if writeln!(self.out, "{}", step.json()).is_err() {
            self.stopped = true;
            self.stop.interrupt();
        }
    }
}

/// Keeps the steps for a page.
struct Recorder {
    recording: Arc<Mutex<Recording>>,
    instructions: bool,
    steps: Steps,
}

impl Observer for Recorder {
    fn event(&mut self, event: Event<'_>) {
        if let Some(step) = self.steps.step(event, self.instructions) {
            self.recording.lock().unwrap_or_else(PoisonError::into_inner).push(step);
        }
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
            Event::MemoryGrow { memory, before, after } => {
                format!("{}memory {memory} grows from {before} to {after} pages\n", self.indent())
            }
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
