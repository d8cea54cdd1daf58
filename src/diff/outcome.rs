//! How a step ended.

use std::any::Any;
use std::fmt;
use std::mem::discriminant;
use std::time::Duration;

use falkirk_runtime::{Error, ErrorKind, Limit};

use super::value::{Value, list};

/// How a step ended on one engine.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// With these results; a step that is no call has none.
    Returned(Vec<Value>),
    /// With a trap, a link error, a host's error, or because the module is rejected.
    Failed(Failure),
    /// At a limit, which engines reach at different points.
    AtLimit(Limit, String),
    /// With a panic: a bug, whichever engine it is.
    Panicked(String),
}

/// A failure that two engines must agree on.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The error's message.
    pub message: String,
    /// The guest's frames, the innermost first: the function's index and the offset in the module's bytes.
    pub frames: Vec<(u32, usize)>,
}

/// How closely the frames of failures are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frames {
    /// Not at all.
    Ignored,
    /// The functions, and the offsets of the calls between them. The offset of the instruction that failed may differ: of
    /// two that an engine runs in one step, it may not know which it was.
    #[default]
    Calls,
    /// All offsets.
    Offsets,
}

impl Failure {
    /// The number of the first frame that is not the same in both.
    pub(super) fn first_other_frame(&self, other: &Failure, frames: Frames) -> Option<usize> {
        let longer = self.frames.len().max(other.frames.len());
        (0..longer).find(|&at| match (self.frames.get(at), other.frames.get(at)) {
            _ if frames == Frames::Ignored => false,
            (Some((function, _)), Some((other, _))) if at == 0 && frames == Frames::Calls => function != other,
            (frame, other) => frame != other,
        })
    }

    /// Whether these are the same failure, wherever it happened.
    pub(super) fn is_same(&self, other: &Failure) -> bool {
        match (&self.kind, &other.kind) {
            // The messages of link errors number types, which each engine does for itself.
            (ErrorKind::Link(a), ErrorKind::Link(b)) => discriminant(a) == discriminant(b),
            (a, b) => a == b && self.message == other.message,
        }
    }
}

/// How a step ended, and how long it took.
#[derive(Clone, Debug)]
pub struct End {
    /// How.
    pub outcome: Outcome,
    /// After how long.
    pub took: Duration,
}

impl Outcome {
    pub(super) fn of(result: std::thread::Result<Result<Vec<Value>, Error>>) -> Outcome {
        match result {
            Ok(Ok(values)) => Outcome::Returned(values),
            Ok(Err(error)) => Outcome::failed(&error),
            Err(panic) => Outcome::Panicked(message(&*panic)),
        }
    }

    fn failed(error: &Error) -> Outcome {
        let message = error.to_string();
        match error.kind() {
            ErrorKind::Limit(limit) => Outcome::AtLimit(*limit, message),
            kind => {
                let frames = error.backtrace().iter().map(|frame| (frame.function, frame.offset)).collect();
                Outcome::Failed(Failure { kind: kind.clone(), message, frames })
            }
        }
    }
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message").to_owned()
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Returned(values) => write!(f, "({})", list(values)),
            Outcome::Failed(failure) => f.write_str(&failure.message),
            Outcome::AtLimit(_, message) => f.write_str(message),
            Outcome::Panicked(message) => write!(f, "panic: {message}"),
        }
    }
}
