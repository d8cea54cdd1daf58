//! `falkirk play`: the playground.

use std::io::Write;

use falkirk::EngineKind;

use crate::browser;
use crate::failure::Failure;
use crate::options::{Play, Settings};
use crate::output::{self, Out};
use crate::play::{Limits, Opened, Server};

/// Serves the page until the process is ended.
pub fn run(command: &Play, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    if settings.engine != EngineKind::Auto {
        let failure = Failure::input("the playground's page has the choice of the engine");
        return Err(failure.found(format!("--engine {}", settings.engine_name())).wanted("no --engine"));
    }
    let opened = command.file.as_deref().map(Opened::read).transpose()?;
    let port = command.port.unwrap_or(0);
    let server = Server::bind(port, Limits::new(&settings.limits), opened).map_err(|error| {
        let failure = Failure::input(format!("port {port} of 127.0.0.1 cannot be used: {error}"));
        failure.help("`--port PORT` takes another one, and without it any that is free is taken")
    })?;
    let url = server.url();
    writeln!(out, "{url}\nThe playground is open. Ctrl-C ends it.")?;
    out.finish()?;
    if !command.no_open && !browser::open(&url) {
        output::to_stderr("note: no browser could be started; open the address above");
    }
    server.serve()
}
