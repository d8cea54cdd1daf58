//! Errors: four kinds of failure that stay apart, and what an embedder did wrong.
//!
//! | kind | what failed |
//! | --- | --- |
//! | [`ErrorKind::Trap`] | the guest met one of the specification's trap conditions |
//! | [`ErrorKind::Limit`] | a limit of this implementation or of the embedder is used up |
//! | [`ErrorKind::Link`] | imports and what is offered for them do not fit |
//! | [`ErrorKind::Host`] | a host function failed; its error went through the guest unchanged |
//! | [`ErrorKind::Invalid`], [`ErrorKind::Text`] | the module is malformed or invalid |
//! | [`ErrorKind::Usage`] | the embedder called with the wrong types, the wrong count, ... |

mod link;

use std::error::Error as StdError;
use std::fmt;

pub use link::LinkError;

use crate::backtrace::{BacktraceFrame, Trace, TraceFrame};
use crate::trap::Trap;

/// A result whose error is Falkirk's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with the guest's frames if it happened in a call.
///
/// An error is one word. `{}` prints the message, `{:?}` the message and the backtrace.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    payload: Payload,
    trace: Trace,
}

/// What an error carries beside its kind.
enum Payload {
    None,
    Message(String),
    Host(Box<dyn StdError + Send + Sync>),
}

/// The kind of an [`Error`].
///
/// [The book](crate#in-the-book) explains it in chapter 19.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The guest trapped.
    Trap(Trap),
    /// A limit is used up.
    Limit(Limit),
    /// An import is missing or does not fit.
    Link(LinkError),
    /// A host function (or a resource limiter) failed; see [`Error::downcast_ref`].
    Host,
    /// The module is not valid (or, as [`Error::is_malformed`] tells, not even well-formed).
    Invalid {
        /// The offset in the module's bytes at which this was found.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The module's text could not be parsed.
    Text {
        /// What is wrong, with the line and a caret below it.
        message: String,
    },
    /// The embedder's call does not fit: a wrong count or type of arguments, an export that is not there, a setting
    /// that is off.
    Usage,
}

/// A limit that a computation ran into. Unlike a [`Trap`], it depends on the implementation and the embedder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// The value stack ([`Config::max_wasm_stack`](crate::Config::max_wasm_stack)) or the nesting of host and guest
    /// calls ([`Config::max_host_depth`](crate::Config::max_host_depth)).
    Stack,
    /// The fuel ([`Store::set_fuel`](crate::Store::set_fuel)).
    Fuel,
    /// The store was interrupted, or its deadline passed.
    Interrupted,
    /// The size of a memory.
    Memory,
    /// The size of a table.
    Table,
    /// How many instances, memories or tables a store may have.
    Instances,
    /// The module passes a limit of this implementation, which the message names.
    Implementation,
}

impl Limit {
    /// A sentence about this limit; for the stack in the words of the specification's test suite.
    pub fn message(self) -> &'static str {
        match self {
            Limit::Stack => "call stack exhausted",
            Limit::Fuel => "all fuel consumed",
            Limit::Interrupted => "interrupted",
            Limit::Memory => "memory limit exceeded",
            Limit::Table => "table limit exceeded",
            Limit::Instances => "too many instances, memories or tables in one store",
            Limit::Implementation => "implementation limit exceeded",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl Error {
    fn new(kind: ErrorKind, payload: Payload) -> Error {
        Error(Box::new(Inner { kind, payload, trace: Trace::default() }))
    }

    /// An error of the host. It goes through the guest unchanged: the embedder who called the guest gets it back with
    /// [`Error::downcast`] or [`Error::downcast_ref`].
    pub fn host(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::new(ErrorKind::Host, Payload::Host(error.into()))
    }

    /// An error of the host that is only a message.
    pub fn msg(message: impl fmt::Display) -> Error {
        Error::host(Message(message.to_string()))
    }

    /// An error that says what the embedder did wrong.
    pub fn usage(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Usage, Payload::Message(message.into()))
    }

    /// An error that says which limit was reached, with details such as the number wanted and the number allowed.
    pub fn limit_reached(limit: Limit, details: impl Into<String>) -> Error {
        Error::new(ErrorKind::Limit(limit), Payload::Message(details.into()))
    }

    /// An error that says that a module passes a limit of this implementation; `details` names the limit.
    pub fn implementation_limit(details: impl Into<String>) -> Error {
        Error::limit_reached(Limit::Implementation, details)
    }

    /// A trap that the component model's rules name: [`Trap::CanonicalAbi`], with `rule` for its message.
    pub fn canonical_abi(rule: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::new(ErrorKind::Trap(Trap::CanonicalAbi), Payload::Host(rule.into()))
    }

    /// A module or component that is not valid, or with `malformed` not well-formed.
    pub fn invalid(offset: usize, reason: impl Into<String>, malformed: bool) -> Error {
        let payload = if malformed { Payload::Message("malformed".into()) } else { Payload::None };
        Error::new(ErrorKind::Invalid { offset, reason: reason.into() }, payload)
    }

    /// Text that could not be parsed; `message` has the line and the caret.
    pub fn text(message: String) -> Error {
        Error::new(ErrorKind::Text { message }, Payload::None)
    }

    /// The kind of this error.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The trap, if this is one.
    pub fn trap(&self) -> Option<Trap> {
        match self.0.kind {
            ErrorKind::Trap(trap) => Some(trap),
            _ => None,
        }
    }

    /// The limit that was reached, if this is about one.
    pub fn limit(&self) -> Option<Limit> {
        match self.0.kind {
            ErrorKind::Limit(limit) => Some(limit),
            _ => None,
        }
    }

    /// Whether this is about a module whose bytes do not even follow the grammar (section 5 of the specification), as
    /// opposed to one that is not valid (section 3).
    pub fn is_malformed(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Invalid { .. }) && matches!(self.0.payload, Payload::Message(_))
            || matches!(self.0.kind, ErrorKind::Text { .. })
    }

