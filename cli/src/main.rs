//! `falkirk`: runs, inspects and traces WebAssembly modules.
//!
//! | module | what |
//! | --- | --- |
//! | `options` | the command line |
//! | `commands` | one module per command |
//! | `source` | a file's bytes, and what kind of file it is |
//! | `lines` | where in a module's text an instruction stands |
//! | `session` | an engine, a store and an instance as the command line wants them |
//! | `cache` | where machine code is kept between runs |
//! | `host` | what the program offers for import |
//! | `wasi` | what a module that was made for WASI is given |
//! | `tracing` | what happens in a store, as text, JSON or a page |
//! | `play` | the playground: a page on this machine, and what answers it |
//! | `browser` | opens a page in the user's browser |
//! | `page` | writes a page for a browser |
//! | `component` | components: linked, called |
//! | `versions` | versions in names |
//! | `arguments`, `results` | values as text |
//! | `failure` | what went wrong, as a message and an exit status |
//! | `whole_file` | files that are written as a whole or not at all |
//! | `output` | standard output, which may be closed at any time |

mod arguments;
mod browser;
mod cache;
mod commands;
mod component;
mod failure;
mod host;
mod lines;
mod options;
mod output;
#[cfg(any(feature = "explain", feature = "trace"))]
mod page;
#[cfg(feature = "play")]
mod play;
mod results;
mod session;
mod source;
#[cfg(feature = "trace")]
mod tracing;
mod units;
mod versions;
mod wasi;
mod whole_file;

use std::process::ExitCode;

use clap::Parser;

use crate::failure::Failure;
use crate::output::Out;

fn main() -> ExitCode {
    let options = options::Options::parse();
    let mut out = Out::stdout();
    let outcome = commands::run(options, &mut out).and_then(|status| out.finish().map(|()| status));
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(failure) => report(&failure, &mut out),
    }
}

/// Prints what went wrong, behind what was printed before, and gives the exit status.
fn report(failure: &Failure, out: &mut Out) -> ExitCode {
    let _ = out.finish();
    if let Some(message) = failure.message() {
        output::to_stderr(&message);
    }
    ExitCode::from(failure.status())
}
