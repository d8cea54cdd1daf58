//! What a guest has been given.

use std::sync::Arc;

use crate::builder::WasiCtxBuilder;
use crate::clocks::Clocks;
use crate::files::Dir;
use crate::network::Network;
use crate::preview1::Descriptors;
use crate::preview2::Resources;
use crate::random::Random;
use crate::report::Report;
use crate::streams::{InputStream, OutputStream};

/// All that a guest has been given, and what it has made of it. Made with [`WasiCtx::builder`].
///
/// Both previews show this one context. What only one of them knows is kept apart: preview 1's numbered descriptors,
/// and what preview 2's handles stand for.
#[derive(Debug)]
pub struct WasiCtx {
    /// The arguments, the program's name first.
    pub args: Vec<String>,
    /// The environment variables.
    pub env: Vec<(String, String)>,
    /// Standard input.
    pub stdin: InputStream,
    /// Standard output.
    pub stdout: OutputStream,
    /// Standard error.
    pub stderr: OutputStream,
    /// The directories that were granted.
    pub preopens: Vec<Preopen>,
    /// The clocks.
    pub clocks: Clocks,
    /// Where random bytes come from.
    pub random: Random,
    /// What is granted of the network.
    pub network: Network,
    /// What was asked for in vain, and who is told of calls.
    pub report: Report,
    pub(crate) descriptors: Descriptors,
    pub(crate) resources: Resources,
}

/// A directory that was granted.
#[derive(Clone, Debug)]
pub struct Preopen {
    /// Its name, as the guest knows it.
    pub name: Arc<str>,
    /// The directory.
    pub dir: Dir,
}

impl WasiCtx {
    /// A builder that grants nothing yet.
    pub fn builder() -> WasiCtxBuilder {
        WasiCtxBuilder::new()
    }
}