    /// The host's error, if it is an `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        match &self.0.payload {
            Payload::Host(error) => error.downcast_ref(),
            _ => None,
        }
    }

    /// The host's error, if it is an `E`; else this error as it was.
    pub fn downcast<E: StdError + 'static>(mut self) -> Result<E, Error> {
        match std::mem::replace(&mut self.0.payload, Payload::None) {
            Payload::Host(error) => match error.downcast() {
                Ok(error) => Ok(*error),
                Err(error) => {
                    self.0.payload = Payload::Host(error);
                    Err(self)
                }
            },
            payload => {
                self.0.payload = payload;
                Err(self)
            }
        }
    }

    /// The guest's frames at the point of failure, innermost first; empty if no guest code was running.
    ///
    /// Names and lines are looked up when this is first called.
    pub fn backtrace(&self) -> &[BacktraceFrame] {
        self.0.trace.resolve()
    }

    /// Prints the backtrace, one line per frame (two with a file and line).
    pub fn display_backtrace(&self) -> impl fmt::Display + '_ {
        crate::backtrace::Display(self.backtrace())
    }

    /// Adds the frames that a call went through on its way out.
    pub(crate) fn push_frames(&mut self, frames: impl IntoIterator<Item = TraceFrame>) {
        self.0.trace.extend(frames);
    }
}

impl From<Trap> for Error {
    fn from(trap: Trap) -> Error {
        Error::new(ErrorKind::Trap(trap), Payload::None)
    }
}

impl From<Limit> for Error {
    fn from(limit: Limit) -> Error {
        Error::new(ErrorKind::Limit(limit), Payload::None)
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Error {
        Error::new(ErrorKind::Link(error), Payload::None)
    }
}

/// Error types of the host that `?` turns into an [`Error`].
macro_rules! host_errors {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Error {
                Error::host(error)
            }
        }
    )*};
}

host_errors!(
    Box<dyn StdError + Send + Sync>,
    ExitStatus,
    crate::memory::MemoryAccessError,
    std::io::Error,
    fmt::Error,
    std::num::TryFromIntError,
    std::str::Utf8Error,
    std::string::FromUtf8Error,
);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0.kind, &self.0.payload) {
            (ErrorKind::Trap(_), Payload::Host(rule)) => write!(f, "trap: {rule}"),
            (ErrorKind::Trap(trap), _) => write!(f, "trap: {trap}"),
            (ErrorKind::Limit(limit), Payload::Message(details)) => write!(f, "{limit}: {details}"),
            (ErrorKind::Limit(limit), _) => limit.fmt(f),
            (ErrorKind::Link(error), _) => error.fmt(f),
            (ErrorKind::Invalid { offset, reason }, _) => {
                let what = if self.is_malformed() { "malformed" } else { "invalid" };
                write!(f, "{what} module at offset {offset:#x}: {reason}")
            }
            (ErrorKind::Text { message }, _) => f.write_str(message),
            (_, Payload::Message(message)) => f.write_str(message),
            (_, Payload::Host(error)) => error.fmt(f),
            (_, Payload::None) => f.write_str("a host error that was taken out"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if !self.backtrace().is_empty() {
            write!(f, "\n{}", self.display_backtrace())?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.payload {
            // The message is the host error's own, so the chain goes on with what lies behind that.
            Payload::Host(error) => error.source(),
            _ => None,
        }
    }
}

/// The error of [`Error::msg`].
#[derive(Debug)]
struct Message(String);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Message {}

/// A guest's own wish to end, with its exit status. A host function returns it as an error, and whoever called the
/// guest finds it with [`Error::downcast_ref`]: a guest that exits has not failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExitStatus(pub i32);

impl fmt::Display for ExitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the guest exited with status {}", self.0)
    }
}

impl StdError for ExitStatus {}

#[cfg(test)]
mod tests;
