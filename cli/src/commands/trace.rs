//! `falkirk trace`: runs an export and prints what happens.

use crate::failure::Failure;
use crate::options::{Settings, Trace};
use crate::output::Out;
use crate::session::Session;
use crate::source::Source;
use crate::tracing;

/// Runs the program under the observer. The last line of the trace is the outermost `return` with the results.
pub fn run(command: &Trace, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    let source = Source::read_to_run(&command.file)?;
    let mut session = Session::new(&source, settings, true, out)?;
    tracing::observe(&mut session.store, command.instructions, out);
    let result = session.call(command.invoke.as_deref(), &command.arguments);
    tracing::outcome(result, out).map(|_| ())
}
