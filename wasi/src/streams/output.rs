//! What a guest writes to.

use std::io::IoSlice;
use std::sync::Arc;

use super::{HostHandle, PipeWriter, Wait};
use crate::error::{ErrorCode, Result};
use crate::files::File;
use crate::poll::{Interest, Pollable};

/// A stream that a guest writes. Clones write to the same place (files at an offset of their own).
#[derive(Clone, Debug, Default)]
pub enum OutputStream {
    /// What is written is forgotten.
    #[default]
    Null,
    /// A descriptor of the host.
    Host(HostHandle),
    /// A file, from an offset on.
    File {
        /// The file.
        file: Arc<File>,
        /// Where the next byte goes.
        offset: u64,
    },
    /// A file's end, wherever that is at the time.
    Append(Arc<File>),
    /// The end of a pipe in memory.
    Pipe(PipeWriter),
}

/// How much may be written to a host's descriptor that is ready: what a pipe of Linux holds.
const HOST_ROOM: usize = 64 * 1024;

impl OutputStream {
    /// The process's standard output.
    pub fn stdout() -> OutputStream {
        OutputStream::Host(HostHandle::Stdout)
    }

    /// The process's standard error.
    pub fn stderr() -> OutputStream {
        OutputStream::Host(HostHandle::Stderr)
    }

    /// Writes the buffers, one after the other, as much as can be taken at once.
    ///
    /// # Errors
    ///
    /// The host's, [`ErrorCode::Pipe`] if nobody will read it, and [`ErrorCode::Again`].
    pub fn write_vectored(&mut self, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
        match self {
            OutputStream::Null => Ok(buffers.iter().map(|buffer| buffer.len()).sum()),
            OutputStream::Host(handle) => handle.write(buffers, wait),
            OutputStream::Pipe(writer) => writer.write_vectored(buffers, wait),
            OutputStream::Append(file) => file.append(buffers),
            OutputStream::File { file, offset } => {
                let written = file.write_at(buffers, *offset)?;
                *offset += written as u64;
                Ok(written)
            }
        }
    }

    /// [`OutputStream::write_vectored`] with one buffer.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn write(&mut self, buffer: &[u8], wait: Wait) -> Result<usize> {
        self.write_vectored(&[IoSlice::new(buffer)], wait)
    }

    /// Writes all of this, and waits for as long as it takes.
    ///
    /// # Errors
    ///
    /// As for [`OutputStream::write_vectored`]; part of it may be written then.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let written = self.write(bytes, Wait::Yes)?;
            if written == 0 {
                return Err(ErrorCode::Io);
            }
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// How many bytes can be written now without waiting.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Pipe`]: nobody will read them.
    pub fn room(&self) -> Result<usize> {
        match self {
            OutputStream::Null | OutputStream::File { .. } | OutputStream::Append(_) => Ok(1 << 20),
            OutputStream::Host(handle) => Ok(if handle.is_ready(Interest::Write.events())? { HOST_ROOM } else { 0 }),
            OutputStream::Pipe(writer) => match writer.room(None) {
                (_, false) => Err(ErrorCode::Pipe),
                (room, true) => Ok(room),
            },
        }
    }

    /// What to poll for to learn that something can be written, or that nobody will read it.
    pub fn pollable(&self) -> Pollable {
        match self {
            OutputStream::Null | OutputStream::File { .. } | OutputStream::Append(_) => Pollable::Ready,
            OutputStream::Host(handle) => Pollable::Host(handle.clone(), Interest::Write),
            OutputStream::Pipe(writer) => Pollable::PipeWriter(writer.clone()),
        }
    }

    /// The host's descriptor, if it is one.
    pub(crate) fn host(&self) -> Option<&HostHandle> {
        match self {
            OutputStream::Host(handle) => Some(handle),
            _ => None,
        }
    }

    /// Whether this is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(self, OutputStream::Host(handle) if handle.is_terminal())
    }
}

impl From<HostHandle> for OutputStream {
    fn from(handle: HostHandle) -> OutputStream {
        OutputStream::Host(handle)
    }
}

impl From<PipeWriter> for OutputStream {
    fn from(writer: PipeWriter) -> OutputStream {
        OutputStream::Pipe(writer)
    }
}
