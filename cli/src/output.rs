//! Standard output, which may be closed at any time (`falkirk ... | head`), and standard error.

use std::io::{self, BufWriter, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::failure::Failure;

/// Standard output with a buffer. Clones share it, so that what host functions print keeps its place.
#[derive(Clone)]
pub struct Out(Arc<Mutex<Writer>>);

type Writer = BufWriter<Box<dyn Write + Send>>;

impl Out {
    /// The process's standard output.
    pub fn stdout() -> Out {
        Out::to(Box::new(io::stdout()))
    }

    /// The process's standard error.
    #[cfg(feature = "trace")]
    pub fn stderr() -> Out {
        Out::to(Box::new(io::stderr()))
    }

    /// An end of all that is written.
    #[cfg(feature = "diff")]
    pub fn sink() -> Out {
        Out::to(Box::new(io::sink()))
    }

    /// Somewhere else.
    pub fn to(writer: Box<dyn Write + Send>) -> Out {
        Out(Arc::new(Mutex::new(BufWriter::with_capacity(1 << 16, writer))))
    }

    /// Writes out what is in the buffer.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.flush()?)
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lock().flush()
    }
}

/// Prints a line on standard error. When that is closed there is nobody left to tell.
pub fn to_stderr(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
