//! `falkirk completions`: a shell's completion script.

use std::io::Write;

use clap::CommandFactory;

use crate::failure::Failure;
use crate::options::{Completions, Options};
use crate::output::Out;

/// Prints the script.
pub fn run(command: &Completions, out: &mut Out) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Options::command(), "falkirk", &mut script);
    Ok(out.write_all(&script)?)
}
