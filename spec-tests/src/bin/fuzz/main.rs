//! Engine against engine until somebody stops it: `cargo run --release -p falkirk-spec-tests --bin fuzz -- --help`.
//!
//! | module | what |
//! | --- | --- |
//! | `options` | the command line |
//! | `watch` | processes that try seeds, and what is said when one crashes or hangs |
//! | `work` | such a process: generates, compares, writes down |

mod options;
mod watch;
mod work;

use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::parse(&arguments) {
        Ok(options) if options.progress.is_some() => work::run(&options),
        Ok(options) => watch::run(&options),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
