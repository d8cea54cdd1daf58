//! A module of the reader's own, to start with.

use std::path::Path;

use serde_json::{Value, json};

use super::http::BODY;
use crate::failure::Failure;
use crate::source::Source;

/// How long its text may be. The page sends it with each order, where some characters take more room.
const LONGEST: usize = BODY / 2;

/// A file that was opened.
pub struct Opened {
    name: String,
    about: &'static str,
    text: String,
}

impl Opened {
    /// Reads a file. Text stays as it is, even if it is wrong: the page shows where. A binary is shown as text.
    pub fn read(path: &Path) -> Result<Opened, Failure> {
        let name = path.display().to_string();
        let (about, text) = match Source::read_text(path)? {
            Some(text) => ("This is your file. What you change here is not written to it.", text),
            None => ("This is your file, as text. What you change here is not written to it.", print(path)?),
        };
        if text.len() > LONGEST {
            let failure = Failure::input(format!("{name} is too large for the playground"))
                .found(format!("{} bytes of text", text.len()))
                .wanted(format!("at most {LONGEST}"));
            return Err(failure.help("`falkirk explain` and `falkirk trace --html` take modules of any size"));
        }
        Ok(Opened { name, about, text })
    }

    /// As the page takes it. No function is chosen, so that the first is.
    pub fn json(&self) -> Value {
        json!({ "name": self.name, "about": self.about, "text": self.text, "function": null, "arguments": [], "write": null })
    }
}

/// The text of a binary.
fn print(path: &Path) -> Result<String, Failure> {
    let source = Source::read(path)?;
    let wasm = source.module()?;
    wasmprinter::print_bytes(&**wasm).map_err(|error| {
        let failure = Failure::input(format!("{} cannot be shown as text", source.name)).found(format!("{error:#}"));
        failure.help(format!("`falkirk inspect {}` says what is in it", source.name))
    })
}
