//! The commands, one module each.

mod compile;
mod completions;
#[cfg(feature = "component-tools")]
mod components;
#[cfg(feature = "diff")]
mod diff;
mod doc;
#[cfg(feature = "explain")]
mod explain;
mod greet;
mod inspect;
#[cfg(feature = "play")]
mod play;
mod run;
#[cfg(feature = "trace")]
mod trace;
mod wast;

pub use inspect::show_type;

use crate::failure::Failure;
#[cfg(feature = "component-tools")]
use crate::options::ComponentCommand;
use crate::options::{Command, Options};
use crate::output::Out;

/// Runs the command and gives the exit status.
pub fn run(options: Options, out: &mut Out) -> Result<u8, Failure> {
    let settings = &options.settings;
    match &options.command {
        Command::Greet(command) => greet::run(command, settings, out).map(|()| 0),
        Command::Run(command) => run::run(command, settings, out).map(|()| 0),
        Command::Compile(command) => compile::run(command, settings).map(|()| 0),
        Command::Inspect(command) => inspect::run(command, out).map(|()| 0),
        #[cfg(feature = "component-tools")]
        Command::Wit(command) => components::wit::run(command, out).map(|()| 0),
        #[cfg(feature = "component-tools")]
        Command::Component(command) => match &command.command {
            ComponentCommand::New(command) => components::new::run(command).map(|()| 0),
        },
        #[cfg(feature = "component-tools")]
        Command::Compose(command) => components::compose::run(command).map(|()| 0),
        #[cfg(feature = "trace")]
        Command::Trace(command) => trace::run(command, settings, out).map(|()| 0),
        #[cfg(feature = "diff")]
        Command::Diff(command) => diff::run(command, settings, out),
        #[cfg(feature = "explain")]
        Command::Explain(command) => explain::run(command, out).map(|()| 0),
        #[cfg(feature = "play")]
        Command::Play(command) => play::run(command, settings, out).map(|()| 0),
        Command::Doc(command) => doc::run(command, out).map(|()| 0),
        Command::Wast(command) => wast::run(command, settings, out),
        Command::Completions(command) => completions::run(command, out).map(|()| 0),
    }
}
