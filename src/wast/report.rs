//! What came of a script.

use std::collections::BTreeMap;
use std::fmt;

/// What came of a script: how many directives held, and which did not and why.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The script's name, as it was given to [`Runner::run_script`](super::Runner::run_script).
    pub name: String,
    /// How many directives did what they should.
    pub passed: usize,
    /// The directives that did not, in the order of the script.
    pub failed: Vec<Failure>,
    /// Passed and failed by the directive's name (`module`, `assert_return`, ...).
    pub kinds: BTreeMap<&'static str, Count>,
    /// The line (from 1) of every directive that was run, in order.
    pub lines: Vec<usize>,
}

/// How many directives of one kind passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that did what they should.
    pub passed: usize,
    /// Those that did not.
    pub failed: usize,
}

/// A directive that did not do what it should.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its line in the script, from 1.
    pub line: usize,
    /// Its column in that line, from 1, in bytes.
    pub column: usize,
    /// The directive's name (`assert_return`, ...), or `script` when the script itself does not parse.
    pub what: &'static str,
    /// What was wanted and what was found.
    pub message: String,
}

impl Report {
    pub(super) fn new(name: &str) -> Report {
        Report { name: name.to_owned(), ..Report::default() }
    }

    /// Whether every directive did what it should.
    pub fn is_success(&self) -> bool {
        self.failed.is_empty()
    }

    /// How many assertions (`assert_return`, `assert_trap`, ...) held. Modules, `register` and plain `invoke` do not count.
    pub fn assertions(&self) -> usize {
        self.assertion_counts().map(|count| count.passed).sum()
    }

    /// How many assertions did not hold.
    pub fn failed_assertions(&self) -> usize {
        self.assertion_counts().map(|count| count.failed).sum()
    }

    fn assertion_counts(&self) -> impl Iterator<Item = &Count> {
        self.kinds.iter().filter(|(kind, _)| kind.starts_with("assert_")).map(|(_, count)| count)
    }

    /// Notes a directive's outcome.
    pub(super) fn note(&mut self, place: (usize, usize), kind: &'static str, outcome: Result<(), String>) {
        let (line, column) = place;
        let count = self.kinds.entry(kind).or_default();
        self.lines.push(line);
        match outcome {
            Ok(()) => {
                self.passed += 1;
                count.passed += 1;
            }
            Err(message) => {
                count.failed += 1;
                self.failed.push(Failure { line, column, what: kind, message });
            }
        }
    }

    /// Notes that the script itself does not parse.
    pub(super) fn note_unreadable(&mut self, place: (usize, usize), message: String) {
        self.failed.push(Failure { line: place.0, column: place.1, what: "script", message });
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.line, self.column, self.what, self.message)
    }
}

/// One line of totals, then a line for each failure (`name:line:column: directive: message`).
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_success() { "ok" } else { "FAILED" };
        let total = self.passed + self.failed.len();
        write!(f, "{}: {verdict}, {} of {total} directives", self.name, self.passed)?;
        write!(f, ", {} of {} assertions", self.assertions(), self.assertions() + self.failed_assertions())?;
        self.failed.iter().try_for_each(|failure| write!(f, "\n{}:{failure}", self.name))
    }
}
