//! A file's bytes, and what kind of file it is.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use falkirk::module::{is_precompiled, precompiled_wasm};
use falkirk::vm::read_file;

use crate::failure::Failure;

/// What a file holds, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A core module.
    Module,
    /// A component.
    Component,
}

/// How a file says what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In the binary format.
    Binary,
    /// In the text format.
    Text,
    /// In the binary format, with machine code.
    Precompiled,
}

/// A file, as a WebAssembly binary.
pub struct Source {
    /// The file's name as it was given.
    pub name: String,
    /// Module or component.
    pub kind: Kind,
    /// How the file says it.
    pub form: Form,
    /// The file's size in bytes.
    pub size: usize,
    /// The binary: the file's own, or what its text means. Of a precompiled file to run it is all of it.
    pub wasm: Arc<Vec<u8>>,
}

impl Source {
    /// Reads a file to look into, and turns text into a binary. Nothing is validated.
    pub fn read(path: &Path) -> Result<Source, Failure> {
        let source = Source::read_with(path, &wat::Parser::new())?;
        match source.form {
            Form::Precompiled => source.without_machine_code(),
            _ => Ok(source),
        }
    }

    /// The text of a file in the text format; nothing of a binary. The text may be wrong.
    pub fn read_text(path: &Path) -> Result<Option<String>, Failure> {
        let bytes = read(path)?;
        match form_of(path, &bytes) {
            Form::Text => utf8(path, &bytes).map(|text| Some(text.to_owned())),
            _ => Ok(None),
        }
    }

    /// Reads a file to run. Text becomes a binary with DWARF sections, so that backtraces name its lines.
    pub fn read_to_run(path: &Path) -> Result<Source, Failure> {
        Source::read_with(path, wat::Parser::new().generate_dwarf(wat::GenerateDwarf::Lines))
    }

    fn read_with(path: &Path, parser: &wat::Parser) -> Result<Source, Failure> {
        let bytes = read(path)?;
        let name = path.display().to_string();
        let size = bytes.len();
        let (form, wasm) = match form_of(path, &bytes) {
            Form::Text => (Form::Text, from_text(path, &bytes, parser)?),
            form => (form, bytes),
        };
        let kind = if form == Form::Precompiled { Kind::Module } else { kind_of(&name, &wasm)? };
        Ok(Source { name, kind, form, size, wasm: Arc::new(wasm) })
    }

    fn without_machine_code(self) -> Result<Source, Failure> {
        let wasm = precompiled_wasm(&self.wasm).map_err(|error| Failure::of(&self.name, &error))?;
        let wasm = Arc::new(wasm.unwrap_or_default().to_owned());
        Ok(Source { wasm, ..self })
    }

    /// The binary, if this is a core module.
    pub fn module(&self) -> Result<&Arc<Vec<u8>>, Failure> {
        match self.kind {
            Kind::Module => Ok(&self.wasm),
            Kind::Component => Err(Failure::input(format!("{} is a component", self.name))
                .wanted("a core module; `falkirk run` and `falkirk trace` take components too")
                .help(format!("`falkirk inspect {}` shows what is in it", self.name))),
        }
    }

    /// The binary, if this is a component.
    pub fn component(&self) -> Result<&[u8], Failure> {
        match self.kind {
            Kind::Component => Ok(&self.wasm),
            Kind::Module => Err(Failure::input(format!("{} is a core module", self.name))
                .wanted("a component")
                .help(format!("`falkirk component new {} -o OUT` makes a component of it", self.name))),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    File::open(path).and_then(|file| read_file(&file)).map_err(|error| Failure::unreadable(path, &error))
}

fn form_of(path: &Path, bytes: &[u8]) -> Form {
    match bytes {
        bytes if is_precompiled(bytes) => Form::Precompiled,
        [0, ..] => Form::Binary,
        bytes if is_text(path, bytes) => Form::Text,
        _ => Form::Binary,
    }
}

/// Text begins with a parenthesis or a comment; a file called `.wat` is meant to.
fn is_text(path: &Path, bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'(' | b';')) || path.extension().is_some_and(|extension| extension == "wat")
}

fn from_text(path: &Path, bytes: &[u8], parser: &wat::Parser) -> Result<Vec<u8>, Failure> {
    parser.parse_str(Some(path), utf8(path, bytes)?).map_err(|error| Failure::input(error.to_string()))
}

fn utf8<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, Failure> {
    std::str::from_utf8(bytes).map_err(|error| {
        let found = format!("a byte sequence that is not UTF-8 at offset {:#x}", error.valid_up_to());
        Failure::input(format!("{} is not text", path.display())).found(found).wanted("the text format, in UTF-8")
    })
}

/// The preamble: `\0asm`, then version and layer (specification, section 5.5.16 "Modules").
fn kind_of(name: &str, wasm: &[u8]) -> Result<Kind, Failure> {
    let wanted = "a binary, which begins with `00 61 73 6d 01 00 00 00`, or the text format, which begins with `(`";
    match wasm.first_chunk::<8>() {
        Some(b"\0asm\x01\0\0\0") => Ok(Kind::Module),
        Some([0, b'a', b's', b'm', _, _, 1, 0]) => Ok(Kind::Component),
        Some([0, b'a', b's', b'm', ..]) => {
            Err(Failure::input(format!("{name} has a version that falkirk does not know"))
                .found(Hex(&wasm[..8]))
                .wanted(wanted))
        }
        _ if wasm.is_empty() => Err(Failure::input(format!("{name} is empty")).wanted(wanted)),
        _ if b"\0asm\x01\0\0\0".starts_with(wasm) => {
            Err(Failure::input(format!("{name} is truncated")).found(Hex(wasm)).wanted(wanted))
        }
        _ => Err(Failure::input(format!("{name} is not WebAssembly"))
            .found(format!("a file that begins with `{}`", Hex(&wasm[..wasm.len().min(8)])))
            .wanted(wanted)),
    }
}

/// Bytes in hexadecimal, with spaces between.
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if position == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}
