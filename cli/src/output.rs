//! Standard output, which may be closed at any time (`falkirk ... | head`), and standard error.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::failure::Failure;

/// Standard output with a buffer. Clones share it, so that what host functions print keeps its place.
#[derive(Clone)]
pub struct Out(Arc<Mutex<BufWriter<Stdout>>>);

impl Out {
    /// The process's standard output.
    pub fn stdout() -> Out {
        Out(Arc::new(Mutex::new(BufWriter::with_capacity(1 << 16, io::stdout()))))
    }

    /// Writes out what is in the buffer.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.flush()?)
    }

    fn lock(&self) -> MutexGuard<'_, BufWriter<Stdout>> {
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
