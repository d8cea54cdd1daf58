//! What a module that was made for WASI is given: the standard streams, its arguments, and what the command line grants.

use std::str::FromStr;

use clap::Args;
use falkirk::wasi::files::Access;
use falkirk::wasi::streams::OutputStream;
use falkirk::wasi::{WasiCtx, WasiCtxBuilder};
use falkirk::{Module, StoreLimits};

use crate::failure::Failure;

/// What stores hold for their guests.
pub struct Data {
    /// What a guest may use.
    pub limits: StoreLimits,
    /// What it is given.
    pub wasi: WasiCtx,
}

/// What the command line grants.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "WASI")]
pub struct Grants {
    /// Grant the directory HOST with all that is in it, as GUEST [default: HOST]; with `:ro` it cannot be changed
    #[arg(long, value_name = "HOST[::GUEST][:ro]")]
    pub dir: Vec<Directory>,
    /// Set an environment variable
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    pub env: Vec<(String, String)>,
}

/// A directory, its name for the guest, and what may be done in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    host: String,
    guest: String,
    access: Access,
}

impl FromStr for Directory {
    type Err = String;

    fn from_str(text: &str) -> Result<Directory, String> {
        let (names, access) = match text.strip_suffix(":ro") {
            Some(names) => (names, Access::ReadOnly),
            None => (text, Access::ReadWrite),
        };
        let (host, guest) = names.split_once("::").unwrap_or((names, names));
        if host.is_empty() || guest.is_empty() {
            return Err("write HOST, HOST::GUEST, or either with :ro behind it".into());
        }
        Ok(Directory { host: host.into(), guest: guest.into(), access })
    }
}

/// Reads `NAME=VALUE`.
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("write NAME=VALUE".into()),
    }
}

/// Whether a module imports something of WASI.
pub fn is_imported_by(module: &Module) -> bool {
    module.imports().any(|import| matches!(import.module(), "wasi_snapshot_preview1" | "wasi_unstable"))
}

impl Grants {
    /// The context of a program that is run: it has the standard streams, and its arguments behind its name.
    pub fn context(&self, name: &str, arguments: &[String]) -> Result<WasiCtx, Failure> {
        let mut builder = WasiCtx::builder();
        builder.inherit_stdio().arg(name).args(arguments);
        for (name, value) in &self.env {
            builder.env(name, value);
        }
        for Directory { host, guest, access } in &self.dir {
            builder.dir(host, guest, *access).map_err(|error| Failure::input(format!("`--dir`: {error}")))?;
        }
        build(&mut builder)
    }
}

/// The context of a program that is watched: standard output is the trace's, so what the program prints goes to standard
/// error.
#[cfg(feature = "trace")]
pub fn watched(name: &str, arguments: &[String]) -> Result<WasiCtx, Failure> {
    let mut builder = WasiCtx::builder();
    build(builder.inherit_stdio().stdout(OutputStream::stderr()).arg(name).args(arguments))
}

/// The context of a guest that is given nothing.
pub fn nothing() -> Result<WasiCtx, Failure> {
    build(&mut WasiCtx::builder())
}

fn build(builder: &mut WasiCtxBuilder) -> Result<WasiCtx, Failure> {
    builder.build().map_err(|error| Failure::of("falkirk", &error))
}

#[cfg(test)]
mod tests {
    use super::Directory;

    #[test]
    fn directories_are_read() {
        let shown = |text: &str| text.parse::<Directory>().map(|found| format!("{found:?}")).ok();
        let directory = |host: &str, guest: &str, access: &str| {
            Some(format!("Directory {{ host: {host:?}, guest: {guest:?}, access: {access} }}"))
        };
        assert_eq!(shown("a/b"), directory("a/b", "a/b", "ReadWrite"));
        assert_eq!(shown("a:b::/c"), directory("a:b", "/c", "ReadWrite"));
        assert_eq!(shown(".::/:ro"), directory(".", "/", "ReadOnly"));
        assert_eq!(shown("/x:ro"), directory("/x", "/x", "ReadOnly"));
        assert_eq!((shown(""), shown("::/"), shown("a::"), shown(":ro")), (None, None, None, None));
    }
}
