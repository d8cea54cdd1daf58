//! Files that are written as a whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Writes a file. Until all of it is there, a file that had the name before stays as it was.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes).map_err(|error| Failure::input(format!("{} cannot be written: {error}", path.display())))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return fs::write(path, bytes); // A device or a pipe; of a folder the system says why not.
    }
    // A link stays a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let draft = draft_of(&target);
    let written = write_draft(&draft, bytes).and_then(|()| {
        if let Some(before) = before {
            fs::set_permissions(&draft, before.permissions())?;
        }
        fs::rename(&draft, &target)
    });
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

/// A name beside the file, since only within one file system one file can take another's place.
fn draft_of(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}", std::process::id()))
}

fn write_draft(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(draft)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("falkirk-whole-file-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[test]
    fn replaces_a_file_and_leaves_nothing_else() {
        let folder = folder("replace");
        let path = folder.join("out");
        write(&path, b"one").expect("it is written");
        write(&path, b"two").expect("it is written again");
        assert_eq!(fs::read(&path).expect("it is there"), b"two");
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn leaves_nothing_when_it_fails() {
        let folder = folder("fail");
        let inside = folder.join("inside");
        fs::create_dir(&inside).expect("a folder");
        let message = write(&inside, b"one").expect_err("a folder is no file").message().expect("it says so");
        assert!(message.contains("cannot be written"), "{message}");
        assert!(write(&folder.join("no/such"), b"one").is_err());
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[cfg(unix)]
    #[test]
    fn writes_what_a_link_leads_to() {
        let folder = folder("link");
        let (path, link) = (folder.join("out"), folder.join("link"));
        write(&path, b"one").expect("it is written");
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        write(&link, b"two").expect("it is written");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read(&path).expect("it is there"), b"two");
        fs::remove_dir_all(folder).expect("removed");
    }
}
