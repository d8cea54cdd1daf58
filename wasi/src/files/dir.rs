//! Directories.

use std::sync::Arc;

use super::host::HostDir;
use super::memory::MemoryDir;
use super::{Access, DirEntry, File, FileType, NewTime, OpenOptions, Stat};
use crate::error::{ErrorCode, Result};

/// A directory that is open. Clones are the same directory.
#[derive(Clone, Debug)]
pub struct Dir {
    kind: DirKind,
    access: Access,
    /// The name of the granted directory that this one is below (or is), as the guest knows it.
    grant: Arc<str>,
}

#[derive(Clone, Debug)]
pub(super) enum DirKind {
    Host(Arc<HostDir>),
    Memory(MemoryDir),
}

/// What a path was opened to.
#[derive(Clone, Debug)]
pub enum Opened {
    /// Anything but a directory.
    File(Arc<File>),
    /// A directory.
    Dir(Dir),
}

/// Does the same with a directory of either kind.
macro_rules! each {
    ($self:ident, $dir:ident => $body:expr) => {
        match &$self.kind {
            DirKind::Host($dir) => $body,
            DirKind::Memory($dir) => $body,
        }
    };
}

/// All operations take paths relative to this directory, and fail with [`ErrorCode::Escape`] where one leads out of it,
/// with [`ErrorCode::ReadOnlyGrant`] where something would change that may not, and with the host's errors.
impl Dir {
    pub(super) fn new(kind: DirKind, access: Access, grant: Arc<str>) -> Dir {
        Dir { kind, access, grant }
    }

    /// A directory of the host, found with the process's own authority.
    ///
    /// # Errors
    ///
    /// The host's.
    pub fn open_host(path: impl AsRef<std::path::Path>, guest: &str, access: Access) -> Result<Dir> {
        Ok(Dir::new(DirKind::Host(Arc::new(HostDir::open_ambient(path.as_ref())?)), access, guest.into()))
    }

    /// What may be done in it.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The name of the granted directory that this one is below (or is), as the guest knows it.
    pub fn grant(&self) -> &str {
        &self.grant
    }

    /// Opens what a path names.
    ///
    /// # Errors
    ///
    /// See above; so it is for all operations.
    pub fn open(&self, path: &[u8], options: OpenOptions) -> Result<Opened> {
        check(path)?;
        if options.directory && (options.create || options.truncate || options.exclusive) {
            return Err(ErrorCode::Inval);
        }
        if options.changes() {
            self.check_access()?;
        }
        each!(self, dir => dir.open(path, options, self.access, &self.grant))
    }

