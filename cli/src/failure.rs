//! What went wrong, as a message and an exit status.

use std::fmt::{Display, Write as _};
use std::io;
use std::path::Path;

use falkirk::{Error, ErrorKind, ExitStatus, Limit, LinkError};

use crate::lines;
use crate::source::Source;

/// Input or command line is wrong.
const BAD_INPUT: u8 = 2;
/// A trap or an exhausted limit: what a shell shows for a process that aborted (128 + SIGABRT).
const TRAP: u8 = 134;
/// A host function failed.
const HOST_FAILURE: u8 = 1;

/// Why a command did not do its work.
#[derive(Debug)]
pub struct Failure {
    status: u8,
    /// What comes behind `error: `; nothing when the status says it all.
    text: Option<String>,
}

impl Failure {
    /// The command line, a file or an argument is wrong.
    pub fn input(what: impl Into<String>) -> Failure {
        Failure { status: BAD_INPUT, text: Some(what.into()) }
    }

    /// Adds what was found.
    pub fn found(self, found: impl Display) -> Failure {
        self.line("found", found)
    }

    /// Adds what was wanted.
    pub fn wanted(self, wanted: impl Display) -> Failure {
        self.line("wanted", wanted)
    }

    /// Adds what to do next.
    pub fn help(self, help: impl Display) -> Failure {
        self.line("help", help)
    }

    fn line(mut self, label: &str, text: impl Display) -> Failure {
        if let Some(message) = &mut self.text {
            let _ = write!(message, "\n  {label}: {text}");
        }
        self
    }

    /// A file cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Failure {
        Failure::input(format!("{} cannot be read: {error}", path.display()))
    }

    /// A module is rejected, or cannot be linked or instantiated; or the program ended early.
    pub fn of(file: &str, error: &Error) -> Failure {
        if let Some(exit) = error.downcast_ref::<ExitStatus>() {
            return Failure { status: exit.0 as u8, text: None };
        }
        match error.kind() {
            ErrorKind::Trap(_) => stopped(TRAP, error),
            ErrorKind::Limit(Limit::Fuel) => stopped(TRAP, error).help("`--fuel N` gives more"),
            ErrorKind::Limit(Limit::Interrupted) => stopped(TRAP, error).help("`--timeout DURATION` gives more time"),
            ErrorKind::Limit(Limit::Stack) => stopped(TRAP, error),
            ErrorKind::Limit(Limit::Memory) => {
                Failure::input(format!("{file}: {error}")).help("`--max-memory BYTES` says how large a memory may be")
            }
            ErrorKind::Host => stopped(HOST_FAILURE, error),
            ErrorKind::Link(link) => unlinkable(file, link),
            ErrorKind::Invalid { offset, .. } => invalid(file, error, *offset),
            _ => Failure::input(format!("{file}: {error}")),
        }
    }

    /// The exit status.
    pub fn status(&self) -> u8 {
        self.status
    }

    /// What to print on standard error, if anything.
    pub fn message(&self) -> Option<String> {
        self.text.as_ref().map(|text| format!("error: {text}"))
    }
}

/// The program stopped: why, and the functions that were running, the innermost first.
fn stopped(status: u8, error: &Error) -> Failure {
    let mut text = error.to_string();
    if !error.backtrace().is_empty() {
        let _ = write!(text, "\n{}", error.display_backtrace());
    }
    Failure { status, text: Some(text) }
}

/// An import is missing or does not fit.
/// A module that is not valid. Whoever has written it as text looks for a line, and not for an offset.
fn invalid(file: &str, error: &Error, offset: usize) -> Failure {
    let failure = Failure::input(format!("{file}: {error}"));
    let text = Source::read_text(Path::new(file)).ok().flatten();
    match text.and_then(|text| lines::line(&text, offset)) {
        Some((line, column)) => failure.line("at", format!("{file}:{line}:{column}")),
        None => failure,
    }
}

fn unlinkable(file: &str, error: &LinkError) -> Failure {
    let failure = Failure::input(format!("{file} cannot be linked: {error}"));
    match error {
        LinkError::UnknownImport { module, .. } if module.starts_with("wasi_") => failure,
        LinkError::UnknownImport { .. } => failure.help(
            "there are `env.log` and the module `spectest` to import from; a program that embeds the library can give others",
        ),
        _ => failure,
    }
}

/// Writing failed. A closed pipe (`falkirk ... | head`) is no failure: the reader had enough.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure { status: 0, text: None };
        }
        Failure { status: HOST_FAILURE, text: Some(format!("standard output cannot be written: {error}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_statuses() {
        let status = |error: Error| Failure::of("file", &error).status();
        assert_eq!(status(falkirk::Trap::Unreachable.into()), TRAP);
        assert_eq!(status(Limit::Fuel.into()), TRAP);
        assert_eq!(status(Limit::Memory.into()), BAD_INPUT);
        assert_eq!(status(Error::msg("host")), HOST_FAILURE);
        assert_eq!(status(Error::host(ExitStatus(7))), 7);
        assert_eq!(Failure::of("file", &Error::host(ExitStatus(7))).message(), None);
    }

    #[test]
    fn a_message_says_what_was_found_and_wanted() {
        let failure = Failure::input("it is wrong").found("this").wanted("that").help("do so");
        assert_eq!(failure.message().unwrap(), "error: it is wrong\n  found: this\n  wanted: that\n  help: do so");
    }
}
