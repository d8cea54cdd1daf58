//! Files in memory: for tests, for teaching, and for guests that are to leave nothing behind.
//!
//! A [`Tree`] has all nodes under numbers, behind one lock. What is open holds a [`Handle`], so that a file lives for as
//! long as it has a name or somebody has it open.

mod content;
mod dir;
mod file;
mod node;
mod walk;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) use dir::MemoryDir;
pub(super) use file::MemoryFile;
use node::{ROOT, Tree};

use super::dir::{Dir, DirKind, Opened};
use super::{Access, OpenOptions};
use crate::error::{ErrorCode, Result};

/// A file system in memory. Clones are the same file system, so that a host can look at what its guest has done.
///
/// ```
/// use falkirk_wasi::files::MemoryFs;
/// # fn main() -> falkirk_wasi::Result<()> {
/// let files = MemoryFs::new();
/// files.write("notes/today.txt", "feed the cat")?;
/// assert_eq!(files.read("notes/today.txt")?, b"feed the cat");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MemoryFs(Arc<Mutex<Tree>>);

/// How many bytes a file system may hold, unless it is told.
const DEFAULT_CAPACITY: u64 = 256 << 20;

impl MemoryFs {
    /// An empty file system of up to 256 MiB.
    pub fn new() -> MemoryFs {
        MemoryFs::with_capacity(DEFAULT_CAPACITY)
    }

    /// An empty file system that takes so many bytes of memory at most. A guest that wants more finds the device full.
    pub fn with_capacity(bytes: u64) -> MemoryFs {
        MemoryFs(Arc::new(Mutex::new(Tree::new(bytes))))
    }

    /// The root directory, to be granted under this name.
    pub fn root(&self, guest: &str, access: Access) -> Dir {
        Dir::new(DirKind::Memory(self.root_dir()), access, guest.into())
    }

    /// Makes a file with these bytes, or gives them to one that is there. Directories above it are made.
    ///
    /// # Errors
    ///
    /// Those of [`Dir::open`] and [`Dir::create_dir`].
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
        if let Some((above, _)) = path.rsplit_once('/') {
            self.create_dir_all(above)?;
        }
        let options = OpenOptions { write: true, create: true, truncate: true, follow: true, ..OpenOptions::default() };
        match self.root("", Access::ReadWrite).open(path.as_bytes(), options)? {
            Opened::File(file) => file.write_at(&[std::io::IoSlice::new(bytes.as_ref())], 0).map(drop),
            Opened::Dir(_) => Err(ErrorCode::Isdir),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// Those of [`Dir::open`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>> {
        let options = OpenOptions { read: true, follow: true, ..OpenOptions::default() };
        let Opened::File(file) = self.root("", Access::ReadOnly).open(path.as_bytes(), options)? else {
            return Err(ErrorCode::Isdir);
        };
        let size = usize::try_from(file.stat()?.size).map_err(|_| ErrorCode::Nomem)?;
        let mut bytes = vec![0; size];
        let read = file.read_at(&mut [std::io::IoSliceMut::new(&mut bytes)], 0)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Makes a directory and those above it, where they are not there.
    ///
    /// # Errors
    ///
    /// Those of [`Dir::create_dir`].
    pub fn create_dir_all(&self, path: &str) -> Result<()> {
        let root = self.root("", Access::ReadWrite);
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).filter(|&at| at > 0);
        for end in ends {
            match root.create_dir(&path.as_bytes()[..end]) {
                Ok(()) | Err(ErrorCode::Exist) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn root_dir(&self) -> MemoryDir {
        MemoryDir(Handle::new(self.clone(), &mut self.lock(), ROOT))
    }

    /// A panic while the lock was held is a bug of ours; others go on with what is there.
    fn lock(&self) -> MutexGuard<'_, Tree> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryFs {
    fn default() -> MemoryFs {
        MemoryFs::new()
    }
}

/// A node that somebody has open.
#[derive(Debug)]
struct Handle {
    fs: MemoryFs,
    id: u64,
}

impl Handle {
    fn new(fs: MemoryFs, tree: &mut Tree, id: u64) -> Handle {
        tree.node_mut(id).opens += 1;
        Handle { fs, id }
    }

    fn is_same(&self, other: &Handle) -> bool {
        self.id == other.id && Arc::ptr_eq(&self.fs.0, &other.fs.0)
    }
}

impl Clone for Handle {
    fn clone(&self) -> Handle {
        Handle::new(self.fs.clone(), &mut self.fs.lock(), self.id)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut tree = self.fs.lock();
        tree.node_mut(self.id).opens -= 1;
        tree.collect(self.id);
    }
}

#[cfg(test)]
mod tests;
