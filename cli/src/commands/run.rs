//! `falkirk run`: calls `_start` or an export, and prints the results, one a line.

use std::io::Write;

use crate::component;
use crate::failure::Failure;
use crate::options::{Run, Settings};
use crate::output::Out;
use crate::session::Session;
use crate::source::{Kind, Source};

/// Runs the program.
pub fn run(command: &Run, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    let source = Source::read_to_run(&command.file)?;
    if command.watch.json && !command.watch.strace && !command.watch.explain {
        let failure = Failure::input("there is nothing to print as JSON").found("--json alone");
        return Err(failure.wanted("--strace or --explain as well"));
    }
    if source.kind != Kind::Component {
        component::no_plugs(&source, &command.plug)?;
    }
    let arguments = if command.invoke.is_none() { &*command.arguments } else { &[] };
    let wasi = command.grants.context(&source.name, arguments, &command.watch)?;
    if source.kind == Kind::Component {
        return component::run(&source, command, settings, wasi, out);
    }
    let mut session = Session::new(&source, settings, false, wasi, out)?;
    let results = session.call(command.invoke.as_deref(), &command.arguments);
    command.watch.end(&session.store.data().wasi, command, settings);
    for value in results? {
        writeln!(out, "{}", value)?;
    }
    Ok(())
}
