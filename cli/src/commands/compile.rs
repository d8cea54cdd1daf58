//! `falkirk compile`: a module with its machine code, in a file.

use crate::failure::Failure;
use crate::options::{Compile, Settings};
use crate::session;
use crate::source::Source;
use crate::whole_file;

/// Compiles the module and writes the file.
pub fn run(command: &Compile, settings: &Settings) -> Result<(), Failure> {
    let source = Source::read_to_run(&command.file)?;
    let engine = session::engine(settings, false)?;
    let file = engine.precompile(&**source.module()?).map_err(|error| Failure::of(&source.name, &error))?;
    let path = command.output.clone().unwrap_or_else(|| command.file.with_extension("cwasm"));
    whole_file::write(&path, &file)
}
