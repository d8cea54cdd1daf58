//! The options that grant and withhold.

use std::fs::File;
use std::net::TcpListener;

use clap::Args;
use falkirk::wasi::clocks::Clocks;
use falkirk::wasi::network::NameSet;
use falkirk::wasi::random::Random;
use falkirk::wasi::streams::{HostHandle, InputStream, OutputStream};
use falkirk::wasi::{WasiCtx, WasiCtxBuilder};

use super::values::{Addresses, Denied, Directory, FixedClock, Stream, seed, variable};
use super::{Watch, build};
use crate::failure::Failure;

/// What the command line grants. Without any of it, a program has the standard streams, its arguments, clocks and
/// random bytes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "WASI")]
pub struct Grants {
    /// Grant the directory HOST with all that is in it, as GUEST [default: HOST]; with `:ro` it cannot be changed
    #[arg(long, value_name = "HOST[::GUEST][:ro]")]
    pub dir: Vec<Directory>,
    /// Set an environment variable
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    pub env: Vec<(String, String)>,
    /// Pass on all environment variables of falkirk; --env comes after that
    #[arg(long)]
    pub inherit_env: bool,
    /// The program's own name, its first argument [default: FILE]
    #[arg(long, value_name = "NAME")]
    pub argv0: Option<String>,
    /// Read standard input from a file, or from nothing
    #[arg(long, value_name = "FILE|null")]
    pub stdin: Option<Stream>,
    /// Write standard output to a file, or nowhere
    #[arg(long, value_name = "FILE|null")]
    pub stdout: Option<Stream>,
    /// Write standard error to a file, or nowhere
    #[arg(long, value_name = "FILE|null")]
    pub stderr: Option<Stream>,
    /// Open a socket that listens, for programs of preview 1, which cannot; they find it behind the directories
    #[arg(long, value_name = "HOST:PORT")]
    pub listen: Vec<String>,
    /// Allow TCP connections to an address: `127.0.0.1:8080`, `10.0.0.0/8:443`, `[::1]:*`, `localhost:80`, `*:80`, `*`
    #[arg(long, value_name = "HOST:PORT")]
    pub tcp_connect: Vec<Addresses>,
    /// Allow waiting for TCP connections at an address
    #[arg(long, value_name = "HOST:PORT")]
    pub tcp_listen: Vec<Addresses>,
    /// Allow UDP with an address [default: any]
    #[arg(long, value_name = "HOST:PORT", num_args = 0..=1, require_equals = true, default_missing_value = "*")]
    pub udp: Vec<Addresses>,
    /// Allow looking up the addresses of a name [default: of any]
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "*")]
    pub allow_ip_name_lookup: Vec<String>,
    /// Let the clocks stand still, but for when the program waits: `fixed:2026-01-31T12:00:00Z`, `fixed:0`
    #[arg(long, value_name = "fixed:TIME")]
    pub clock: Option<FixedClock>,
    /// Make random bytes from a number: the same in every run, and not fit for keys
    #[arg(long, value_name = "seed:N", value_parser = seed)]
    pub random: Option<u64>,
    /// Withhold `stdin`, `stdout`, `stderr`, `args`, `env`, `clocks` or `random`; with `:trap`, asking ends the program
    #[arg(long, value_name = "NAME[:trap]", value_delimiter = ',')]
    pub deny: Vec<Denied>,
}

impl Grants {
    /// The context of a program that is run, with its arguments behind its name.
    pub fn context(&self, name: &str, arguments: &[String], watch: &Watch) -> Result<WasiCtx, Failure> {
        let mut builder = WasiCtx::builder();
        builder.arg(self.argv0.as_deref().unwrap_or(name)).args(arguments);
        if self.inherit_env {
            builder.inherit_env();
        }
        for (name, value) in &self.env {
            builder.env(name, value);
        }
        self.streams(&mut builder)?;
        for Directory { host, guest, access } in &self.dir {
            builder.dir(host, guest, *access).map_err(|error| {
                let failure = Failure::input(format!("`--dir`: {error}")).wanted("a directory that is there");
                failure.help("`--dir HOST::GUEST` names the directory here first, then its name for the program")
            })?;
        }
        self.network(&mut builder)?;
        if let Some(clock) = &self.clock {
            builder.clocks(Clocks::fixed(clock.time));
        }
        if let Some(seed) = self.random {
            builder.random(Random::Seeded(seed));
        }
        for denied in &self.deny {
            builder.deny(denied.given, denied.answer);
        }
        watch.begin(&mut builder);
        build(&mut builder)
    }

    fn streams(&self, builder: &mut WasiCtxBuilder) -> Result<(), Failure> {
        builder.inherit_stdio();
        match &self.stdin {
            None => {}
            Some(Stream::Null) => {
                builder.stdin(InputStream::Empty);
            }
            Some(Stream::File(path)) => {
                let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
                builder.stdin(HostHandle::new(file));
            }
        }
        if let Some(stream) = &self.stdout {
            builder.stdout(output("--stdout", stream)?);
        }
        if let Some(stream) = &self.stderr {
            builder.stderr(output("--stderr", stream)?);
        }
        Ok(())
    }

    fn network(&self, builder: &mut WasiCtxBuilder) -> Result<(), Failure> {
        for address in &self.listen {
            let listener = TcpListener::bind(address).map_err(|error| {
                let failure = Failure::input(format!("`--listen`: no socket can listen at {address}: {error}"));
                failure.wanted("an address of this machine and a port that is free, such as 127.0.0.1:8080")
            })?;
            builder.listener(listener);
        }
        let patterns =
            |addresses: &[Addresses]| addresses.iter().flat_map(|it| it.patterns.clone()).collect::<Vec<_>>();
        for pattern in patterns(&self.tcp_connect) {
            builder.tcp_connect(pattern);
        }
        for pattern in patterns(&self.tcp_listen) {
            builder.tcp_listen(pattern);
        }
        for pattern in patterns(&self.udp) {
            builder.udp(pattern);
        }
        builder.names(match &*self.allow_ip_name_lookup {
            [] => NameSet::None,
            names if names.iter().any(|name| name == "*") => NameSet::All,
            names => NameSet::Some(names.to_vec()),
        });
        Ok(())
    }
}

fn output(option: &str, stream: &Stream) -> Result<OutputStream, Failure> {
    Ok(match stream {
        Stream::Null => OutputStream::Null,
        Stream::File(path) => {
            let file = File::create(path);
            let file = file.map_err(|error| {
                Failure::input(format!("`{option}`: {} cannot be written: {error}", path.display()))
            })?;
            HostHandle::new(file).into()
        }
    })
}
