//! The bound on the cache's size: what was not used for longest goes.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::files::{self, TEMPORARY};
use super::folder::{ENTRY, is_ours};

/// A temporary file of this age has no writer any more.
const STRAY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes entries, if those in the folder have more than `limit` bytes together: the least recently used ones, until
/// there is some room again, so that not every new entry costs another. The entry `newest` stays.
///
/// Only what bears the name of an entry is touched: somebody may have chosen a folder with other things in it.
pub fn make_room(folder: &Path, limit: u64, newest: &Path) {
    let Ok(files) = fs::read_dir(folder) else { return };
    let mut entries: Vec<Entry> = Vec::new();
    for file in files.flatten() {
        let path = file.path();
        if is_ours(&path, TEMPORARY) {
            remove_stray(&file);
        } else if is_ours(&path, ENTRY) {
            entries.extend(Entry::new(&file));
        }
    }
    let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
    if total <= limit {
        return;
    }
    entries.sort_by_key(|entry| entry.used);
    for entry in entries.iter().filter(|entry| entry.path != newest) {
        if total <= limit / 10 * 7 {
            return;
        }
        files::remove(&entry.path);
        total -= entry.bytes;
    }
}

/// An entry, as far as this matters here.
struct Entry {
    used: SystemTime,
    bytes: u64,
    path: PathBuf,
}

impl Entry {
    /// `None` if another process has removed it meanwhile.
    fn new(file: &DirEntry) -> Option<Entry> {
        let metadata = file.metadata().ok()?;
        Some(Entry { used: metadata.modified().ok()?, bytes: metadata.len(), path: file.path() })
    }
}

fn remove_stray(file: &DirEntry) {
    let written = file.metadata().and_then(|metadata| metadata.modified());
    if written.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > STRAY_AFTER)) {
        files::remove(&file.path());
    }
}
