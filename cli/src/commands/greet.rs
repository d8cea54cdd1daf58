//! `falkirk greet`: a string goes into a module through linear memory, and another comes out.

use std::io::Write;
use std::path::Path;

use falkirk::{ExternType, FuncType, Memory, Module, Store, TypedFunc, ValType};

use super::inspect::show_type;
use crate::failure::Failure;
use crate::options::{Greet, Settings};
use crate::output::Out;
use crate::session::Session;
use crate::source::{Form, Hex, Kind, Source};
use crate::wasi::{self, Data};

/// The guest that ships with falkirk; its source is `guests/greet`.
const GUEST: &[u8] = include_bytes!("../../../guests/built/greet.wasm");

/// What every greeting begins with.
const PREFIX: &str = "Hello, ";

/// Greets, and shows the memory before, in between and after.
pub fn run(command: &Greet, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    #[cfg(feature = "trace")]
    if command.trace {
        return traced(command, settings, out);
    }
    let (source, name) = guest_and_name(&command.words)?;
    let mut session = Session::new(&source, settings, false, wasi::nothing()?, out)?;
    Guest::new(&mut session).and_then(|guest| show(guest, name, out))
}

/// Greets under the observer.
#[cfg(feature = "trace")]
fn traced(command: &Greet, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    use crate::tracing::{Form, Trace};
    let (source, name) = guest_and_name(&command.words)?;
    let form = Form::new(command.json, command.html.as_deref());
    let mut printed = form.printed(out);
    let mut session = Session::new(&source, settings, true, wasi::nothing()?, &printed)?;
    let title = format!("{}: greet {name}", session.name).chars().take(200).collect();
    let trace = Trace::new(&mut session.store, form, command.instructions, title, out);
    let result = Guest::new(&mut session).and_then(|guest| show(guest, name, &mut printed));
    // Standard error has nobody behind it to tell of an error; standard output is flushed with the trace.
    let _ = printed.flush();
    trace.outcome(result)
}

fn show(mut guest: Guest<'_>, name: &str, out: &mut Out) -> Result<(), Failure> {
    let window = guest.make_room(name)?;
    writeln!(out, "Initial Memory: {:?}", guest.look(window)?)?;
    let address = guest.write(name)?;
    writeln!(out, "Memory After Host Writes '{name}': {:?}", guest.look(window)?)?;
    guest.greet(address, name)?;
    writeln!(out, "Memory After Host Calls `greet`: {:?}", guest.look(window)?)?;
    let greeting = guest.look(PREFIX.len() + name.len())?;
    writeln!(out, "{}", guest.text(greeting)?)?;
    Ok(())
}

/// The words of the command line: `[MODULE] [NAME]`. A single one is the name, unless it ends as the file of
/// a module does.
fn guest_and_name(words: &[String]) -> Result<(Source, &str), Failure> {
    match words {
        [] => Ok((shipped(), "World")),
        [word] if is_module(Path::new(word)) => Ok((Source::read_to_run(Path::new(word))?, "World")),
        [name] => Ok((shipped(), name)),
        [module, name, ..] if is_module(Path::new(module)) || Path::new(module).exists() => {
            Ok((Source::read_to_run(Path::new(module))?, name))
        }
        words => Err(no_module(words)),
    }
}

fn is_module(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm" || extension == "wat" || extension == "cwasm")
}

/// Of two words, the first is no file, nor does it look like one.
fn no_module(words: &[String]) -> Failure {
    let failure = Failure::input(format!("{} is no module: there is no such file", words[0]));
    match &words[1..] {
        [second] if is_module(Path::new(second)) => failure.help("the module comes first, then the name"),
        _ => failure.help(format!("one name with a space goes in quotes: `falkirk greet \"{}\"`", words.join(" "))),
    }
}

fn shipped() -> Source {
    Source {
        name: "greet.wasm".to_owned(),
        kind: Kind::Module,
        form: Form::Binary,
        size: GUEST.len(),
        wasm: GUEST.to_owned().into(),
    }
}

/// A module that can greet.
struct Guest<'a> {
    file: String,
    store: &'a mut Store<Data>,
    memory: Memory,
    greet: TypedFunc<(u32, u32), ()>,
}

