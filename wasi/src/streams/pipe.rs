//! Pipes in memory.

use std::collections::VecDeque;
use std::io::{IoSlice, IoSliceMut, PipeWriter as HostPipeWriter, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::Wait;
use crate::error::{ErrorCode, Result};

/// A pipe in memory that holds up to `capacity` bytes: what is written to the one end is read at the other, in the same
/// thread or another. Use `usize::MAX` to collect all that a guest writes.
///
/// When all writers are dropped, the reader finds the end. When all readers are, writing fails with
/// [`ErrorCode::Pipe`].
///
/// ```
/// let (writer, reader) = falkirk_wasi::streams::pipe(1024);
/// writer.write(b"hello");
/// assert_eq!(reader.take(), b"hello");
/// ```
pub fn pipe(capacity: usize) -> (PipeWriter, PipeReader) {
    let shared = Arc::new(Shared { capacity, state: Mutex::default(), changed: Condvar::new() });
    let writer = Arc::new(WriterEnd(shared.clone()));
    let reader = Arc::new(ReaderEnd(shared.clone()));
    (PipeWriter { shared: shared.clone(), _end: writer }, PipeReader { shared, _end: reader })
}

/// The end of a [`pipe()`] that is written. Clones are the same end.
#[derive(Clone, Debug)]
pub struct PipeWriter {
    shared: Arc<Shared>,
    _end: Arc<WriterEnd>,
}

/// The end of a [`pipe()`] that is read. Clones are the same end.
#[derive(Clone, Debug)]
pub struct PipeReader {
    shared: Arc<Shared>,
    _end: Arc<ReaderEnd>,
}

#[derive(Debug)]
struct Shared {
    capacity: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bytes: VecDeque<u8>,
    no_writers: bool,
    no_readers: bool,
    /// Who waits for this pipe and other things at once.
    wakers: Vec<Waker>,
}

/// Closes the pipe for its reader when the last clone of the writer goes.
#[derive(Debug)]
struct WriterEnd(Arc<Shared>);

/// Closes the pipe for its writer when the last clone of the reader goes.
#[derive(Debug)]
struct ReaderEnd(Arc<Shared>);

/// Ends a wait of [`poll`](crate::poll) for descriptors of the host: a byte comes through a pipe of the host's.
pub(crate) type Waker = Arc<HostPipeWriter>;

impl Shared {
    /// A panic while the lock was held has left bytes in the queue or not: both are in order.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets everybody who waits look again.
    fn notify(&self, mut state: MutexGuard<'_, State>) {
        for waker in state.wakers.drain(..) {
            // Whoever does not listen any more does not wait any more.
            let _ = (&*waker).write(&[0]);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Does not tell this one any more.
    fn forget(&self, waker: &Waker) {
        self.lock().wakers.retain(|found| !Arc::ptr_eq(found, waker));
    }
}

impl PipeWriter {
    /// Writes all of these bytes, whatever the capacity; for the host, which knows what it does.
    pub fn write(&self, bytes: &[u8]) {
        let mut state = self.shared.lock();
        state.bytes.extend(bytes);
        self.shared.notify(state);
    }

    /// Writes as much as there is room for.
    ///
    /// # Errors
    ///
    /// - [`ErrorCode::Pipe`]: nobody will read it;
    /// - [`ErrorCode::Again`]: the pipe is full, and this may not wait.
    pub fn write_vectored(&self, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        let mut state = self.shared.lock();
        while !state.no_readers && state.bytes.len() >= self.shared.capacity {
            if wait == Wait::No {
                return Err(ErrorCode::Again);
            }
            state = self.shared.wait(state);
        }
        if state.no_readers {
            return Err(ErrorCode::Pipe);
        }
        let mut written = 0;
        for buffer in buffers {
            let room = self.shared.capacity - state.bytes.len();
            let part = &buffer[..buffer.len().min(room)];
            state.bytes.extend(part);
            written += part.len();
        }
        self.shared.notify(state);
        Ok(written)
    }

    /// How many bytes can be written now without waiting, and whether somebody is there to read them. If not, the waker
    /// is told when that changes.
    pub(crate) fn room(&self, waker: Option<&Waker>) -> (usize, bool) {
        let mut state = self.shared.lock();
        let room = self.shared.capacity.saturating_sub(state.bytes.len());
        if room == 0 && !state.no_readers {
            state.wakers.extend(waker.cloned());
        }
        (room, !state.no_readers)
    }

    /// Does not tell this waker any more.
    pub(crate) fn forget(&self, waker: &Waker) {
        self.shared.forget(waker);
    }
}

impl PipeReader {
    /// All that is in the pipe now. It is taken out.
    pub fn take(&self) -> Vec<u8> {
        let mut state = self.shared.lock();
        let bytes = std::mem::take(&mut state.bytes).into();
        self.shared.notify(state);
        bytes
    }

    /// Reads what is there, as far as the buffers reach; nothing at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Again`]: there is nothing yet, and this may not wait.
    pub fn read_vectored(&self, buffers: &mut [IoSliceMut<'_>], wait: Wait) -> Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        let mut state = self.shared.lock();
        while !state.no_writers && state.bytes.is_empty() {
            if wait == Wait::No {
                return Err(ErrorCode::Again);
            }
            state = self.shared.wait(state);
        }
        let mut read = 0;
        for buffer in buffers {
            let count = buffer.len().min(state.bytes.len());
            for (target, byte) in buffer.iter_mut().zip(state.bytes.drain(..count)) {
                *target = byte;
            }
            read += count;
        }
        self.shared.notify(state);
        Ok(read)
    }

    /// How many bytes are there now, and whether more can come. If there are none yet, the waker is told when that
    /// changes.
    pub(crate) fn available(&self, waker: Option<&Waker>) -> (usize, bool) {
        let mut state = self.shared.lock();
        if state.bytes.is_empty() && !state.no_writers {
            state.wakers.extend(waker.cloned());
        }
        (state.bytes.len(), !state.no_writers)
    }

    /// Does not tell this waker any more.
    pub(crate) fn forget(&self, waker: &Waker) {
        self.shared.forget(waker);
    }
}

impl Drop for WriterEnd {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.no_writers = true;
        self.0.notify(state);
    }
}

impl Drop for ReaderEnd {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.no_readers = true;
        self.0.notify(state);
    }
}
