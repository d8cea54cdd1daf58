//! The text of a function's operators, as `wasmprinter` writes it.

use std::io;
use std::ops::Range;

use falkirk_runtime::{Error, Module, Result};
use wasmprinter::Print;

/// A line of wasm's text.
#[derive(Clone, Debug)]
pub struct WasmLine {
    /// The offset in the module of what it shows.
    pub offset: usize,
    /// The text, indented by the depth of its block.
    pub text: String,
}

/// The lines of the function that a module defines with this index: its head, its locals, its operators.
///
/// # Errors
///
/// The module has something that the text format cannot show.
pub fn lines(module: &Module, function: u32) -> Result<Vec<WasmLine>> {
    let Some(body) = module.info().body(function) else { return Ok(Vec::new()) };
    let mut sink = Sink { body: body.clone(), lines: Vec::new(), offset: 0, text: String::new() };
    let printed = wasmprinter::Config::new().print(module.bytes(), &mut sink);
    match printed {
        // It was stopped behind the function.
        Err(_) if sink.is_past() => {}
        Err(error) => return Err(Error::usage(format!("function {function} cannot be shown as text: {error}"))),
        Ok(()) => {}
    }
    Ok(sink.function())
}

/// The most bytes that stand between the offset of a function's head and its body: the size of the body.
const SIZE_BYTES: usize = 5;

/// Keeps the lines of one function.
struct Sink {
    body: Range<usize>,
    lines: Vec<WasmLine>,
    offset: usize,
    text: String,
}

impl Sink {
    /// Whether the line that is being written stands behind the function.
    fn is_past(&self) -> bool {
        self.offset >= self.body.end
    }

    /// The lines from the head on. What may stand before it is the end of another function.
    fn function(self) -> Vec<WasmLine> {
        let is_head = |line: &WasmLine| line.offset <= self.body.start && line.text.trim_start().starts_with("(func");
        let head = self.lines.iter().rposition(is_head).unwrap_or(0);
        let mut lines: Vec<WasmLine> = self.lines[head..].to_vec();
        let indent = lines.first().map_or(0, |head| head.text.len() - head.text.trim_start().len());
        for line in &mut lines {
            line.text = printable(line.text.get(indent..).unwrap_or(&line.text).trim_end());
        }
        lines
    }
}

impl Print for Sink {
    fn write_str(&mut self, text: &str) -> io::Result<()> {
        if self.is_past() {
            return Err(io::Error::other("all that is wanted was written"));
        }
        if self.offset + SIZE_BYTES >= self.body.start {
            self.text.push_str(text);
        }
        Ok(())
    }

    fn newline(&mut self) -> io::Result<()> {
        if self.offset + SIZE_BYTES >= self.body.start {
            self.lines.push(WasmLine { offset: self.offset, text: std::mem::take(&mut self.text) });
        }
        Ok(())
    }

    fn start_line(&mut self, offset: Option<u64>) {
        if let Some(offset) = offset {
            self.offset = offset as usize;
        }
    }
}

/// Text without characters that would move the cursor, or the text around them: names may contain any.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        // Everything that Rust's debug form escapes, but for quotes and backslashes.
        if matches!(char, '"' | '\'' | '\\') {
            shown.push(char);
        } else {
            shown.extend(char.escape_debug());
        }
    }
    shown
}
