//! Streams of bytes: where a guest reads its input and writes its output.
//!
//! | stream | reads | writes |
//! | --- | --- | --- |
//! | nothing | is at its end | forgets |
//! | a descriptor of the host: standard streams, sockets | yes | yes |
//! | a file, from an offset or at its end | yes | yes |
//! | a pipe in memory ([`pipe()`]) | what the host (or another guest) writes | what the host reads |
//!
//! An operation is told whether it may wait ([`Wait`]). If it may not and there is nothing to be had, it fails with
//! [`ErrorCode::Again`](crate::ErrorCode::Again). Readiness is asked of [`poll`](crate::poll).

mod handle;
mod input;
mod output;
mod pipe;

pub use handle::HostHandle;
pub(crate) use handle::ignore_interrupts;
pub use input::InputStream;
pub use output::OutputStream;
pub(crate) use pipe::Waker;
pub use pipe::{PipeReader, PipeWriter, pipe};

/// Whether an operation may wait until it can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It waits as long as it takes.
    Yes,
    /// It fails with [`ErrorCode::Again`](crate::ErrorCode::Again) rather than wait.
    No,
}
