//! The cache folder: an entry per module, each a file whose name is the hash of all that its code depends on.
//!
//! Any number of processes use it at once without locks. An entry appears whole, by renaming a finished file, and is never
//! written again; a reader that has it open keeps it if it is removed meanwhile. Whatever fails here costs a compilation,
//! never the program.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use falkirk_runtime::vm::read_file;
use falkirk_runtime::{CacheConfig, CacheProblem};

use super::secret::Secret;
use super::{evict, files};

/// How the name of an entry ends.
pub const ENTRY: &str = ".code";

/// An entry's time of use is written down at most so often: that it is the right day is enough to tell old from new.
const TOUCH_AFTER: Duration = Duration::from_secs(60 * 60);

/// A folder that only this user can write to, and the key in it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    limit: u64,
    secret: Secret,
}

impl Folder {
    /// Opens the folder, and makes it and its key if they are not there.
    ///
    /// # Errors
    ///
    /// The folder cannot be used, or not safely.
    pub fn open(config: &CacheConfig) -> Result<Folder, CacheProblem> {
        let path = config.folder();
        let unavailable = |error: io::Error| CacheProblem::Unavailable(format!("{}: {error}", path.display()));
        files::create_folder(path).map_err(unavailable)?;
        let metadata = fs::metadata(path).map_err(unavailable)?;
        if let Some(why) = files::intruder(&metadata) {
            return Err(CacheProblem::Unsafe(format!("{}: {why}", path.display())));
        }
        let secret = Secret::load_or_make(path).map_err(unavailable)?;
        Ok(Folder { path: path.to_owned(), limit: config.limit(), secret })
    }

    /// The key that signs entries.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The contents of an entry, if there is one, as whoever wrote them left them.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let file = File::open(self.entry(name)).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() > self.limit {
            return None;
        }
        let bytes = read_file(&file).ok()?;
        // A clock that was set back makes no difference that matters.
        if metadata.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age > TOUCH_AFTER)) {
            let _ = file.set_modified(SystemTime::now());
        }
        Some(bytes)
    }

    /// Writes an entry, and makes room for it.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        if bytes.len() as u64 <= self.limit && self.place(name, bytes).is_ok() {
            evict::make_room(&self.path, self.limit, &self.entry(name));
        }
    }

    /// Removes an entry that is of no use.
    pub fn remove(&self, name: &str) {
        files::remove(&self.entry(name));
    }

    fn place(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let temporary = files::write_temporary(&self.path, bytes)?;
        fs::rename(&temporary, self.entry(name)).inspect_err(|_| files::remove(&temporary))
    }

    fn entry(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}{ENTRY}"))
    }
}

/// Whether this is the name of an entry, or of a file that was to become one.
pub fn is_ours(path: &Path, ending: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(ending));
    name.is_some_and(|name| matches!(name.len(), 16 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
