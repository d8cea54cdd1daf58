//! The user's secret key, which signs code. It stands in the cache folder, readable for the user alone.
//!
//! The key is made at random by whichever process needs it first. Without it nobody can make an entry that is trusted: not
//! another user, not another machine, and not a guest that found a way to write files but not to read them.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::files;

/// The file's name.
const NAME: &str = "key";

/// A secret key.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// The key in a folder, which is made if there is none yet, or none that only the user can know.
    ///
    /// # Errors
    ///
    /// The key can be neither read nor made.
    pub fn load_or_make(folder: &Path) -> io::Result<Secret> {
        let path = folder.join(NAME);
        if let Some(secret) = load(&path)? {
            return Ok(secret);
        }
        make(folder, &path)?;
        // It may be another process's key: the first one stays.
        load(&path)?.ok_or_else(|| io::Error::other("the key was replaced while it was made"))
    }

    /// The keyed hash of some bytes.
    pub fn mac(&self, bytes: &[u8]) -> blake3::Hash {
        blake3::keyed_hash(&self.0, bytes)
    }
}

/// The key is not printed.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// Reads the key. A file that is not a key, or that others could have read or written, is removed.
fn load(path: &Path) -> io::Result<Option<Secret>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = [0; 32];
    let metadata = file.metadata()?;
    let is_key = metadata.is_file() && metadata.len() == 32 && files::is_private(&metadata);
    if is_key && file.read_exact(&mut bytes).is_ok() {
        return Ok(Some(Secret(bytes)));
    }
    fs::remove_file(path)?;
    Ok(None)
}

/// Makes a key, unless another process has just done so: no reader ever sees half a key, and no key replaces another.
fn make(folder: &Path, path: &Path) -> io::Result<()> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let temporary = files::write_temporary(folder, &bytes)?;
    let linked = match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Where there are no hard links, the last key stays instead of the first, and some entries are made again.
        Err(_) => return fs::rename(&temporary, path).inspect_err(|_| files::remove(&temporary)),
        linked => linked,
    };
    files::remove(&temporary);
    linked
}
