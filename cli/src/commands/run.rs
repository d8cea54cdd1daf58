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
    if source.kind == Kind::Component {
        return component::run(&source, command, settings, out);
    }
    component::no_plugs(&source, &command.plug)?;
    let arguments = if command.invoke.is_none() { &*command.arguments } else { &[] };
    let wasi = command.grants.context(&source.name, arguments)?;
    let mut session = Session::new(&source, settings, false, wasi, out)?;
    for value in session.call(command.invoke.as_deref(), &command.arguments)? {
        writeln!(out, "{}", value)?;
    }
    Ok(())
}
