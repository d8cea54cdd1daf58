//! Values as text: WAVE, the WebAssembly value encoding.
//!
//! | type | text |
//! | --- | --- |
//! | `bool`, numbers | `true`, `-7`, `1.5e3`, `nan`, `-inf` |
//! | `char`, `string` | `'x'`, `"text with \" and \u{1f6a2}"` |
//! | `string` of several lines | three quotes, the lines, and three quotes on a line of their own, which set the indent |
//! | `list`, `tuple` | `[1, 2]`, `(1, "a")` |
//! | `record` | `{x: 1, y: 2}`; fields that are `none` may be left out, and `{:}` has only such |
//! | `flags` | `{read, write}` |
//! | `enum`, `variant` | `red`, `circle(2.5)` |
//! | `option` | `some(1)`, `none`, or just `1` |
//! | `result` | `ok(1)`, `ok`, `err("no")`, or just `1` for `ok(1)` |
//!
//! The name of a case that is also a word, such as `true`, is written with a `%` before it. `// ...` is a comment. Handles have no
//! text that can be read; they are printed as `<handle 5>`.
//!
//! ```
//! use falkirk_canonical_abi::{Type, Types, Val, wave};
//!
//! let mut types = Types::new();
//! let port = types.option(Type::U16)?;
//! let host = types.record([("name", Type::String), ("port", port)])?;
//! let val = wave::parse(&types, host, r#"{name: "localhost", port: 80}"#)?;
//! assert_eq!(val.to_string(), r#"{name: "localhost", port: some(80)}"#);
//!
//! let text = r#"{name: "localhost", port: 65536}"#;
//! let error = wave::parse(&types, host, text).unwrap_err();
//! assert_eq!(error.to_string(), "column 27: found `65536`, wanted a number from 0 to 65535");
//! assert_eq!(error.point_at(text), "\
//! {name: \"localhost\", port: 65536}
//!                           ^^^^^ found `65536`, wanted a number from 0 to 65535");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The book: [Interface types and WIT](../../../book/ch11-wit.html).

mod parse;
mod print;
mod scan;

use std::fmt;

pub use parse::{parse, parse_args, split_call};

/// A text that is not a value of the type that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveError {
    line: usize,
    column: usize,
    width: usize,
    message: String,
}

impl WaveError {
    /// Something is wrong with this part of a text.
    fn new(text: &str, begin: usize, end: usize, message: String) -> WaveError {
        let (line, column) = position(text, begin);
        let width = text[begin..end].lines().next().unwrap_or_default().chars().count().max(1);
        WaveError { line, column, width, message }
    }

    /// The line of the text, from 1 on.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The character of the line, from 1 on.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The line of the text, with the place underlined and the message behind.
    pub fn point_at(&self, text: &str) -> String {
        let line = text.lines().nth(self.line - 1).unwrap_or_default();
        let (space, carets) = (" ".repeat(self.column - 1), "^".repeat(self.width));
        format!("{line}\n{space}{carets} {}", self.message)
    }
}

/// The line and column of a byte, from 1 on.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

impl fmt::Display for WaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "line {}, ", self.line)?;
        }
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for WaveError {}
