//! What came of a comparison.

use std::fmt;

use super::difference::Difference;
use super::outcome::{End, Outcome};
use super::script::Call;

/// What came of a comparison: all steps until the end or the first difference.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The engines' names; the ends of a step are in this order.
    pub engines: Vec<String>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The first difference, if there is one: seen behind the last step.
    pub difference: Option<Difference>,
}

/// A step that all engines took.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it was.
    pub what: What,
    /// How it ended on each engine.
    pub ends: Vec<End>,
    /// How many calls of host functions and accesses of the host to memory there were, on the first engine.
    pub host_events: usize,
}

/// What a step was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The module was parsed, validated, and translated or compiled.
    Compile,
    /// The module was instantiated in a new store.
    Instantiate,
    /// An export was called.
    Call(Call),
}

impl Step {
    /// Whether an engine came to a limit, so that nothing was compared.
    pub fn is_at_limit(&self) -> bool {
        self.ends.iter().any(|end| matches!(end.outcome, Outcome::AtLimit(..)))
    }

    /// Whether it went well on every engine.
    pub fn went_well(&self) -> bool {
        self.ends.iter().all(|end| matches!(end.outcome, Outcome::Returned(_)))
    }
}

impl Report {
    /// The calls among the steps.
    pub fn calls(&self) -> impl Iterator<Item = (&Call, &Step)> {
        self.steps.iter().filter_map(|step| if let What::Call(call) = &step.what { Some((call, step)) } else { None })
    }

    /// How the module was rejected, if it was, on the first engine that did.
    pub fn rejection(&self) -> Option<&Outcome> {
        let compile = self.steps.first()?;
        compile.ends.iter().map(|end| &end.outcome).find(|outcome| !matches!(outcome, Outcome::Returned(_)))
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Compile => f.write_str("compile"),
            What::Instantiate => f.write_str("instantiate"),
            What::Call(call) => call.fmt(f),
        }
    }
}

/// The steps with their outcomes on the first engine, and the difference.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let outcome = step.ends.first().map(|end| end.outcome.to_string()).unwrap_or_default();
            writeln!(f, "{} -> {outcome}", step.what)?;
        }
        match &self.difference {
            Some(difference) => write!(f, "{difference}"),
            None => f.write_str("no difference"),
        }
    }
}
