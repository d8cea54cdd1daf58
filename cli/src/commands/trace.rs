//! `falkirk trace`: runs an export and shows what happens.

use std::io::Write;

use falkirk::EngineKind;

use crate::component;
use crate::failure::Failure;
use crate::options::{Settings, Trace};
use crate::output::Out;
use crate::session::Session;
use crate::source::{Kind, Source};
use crate::tracing::{self, Form};
use crate::wasi;

/// Runs the program under the observer. The last line of the trace is the outermost `return` with the results.
pub fn run(command: &Trace, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    let source = Source::read_to_run(&command.file)?;
    if source.kind == Kind::Component {
        return trace_component(&source, command, settings, out);
    }
    component::no_plugs(&source, &command.plug)?;
    let form = Form::new(command.json, command.html.as_deref());
    let mut printed = form.printed(out);
    let arguments = if command.invoke.is_none() { &*command.arguments } else { &[] };
    let wasi = wasi::traced(&source.name, arguments)?;
    let mut session = Session::new(&source, settings, true, wasi, &printed)?;
    let title = title(command, &session.name);
    let trace = tracing::Trace::new(&mut session.store, form, command.instructions, title, out);
    let result = session.call(command.invoke.as_deref(), &command.arguments);
    // Standard error has nobody behind it to tell of an error; standard output is flushed with the trace.
    let _ = printed.flush();
    trace.outcome(result).map(|_| ())
}

/// Runs a component's function: shows what crosses its walls and, where the interpreter runs it, the calls inside.
fn trace_component(source: &Source, command: &Trace, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    let form = Form::new(command.json, command.html.as_deref());
    let mut printed = form.printed(out);
    let compiled = matches!(settings.engine, EngineKind::Jit | EngineKind::Mixed);
    let arguments = if command.invoke.is_none() { &*command.arguments } else { &[] };
    let wasi = wasi::traced(&source.name, arguments)?;
    let mut session =
        component::Session::new(source, &command.plug, settings, !compiled || command.instructions, wasi)?;
    let title = title(command, &session.name);
    let trace = tracing::Trace::new(&mut session.store, form, command.instructions, title, out);
    trace.components(&mut session.store);
    let begin = &mut |file: &str| trace.name_next(&component::short(file));
    let result = session.call(command.invoke.as_deref(), &command.arguments, begin);
    for value in result.iter().flatten() {
        writeln!(printed, "{value}")?;
    }
    let _ = printed.flush();
    trace.outcome(result).map(|_| ())
}

/// What a page is called: `add.wat: add 1 2`.
fn title(command: &Trace, file: &str) -> String {
    let mut title = format!("{file}: {}", command.invoke.as_deref().unwrap_or("_start"));
    for argument in &command.arguments {
        title.push(' ');
        title.push_str(argument);
    }
    title.chars().take(200).collect()
}
