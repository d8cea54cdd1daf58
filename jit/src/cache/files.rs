//! Files in the cache folder: whose they are, and how they are written.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How the name of a file ends that is not finished.
pub const TEMPORARY: &str = ".tmp";

/// Writes a file under a new name that only this process knows, and readable for the user alone.
///
/// # Errors
///
/// It could not be written; then it is not there.
pub fn write_temporary(folder: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let path = folder.join(format!("{:016x}{TEMPORARY}", getrandom::u64().map_err(io::Error::other)?));
    let written = create(&path)?.write_all(bytes);
    written.inspect_err(|_| remove(&path)).map(|()| path)
}

/// Removes a file that is in nobody's way if it stays.
pub fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Makes a folder that is the user's alone, and the folders above it.
#[cfg(unix)]
pub fn create_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Whether only the user can read and write this.
#[cfg(unix)]
pub fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    is_own(metadata) && metadata.mode() & 0o077 == 0
}

/// Who else could put something into this folder, as the end of a sentence.
#[cfg(unix)]
pub fn intruder(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    if !is_own(metadata) {
        return Some("it belongs to another user".to_owned());
    }
    let mode = metadata.mode() & 0o7777;
    (mode & 0o022 != 0).then(|| format!("others may write to it (its mode is {mode:o}; `chmod 700` helps)"))
}

#[cfg(unix)]
fn is_own(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// Where nothing is known of permissions, no folder is the user's alone. (There is no JIT there either.)
#[cfg(not(unix))]
pub fn intruder(_: &Metadata) -> Option<String> {
    Some("nothing is known of permissions on this system".to_owned())
}

/// As for [`intruder`].
#[cfg(not(unix))]
pub fn is_private(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

/// Makes a folder, and the folders above it.
#[cfg(not(unix))]
pub fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
