//! Backtraces: where in the guest a call failed.
//!
//! A failing call leaves numbers (instance, function, offset). They become names, files and lines when somebody looks.

#[cfg(feature = "dwarf")]
pub(crate) mod dwarf;

use std::fmt;
use std::sync::OnceLock;

use crate::module::Module;

/// A frame of a backtrace: a function of the guest and the place in it.
///
/// [The book](crate#in-the-book) explains it in chapter 7.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BacktraceFrame {
    /// The module's name, if its name section has one.
    pub module: Option<String>,
    /// The function's index in its module.
    pub function: u32,
    /// The function's name: from debug information, the name section, or an export.
    pub name: Option<String>,
    /// The offset of the instruction in the module's bytes.
    pub offset: usize,
    /// The source file, if the module has DWARF sections (and the cargo feature `dwarf` is on).
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// Whether the compiler put this function into the next frame's, so that the two share `function` and `offset`.
    pub inlined: bool,
}

/// A frame as a failing call leaves it.
#[derive(Clone, Debug)]
pub(crate) struct TraceFrame {
    pub module: Module,
    pub function: u32,
    pub offset: usize,
}

/// The frames of an error, and what they were resolved to once somebody looked.
#[derive(Default)]
pub(crate) struct Trace {
    frames: Vec<TraceFrame>,
    resolved: OnceLock<Vec<BacktraceFrame>>,
}

impl Trace {
    /// Adds frames, outer ones.
    pub fn extend(&mut self, frames: impl IntoIterator<Item = TraceFrame>) {
        self.frames.extend(frames);
        self.resolved.take();
    }

    /// The frames with names, files and lines.
    pub fn resolve(&self) -> &[BacktraceFrame] {
        self.resolved.get_or_init(|| self.frames.iter().flat_map(resolve).collect())
    }
}

/// Looks up one frame; it becomes several where the compiler put functions into one another.
fn resolve(frame: &TraceFrame) -> Vec<BacktraceFrame> {
    let plain = BacktraceFrame {
        module: frame.module.name().map(str::to_owned),
        function: frame.function,
        name: frame.module.function_name(frame.function).map(|name| without_hash(name).to_owned()),
        offset: frame.offset,
        file: None,
        line: None,
        inlined: false,
    };
    #[cfg(feature = "dwarf")]
    if let Some(frames) = dwarf::resolve(&frame.module, &plain) {
        return frames;
    }
    vec![plain]
}

/// A function's name without the hash that the Rust compiler ends it with.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((rest, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest,
        _ => name,
    }
}

/// Prints frames, innermost first.
pub(crate) struct Display<'a>(pub &'a [BacktraceFrame]);

impl fmt::Display for Display<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, frame) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "  {position:>2}: {:#8x} - {}", frame.offset, frame.module.as_deref().unwrap_or("<module>"))?;
            match &frame.name {
                Some(name) => write!(f, "!{name}")?,
                None => write!(f, "!<function {}>", frame.function)?,
            }
            if let Some(file) = &frame.file {
                write!(f, "\n                at {file}")?;
                if let Some(line) = frame.line {
                    write!(f, ":{line}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_left_out() {
        let cases = [
            ("core::fmt::write::h0123456789abcdef", "core::fmt::write"),
            ("core::fmt::write::h0123456789abcde", "core::fmt::write::h0123456789abcde"),
            ("a::hello", "a::hello"),
            ("run", "run"),
        ];
        for (name, expected) in cases {
            assert_eq!(without_hash(name), expected);
        }
    }

    #[test]
    fn frames_print_one_per_line() {
        let frame = |name: Option<&str>, file: Option<&str>| BacktraceFrame {
            module: name.map(|_| "shop".to_owned()),
            function: 7,
            name: name.map(str::to_owned),
            offset: 0x1f,
            file: file.map(str::to_owned),
            line: file.map(|_| 3),
            inlined: false,
        };
        let frames = [frame(Some("pay"), Some("src/pay.rs")), frame(None, None)];
        assert_eq!(
            Display(&frames).to_string(),
            "   0:     0x1f - shop!pay\n                at src/pay.rs:3\n   1:     0x1f - <module>!<function 7>"
        );
    }
}