    /// Makes a directory.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn create_dir(&self, path: &[u8]) -> Result<()> {
        check(path)?;
        self.check_access()?;
        each!(self, dir => dir.create_dir(path))
    }

    /// Removes an empty directory.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn remove_dir(&self, path: &[u8]) -> Result<()> {
        check(path)?;
        self.check_access()?;
        each!(self, dir => dir.remove_dir(path))
    }

    /// Removes a name of something that is no directory.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn unlink(&self, path: &[u8]) -> Result<()> {
        check(path)?;
        self.check_access()?;
        each!(self, dir => dir.unlink(path))
    }

    /// Gives something a name in another directory (or this one) instead of the one it has.
    ///
    /// # Errors
    ///
    /// See above; [`ErrorCode::Xdev`] if the directories are of different kinds.
    pub fn rename(&self, path: &[u8], to: &Dir, to_path: &[u8]) -> Result<()> {
        self.check_two(path, to, to_path)?;
        if to_path.ends_with(b"/") && self.stat(path, false)?.file_type != FileType::Directory {
            return Err(ErrorCode::Notdir);
        }
        match (&self.kind, &to.kind) {
            (DirKind::Host(dir), DirKind::Host(to)) => dir.rename(path, to, to_path),
            (DirKind::Memory(dir), DirKind::Memory(to)) => dir.rename(path, to, to_path),
            _ => Err(ErrorCode::Xdev),
        }
    }

    /// Gives a file a further name, in another directory or this one. A symbolic link is not followed: it gets the name.
    ///
    /// # Errors
    ///
    /// See above; [`ErrorCode::Xdev`] if the directories are of different kinds.
    pub fn link(&self, path: &[u8], to: &Dir, to_path: &[u8]) -> Result<()> {
        self.check_two(path, to, to_path)?;
        if wants_directory(path) {
            // Either it is one, and has one name only, or there is none.
            return self.stat(path, true).and(Err(ErrorCode::Perm));
        }
        match (&self.kind, &to.kind) {
            (DirKind::Host(dir), DirKind::Host(to)) => dir.link(path, to, to_path),
            (DirKind::Memory(dir), DirKind::Memory(to)) => dir.link(path, to, to_path),
            _ => Err(ErrorCode::Xdev),
        }
    }

    /// Makes a symbolic link at `path`, which points to `target`. An absolute target is [`ErrorCode::Escape`].
    ///
    /// # Errors
    ///
    /// See above.
    pub fn symlink(&self, target: &[u8], path: &[u8]) -> Result<()> {
        check(target)?;
        check(path)?;
        self.check_access()?;
        if target.starts_with(b"/") {
            return Err(ErrorCode::Escape);
        }
        each!(self, dir => dir.symlink(target, path))
    }

    /// Where a symbolic link points to.
    ///
    /// # Errors
    ///
    /// See above; an absolute target, which somebody else has made, is [`ErrorCode::Escape`].
    pub fn read_link(&self, path: &[u8]) -> Result<Vec<u8>> {
        check(path)?;
        if wants_directory(path) {
            // A directory is no link, whatever led there.
            let stat = self.stat(path, true)?;
            return Err(if stat.file_type == FileType::Directory { ErrorCode::Inval } else { ErrorCode::Notdir });
        }
        let target = each!(self, dir => dir.read_link(path))?;
        if target.starts_with(b"/") { Err(ErrorCode::Escape) } else { Ok(target) }
    }

    /// What is known of what a path names. A slash at the end asks for a directory, and so follows a link too.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn stat(&self, path: &[u8], follow: bool) -> Result<Stat> {
        check(path)?;
        let follow = follow || wants_directory(path);
        each!(self, dir => dir.stat(path, follow))
    }

    /// What is known of this directory.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn stat_self(&self) -> Result<Stat> {
        each!(self, dir => dir.stat_self())
    }

    /// Sets the times of what a path names.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn set_times(&self, path: &[u8], follow: bool, accessed: NewTime, modified: NewTime) -> Result<()> {
        check(path)?;
        self.check_access()?;
        let follow = follow || wants_directory(path);
        each!(self, dir => dir.set_times(path, follow, accessed, modified))
    }

    /// Sets the times of this directory.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn set_times_self(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        self.check_access()?;
        each!(self, dir => dir.set_times_self(accessed, modified))
    }

    /// All entries, in no certain order, without `.` and `..`.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn entries(&self) -> Result<Vec<DirEntry>> {
        each!(self, dir => dir.entries())
    }

    /// Waits until what was changed in the directory is on its device.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn sync(&self) -> Result<()> {
        each!(self, dir => dir.sync())
    }

    /// Whether this and the other are the same directory.
    ///
    /// # Errors
    ///
    /// See above.
    pub fn is_same(&self, other: &Dir) -> Result<bool> {
        match (&self.kind, &other.kind) {
            (DirKind::Host(_), DirKind::Host(_)) => {
                let (one, two) = (self.stat_self()?, other.stat_self()?);
                Ok((one.device, one.inode) == (two.device, two.inode))
            }
            (DirKind::Memory(one), DirKind::Memory(two)) => Ok(one.is_same(two)),
            _ => Ok(false),
        }
    }

    fn check_access(&self) -> Result<()> {
        match self.access {
            Access::ReadWrite => Ok(()),
            Access::ReadOnly => Err(ErrorCode::ReadOnlyGrant),
        }
    }

    fn check_two(&self, path: &[u8], to: &Dir, to_path: &[u8]) -> Result<()> {
        check(path)?;
        check(to_path)?;
        self.check_access()?;
        to.check_access()
    }
}

/// Whether a path ends with a slash, or with one and a dot. `cap-std` may see neither.
fn wants_directory(path: &[u8]) -> bool {
    path.ends_with(b"/") || path.ends_with(b"/.")
}

/// The longest path that there is, as on Linux. `cap-std`, which goes name by name, would not see that one is longer.
pub(super) const LONGEST_PATH: usize = 4095;

/// Paths that no system takes.
fn check(path: &[u8]) -> Result<()> {
    if path.is_empty() {
        return Err(ErrorCode::Noent);
    }
    if path.len() > LONGEST_PATH {
        return Err(ErrorCode::Nametoolong);
    }
    if path.contains(&0) {
        return Err(ErrorCode::Inval);
    }
    Ok(())
}
