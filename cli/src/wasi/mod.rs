//! What a program that was made for WASI is given, and what is told of it.
//!
//! | file | what |
//! | --- | --- |
//! | `grants.rs` | the options that grant and withhold, and the context they make |
//! | `values.rs` | the values of these options |
//! | `watch.rs` | `--strace` and `--explain`, while the program runs |
//! | `summary.rs` | what `--explain` says at the end |

mod grants;
mod summary;
mod values;
mod watch;

#[cfg(feature = "trace")]
use falkirk::wasi::streams::OutputStream;
use falkirk::wasi::{WasiCtx, WasiCtxBuilder};
use falkirk::{Module, StoreLimits};

use crate::failure::Failure;
pub use grants::Grants;
pub use watch::Watch;

/// What stores hold for their guests.
pub struct Data {
    /// What a guest may use.
    pub limits: StoreLimits,
    /// What it is given.
    pub wasi: WasiCtx,
}

/// Whether a module imports something of WASI.
pub fn is_imported_by(module: &Module) -> bool {
    module.imports().any(|import| matches!(import.module(), "wasi_snapshot_preview1" | "wasi_unstable"))
}

/// The context of a program that is traced: standard output is the trace's, so what the program prints goes to standard
/// error.
#[cfg(feature = "trace")]
pub fn traced(name: &str, arguments: &[String]) -> Result<WasiCtx, Failure> {
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
