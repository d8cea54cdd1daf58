//! `wasi:io/error`: why a stream failed.

use falkirk_component::Handle;

use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::preview2::Result;
use crate::preview2::table::interface;

/// An `error`: what a stream failed with, and where.
#[derive(Debug)]
pub(in crate::preview2) struct Failure {
    pub code: ErrorCode,
    pub origin: Origin,
}

/// What kind of stream failed: it decides which interface has a code for the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::preview2) enum Origin {
    /// A file, a pipe, a terminal.
    File,
    /// A connection.
    Network,
}

interface! {
    /// Why a stream failed.
    Errors = "wasi:io/error" {
        resource "error" = Error;
        /// Says it in words, which may change.
        "[method]error.to-debug-string" = to_debug_string(this: Handle) -> String;
    }
}

fn to_debug_string(cx: &mut WasiCtx, this: Handle) -> Result<String> {
    Ok(cx.resources.get::<Failure>(this)?.code.to_string())
}
