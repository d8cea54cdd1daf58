//! The runner: parses a script and hands its directives over one by one.

use std::time::Duration;

use ::wast::Wast;
use ::wast::lexer::Lexer;
use ::wast::parser::{self, ParseBuffer};
use ::wast::token::Span;
use falkirk_runtime::Engine;

use super::Report;
use super::script::Script;

/// Runs scripts on an engine. Each script gets a [`Store`](crate::Store) of its own.
#[derive(Clone)]
pub struct Runner {
    engine: Engine,
    time_limit: Option<Duration>,
}

impl Runner {
    /// A runner of scripts on `engine`, without a time limit.
    pub fn new(engine: &Engine) -> Runner {
        Runner { engine: engine.clone(), time_limit: None }
    }

    /// The longest that a single directive may run; it fails then, and the script goes on.
    pub fn time_limit(&mut self, limit: Option<Duration>) -> &mut Runner {
        self.time_limit = limit;
        self
    }

    /// Runs every directive of the script `text`. A directive that fails does not stop those after it; a script that does
    /// not parse runs none and has one failure. `name` is only carried into the report.
    ///
    /// # Panics
    ///
    /// Only where the engine has a bug: nothing that a script holds makes this panic.
    pub fn run_script(&self, name: &str, text: &str) -> Report {
        let mut report = Report::new(name);
        if let Err(error) = self.run_directives(text, &mut report) {
            report.note_unreadable(place(error.span(), text), error.message());
        }
        report
    }

    fn run_directives(&self, text: &str, report: &mut Report) -> Result<(), ::wast::Error> {
        let mut lexer = Lexer::new(text);
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer)?;
        let script = parser::parse::<Wast<'_>>(&buffer)?;
        let mut running = match Script::new(&self.engine, self.time_limit) {
            Ok(running) => running,
            Err(error) => {
                report.note_unreadable((1, 1), format!("the host module `spectest` cannot be made: {error}"));
                return Ok(());
            }
        };
        for directive in script.directives {
            let place = place(directive.span(), text);
            let (kind, outcome) = running.run(directive);
            report.note(place, kind, outcome);
        }
        Ok(())
    }
}

/// Line and column of `span`, from 1.
fn place(span: Span, text: &str) -> (usize, usize) {
    let (line, column) = span.linecol_in(text);
    (line + 1, column + 1)
}