impl Guest<'_> {
    /// Instantiates the module and looks for what greeting needs.
    fn new(session: &mut Session) -> Result<Guest<'_>, Failure> {
        check_exports(&session.name, &session.module)?;
        let instance = session.instantiate()?;
        let file = session.name.clone();
        let store = &mut session.store;
        let memory = instance.get_memory(&mut *store, "memory");
        let memory =
            memory.unwrap_or_else(|| unreachable!("BUG: an export of the module is no export of its instance"));
        let greet = instance.get_typed_func(&mut *store, "greet").map_err(|error| Failure::of(&file, &error))?;
        Ok(Guest { file, store, memory, greet })
    }

    /// Grows the memory until the name fits, and gives the size of the window to show: the greeting and the name lie in
    /// `2 * length + 10` bytes.
    fn make_room(&mut self, name: &str) -> Result<usize, Failure> {
        const PAGE: usize = 65536;
        let window = 2 * name.len() + PREFIX.len() + 3;
        let missing = window.saturating_sub(self.memory.data_size(&self.store));
        if missing == 0 {
            return Ok(window);
        }
        match self.memory.grow(&mut self.store, missing.div_ceil(PAGE) as u64) {
            Ok(_) => Ok(window),
            Err(error) => Err(self.too_small(name, window, &error.to_string())),
        }
    }

    fn too_small(&self, name: &str, window: usize, why: &str) -> Failure {
        Failure::input(format!("a name of {} bytes does not fit into the memory of {}", name.len(), self.file))
            .found(format!("{} bytes of memory, which cannot grow: {why}", self.memory.data_size(&self.store)))
            .wanted(format!("{window} bytes: the greeting, three bytes between, and the name"))
    }

    /// Writes the name at `length + 10` and gives that address.
    fn write(&mut self, name: &str) -> Result<usize, Failure> {
        let address = name.len() + PREFIX.len() + 3;
        let written = self.memory.write(&mut self.store, address, name.as_bytes());
        written.map_err(|error| Failure::of(&self.file, &error.into()))?;
        Ok(address)
    }

    /// Reads the first `length` bytes of the memory.
    fn look(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = vec![0; length];
        let read = self.memory.read(&self.store, 0, &mut bytes);
        read.map_err(|error| Failure::of(&self.file, &error.into()))?;
        Ok(bytes)
    }

    fn greet(&mut self, address: usize, name: &str) -> Result<(), Failure> {
        // The name was written there, so both fit: a 32-bit memory ends at 4 GiB.
        let called = self.greet.call(&mut *self.store, (address as u32, name.len() as u32));
        called.map_err(|error| Failure::of(&self.file, &error))
    }

    fn text(&self, greeting: Vec<u8>) -> Result<String, Failure> {
        String::from_utf8(greeting).map_err(|error| {
            Failure::input(format!("the greeting of {} is not UTF-8", self.file))
                .found(format!("the bytes `{}`", Hex(&error.as_bytes()[..error.as_bytes().len().min(24)])))
                .wanted(format!("`{PREFIX}` and the name, at address 0"))
        })
    }
}

/// What a module must export.
const WANTED: &str = "a linear memory exported as `memory`, and a function exported as `greet: (i32, i32) -> ()`";

/// Says what is missing or of another type before anything runs.
fn check_exports(file: &str, module: &Module) -> Result<(), Failure> {
    match module.get_export("memory") {
        Some(ExternType::Memory(_)) => {}
        other => return Err(unfit(file, "memory", module, other)),
    }
    match module.get_export("greet") {
        Some(ExternType::Func(ty)) if ty == FuncType::new([ValType::I32, ValType::I32], []) => Ok(()),
        other => Err(unfit(file, "greet", module, other)),
    }
}

fn unfit(file: &str, name: &str, module: &Module, found: Option<ExternType>) -> Failure {
    let failure = match found {
        Some(ty) => {
            Failure::input(format!("{file} cannot greet: its export `{name}` has another type")).found(show_type(&ty))
        }
        None => Failure::input(format!("{file} cannot greet: it exports no `{name}`")).found(exports(module)),
    };
    failure.wanted(WANTED)
}

fn exports(module: &Module) -> String {
    let names: Vec<String> = module.exports().map(|export| format!("`{}`", export.name().escape_debug())).collect();
    if names.is_empty() { "no exports".to_owned() } else { format!("the exports {}", names.join(", ")) }
}
