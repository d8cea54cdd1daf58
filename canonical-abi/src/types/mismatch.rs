//! The host's value or Rust type is not what the component's type asks for.

use std::fmt;

/// What the host gave does not fit the type that the component wants: `found ..., wanted ...`, and where.
///
/// The fault is the host's, not the guest's; nothing has trapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    path: Vec<String>,
    found: String,
    wanted: String,
}

impl Mismatch {
    /// Found one thing where another was wanted.
    pub fn new(found: impl fmt::Display, wanted: impl fmt::Display) -> Mismatch {
        Mismatch { path: Vec::new(), found: found.to_string(), wanted: wanted.to_string() }
    }

    /// The same mismatch, seen from the type that has it in a part.
    #[must_use]
    pub fn inside(mut self, part: impl fmt::Display) -> Mismatch {
        self.path.push(part.to_string());
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            let path: Vec<&str> = self.path.iter().rev().map(String::as_str).collect();
            write!(f, "in {}: ", path.join(", "))?;
        }
        write!(f, "found {}, wanted {}", self.found, self.wanted)
    }
}

impl std::error::Error for Mismatch {}
