//! What a guest reads from.

use std::io::IoSliceMut;
use std::sync::Arc;

use super::{HostHandle, PipeReader, Wait, pipe};
use crate::error::Result;
use crate::files::File;
use crate::poll::{Interest, Pollable};

/// A stream that a guest reads. Clones read from the same source (files from an offset of their own).
#[derive(Clone, Debug, Default)]
pub enum InputStream {
    /// Nothing: at its end from the start.
    #[default]
    Empty,
    /// A descriptor of the host.
    Host(HostHandle),
    /// A file, from an offset on.
    File {
        /// The file.
        file: Arc<File>,
        /// Where the next byte is.
        offset: u64,
    },
    /// The end of a pipe in memory.
    Pipe(PipeReader),
}

impl InputStream {
    /// The process's standard input.
    pub fn stdin() -> InputStream {
        InputStream::Host(HostHandle::Stdin)
    }

    /// These bytes, then the end.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> InputStream {
        let (writer, reader) = pipe(usize::MAX);
        writer.write(bytes.as_ref());
        InputStream::Pipe(reader)
    }

    /// Reads into the buffers, one after the other, what can be had at once. Nothing is the end, unless the buffers have
    /// no room.
    ///
    /// # Errors
    ///
    /// The host's, and [`ErrorCode::Again`](crate::ErrorCode::Again).
    pub fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>], wait: Wait) -> Result<usize> {
        match self {
            InputStream::Empty => Ok(0),
            InputStream::Host(handle) => handle.read(buffers, wait),
            InputStream::Pipe(reader) => reader.read_vectored(buffers, wait),
            InputStream::File { file, offset } => {
                let read = file.read_at(buffers, *offset)?;
                *offset += read as u64;
                Ok(read)
            }
        }
    }

    /// [`InputStream::read_vectored`] with one buffer.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn read(&mut self, buffer: &mut [u8], wait: Wait) -> Result<usize> {
        self.read_vectored(&mut [IoSliceMut::new(buffer)], wait)
    }

    /// Reads up to so many bytes into a new vector, which need not be zeros before. An empty one is the end.
    ///
    /// # Errors
    ///
    /// As for [`InputStream::read_vectored`].
    pub(crate) fn take(&mut self, most: usize, wait: Wait) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(most);
        match self {
            InputStream::Host(handle) => _ = handle.read_into(&mut bytes, wait)?,
            InputStream::File { file, offset } => *offset += file.read_into(&mut bytes, *offset)? as u64,
            InputStream::Empty | InputStream::Pipe(_) => {
                bytes.resize(most, 0);
                let read = self.read(&mut bytes, wait)?;
                bytes.truncate(read);
            }
        }
        Ok(bytes)
    }

    /// What to poll for to learn that there is something to read, or that the end is reached.
    pub fn pollable(&self) -> Pollable {
        match self {
            InputStream::Empty | InputStream::File { .. } => Pollable::Ready,
            InputStream::Host(handle) => Pollable::Host(handle.clone(), Interest::Read),
            InputStream::Pipe(reader) => Pollable::PipeReader(reader.clone()),
        }
    }

    /// The host's descriptor, if it is one.
    pub(crate) fn host(&self) -> Option<&HostHandle> {
        match self {
            InputStream::Host(handle) => Some(handle),
            _ => None,
        }
    }

    /// How many bytes can be read without waiting, as far as that is known.
    pub(crate) fn available(&self) -> u64 {
        match self {
            InputStream::Empty => 0,
            InputStream::Host(handle) => handle.available(),
            InputStream::Pipe(reader) => reader.available(None).0 as u64,
            InputStream::File { file, .. } => file.available(),
        }
    }

    /// Whether this is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(self, InputStream::Host(handle) if handle.is_terminal())
    }
}

impl From<HostHandle> for InputStream {
    fn from(handle: HostHandle) -> InputStream {
        InputStream::Host(handle)
    }
}

impl From<PipeReader> for InputStream {
    fn from(reader: PipeReader) -> InputStream {
        InputStream::Pipe(reader)
    }
}
