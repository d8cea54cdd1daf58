//! Directories of the host.

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt, SystemTimeSpec};
use cap_std::ambient_authority;
use cap_std::fs::{MetadataExt, OpenOptionsExt};
use rustix::fs::{Mode, OFlags};

use super::{HostFile, file_type_of, nanoseconds};
use crate::error::Result;
use crate::files::dir::{Dir, DirKind, Opened};
use crate::files::file::{File, FileKind};
use crate::files::{Access, DirEntry, FileType, NewTime, OpenOptions, Stat};

/// A directory of the host.
#[derive(Debug)]
pub struct HostDir(cap_std::fs::Dir);

impl HostDir {
    /// Opens a directory with the process's own authority.
    pub fn open_ambient(path: &Path) -> Result<HostDir> {
        let dir = cap_std::fs::Dir::open_ambient_dir(path, ambient_authority())?;
        // What that gives may be a place only. This can also be listed.
        let dir = rustix::fs::openat(&dir, c".", listing(), Mode::empty())?;
        Ok(HostDir(cap_std::fs::Dir::from_std_file(dir.into())))
    }

    fn open_file(&self, path: &[u8], options: OpenOptions) -> Result<cap_std::fs::File> {
        let mut host = cap_std::fs::OpenOptions::new();
        // What only looks is opened to be read, and what is made or emptied to be written: the host has no third way.
        let write = options.write || options.append || options.create || options.truncate;
        host.read(options.read || !write).write(write).truncate(options.truncate);
        match options.exclusive {
            true => host.create_new(options.create),
            false => host.create(options.create),
        };
        host.maybe_dir(true);
        host.follow(if options.follow { FollowSymlinks::Yes } else { FollowSymlinks::No });
        host.custom_flags(flags(options).bits() as i32);
        Ok(self.0.open_with(as_path(path), &host)?)
    }

    pub fn open(&self, path: &[u8], options: OpenOptions, access: Access, grant: &Arc<str>) -> Result<Opened> {
        let file = self.open_file(path, options)?.into_std();
        let found = Stat::from(&rustix::fs::fstat(&file)?);
        if found.file_type == FileType::Directory {
            let dir = HostDir(cap_std::fs::Dir::from_std_file(file));
            return Ok(Opened::Dir(Dir::new(DirKind::Host(Arc::new(dir)), access, grant.clone())));
        }
        let file = HostFile::new(file, found.file_type, options)?;
        let (readable, writable) = (options.read, options.write || options.append);
        Ok(Opened::File(Arc::new(File::new(FileKind::Host(file), (access, grant), readable, writable))))
    }

    pub fn create_dir(&self, path: &[u8]) -> Result<()> {
        Ok(self.0.create_dir(as_path(path))?)
    }

    pub fn remove_dir(&self, path: &[u8]) -> Result<()> {
        // A slash at the end asks for a directory, which this does anyway; `cap-std` refuses it.
        let end = path.iter().rposition(|&byte| byte != b'/').map_or(1, |at| at + 1);
        Ok(self.0.remove_dir(as_path(&path[..end]))?)
    }

    pub fn unlink(&self, path: &[u8]) -> Result<()> {
        Ok(self.0.remove_file_or_symlink(as_path(path))?)
    }

    pub fn rename(&self, path: &[u8], to: &HostDir, to_path: &[u8]) -> Result<()> {
        Ok(self.0.rename(as_path(path), &to.0, as_path(to_path))?)
    }

    pub fn link(&self, path: &[u8], to: &HostDir, to_path: &[u8]) -> Result<()> {
        Ok(self.0.hard_link(as_path(path), &to.0, as_path(to_path))?)
    }

    pub fn symlink(&self, target: &[u8], path: &[u8]) -> Result<()> {
        Ok(DirExt::symlink(&self.0, as_path(target), as_path(path))?)
    }

    pub fn read_link(&self, path: &[u8]) -> Result<Vec<u8>> {
        Ok(self.0.read_link_contents(as_path(path))?.into_os_string().into_vec())
    }

    pub fn stat(&self, path: &[u8], follow: bool) -> Result<Stat> {
        let found = match follow {
            true => self.0.metadata(as_path(path))?,
            false => self.0.symlink_metadata(as_path(path))?,
        };
        Ok(Stat {
            device: found.dev(),
            inode: found.ino(),
            file_type: file_type_of(&found),
            links: found.nlink(),
            size: found.size(),
            accessed: nanoseconds(found.atime(), found.atime_nsec()),
            modified: nanoseconds(found.mtime(), found.mtime_nsec()),
            changed: nanoseconds(found.ctime(), found.ctime_nsec()),
        })
    }

    pub fn stat_self(&self) -> Result<Stat> {
        Ok(Stat::from(&rustix::fs::fstat(&self.0)?))
    }

    pub fn set_times(&self, path: &[u8], follow: bool, accessed: NewTime, modified: NewTime) -> Result<()> {
        let (accessed, modified) = (time_spec(accessed), time_spec(modified));
        match follow {
            true => DirExt::set_times(&self.0, as_path(path), accessed, modified)?,
            false => self.0.set_symlink_times(as_path(path), accessed, modified)?,
        }
        Ok(())
    }

    pub fn set_times_self(&self, accessed: NewTime, modified: NewTime) -> Result<()> {
        Ok(rustix::fs::futimens(&self.0, &super::file::timestamps(accessed, modified))?)
    }

    /// Names come from the file system, which may be anybody's: one that is no name is left out.
    pub fn entries(&self) -> Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::new(rustix::fs::openat(&self.0, c".", listing(), Mode::empty())?)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') {
                continue;
            }
            let file_type = FileType::from(entry.file_type());
            entries.push(DirEntry { name: name.to_vec(), inode: entry.ino(), file_type });
        }
        Ok(entries)
    }

    pub fn sync(&self) -> Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }
}

/// How a directory is opened to be listed.
fn listing() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC
}

/// A guest's path. On Unix, any bytes are one.
fn as_path(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

/// What the options say that `cap-std` has no methods for.
///
/// Nothing is opened to wait: to open a FIFO would, for somebody at its other end, and nobody could interrupt that. A
/// guest waits where it reads or writes.
fn flags(options: OpenOptions) -> OFlags {
    let mut flags = OFlags::NONBLOCK;
    flags.set(OFlags::DIRECTORY, options.directory);
    flags.set(OFlags::DSYNC, options.data_sync);
    flags.set(OFlags::SYNC, options.sync);
    flags
}

fn time_spec(time: NewTime) -> Option<SystemTimeSpec> {
    match time {
        NewTime::Unchanged => None,
        NewTime::Now => Some(SystemTimeSpec::SymbolicNow),
        NewTime::At(nanoseconds) => {
            let time = UNIX_EPOCH + Duration::from_nanos(nanoseconds);
            Some(SystemTimeSpec::Absolute(cap_std::time::SystemTime::from_std(time)))
        }
    }
}

impl From<NewTime> for rustix::fs::Timespec {
    fn from(time: NewTime) -> rustix::fs::Timespec {
        let (tv_sec, tv_nsec) = match time {
            NewTime::Unchanged => (0, rustix::fs::UTIME_OMIT as _),
            NewTime::Now => (0, rustix::fs::UTIME_NOW as _),
            NewTime::At(time) => ((time / 1_000_000_000) as i64, (time % 1_000_000_000) as _),
        };
        rustix::fs::Timespec { tv_sec, tv_nsec }
    }
}
