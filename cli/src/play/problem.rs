//! What goes wrong with a program, with its place in the text.

use falkirk::{Error, ErrorKind, ExitStatus, Limit};
use serde_json::{Value, json};

use super::places::Place;
use super::text::Program;

/// How many functions of a backtrace are shown.
const FRAMES: usize = 20;

/// Why there is no result.
pub struct Problem {
    /// What was being done, in words for a heading.
    pub what: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// The functions that were running, the innermost first.
    frames: Vec<(String, Option<Place>)>,
}

impl Problem {
    /// Something that is wrong in no particular place.
    pub fn new(what: &'static str, message: impl Into<String>) -> Problem {
        Problem { what, message: message.into(), place: None, frames: Vec::new() }
    }

    /// The text cannot be read.
    pub fn text(message: String, place: Place) -> Problem {
        Problem { place: Some(place), ..Problem::new("The text cannot be read", message) }
    }

    /// What the runtime says about a program.
    pub fn of(error: &Error, program: &Program<'_>) -> Problem {
        if let Some(exit) = error.downcast_ref::<ExitStatus>() {
            return Problem::new("The program ended", format!("it asked to end, with exit status {}", exit.0));
        }
        let frames = error.backtrace().iter().take(FRAMES).map(|frame| {
            let name = frame.name.as_ref().map(|name| name.escape_debug().to_string());
            (name.unwrap_or_else(|| format!("function {}", frame.function)), program.place(frame.offset))
        });
        let frames: Vec<_> = frames.collect();
        let (what, place) = match error.kind() {
            ErrorKind::Invalid { offset, .. } => ("The module is not valid", program.near(*offset)),
            ErrorKind::Trap(_) => ("The program trapped", frames.first().and_then(|(_, place)| *place)),
            ErrorKind::Limit(_) => ("A limit was reached", frames.first().and_then(|(_, place)| *place)),
            ErrorKind::Link(_) => ("The module cannot be linked", None),
            ErrorKind::Host => ("A function of the host failed", frames.first().and_then(|(_, place)| *place)),
            _ => ("The module cannot be run", None),
        };
        Problem { what, message: message(error), place, frames }
    }

    /// As the page takes it.
    pub fn json(&self) -> Value {
        let frames: Vec<Value> =
            self.frames.iter().map(|(name, at)| json!({ "function": name, "at": place(*at) })).collect();
        json!({ "problem": { "what": self.what, "message": self.message, "at": place(self.place), "frames": frames } })
    }
}

/// What is wrong, in words that fit a page.
fn message(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Trap(trap) => trap.to_string(),
        ErrorKind::Invalid { reason, .. } => reason.clone(),
        ErrorKind::Limit(Limit::Interrupted) => "its time was up, or it was stopped".to_owned(),
        ErrorKind::Limit(Limit::Fuel) => "it had run too many instructions".to_owned(),
        _ => error.to_string(),
    }
}

/// A place as the page takes it; null if there is none.
pub fn place(place: Option<Place>) -> Value {
    place.map_or(
        Value::Null,
        |Place { line, column, start, end, .. }| json!({ "line": line, "column": column, "start": start, "end": end }),
    )
}
