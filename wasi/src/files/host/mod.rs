//! The host's files, by `cap-std`: every path is followed from a directory's descriptor, and never out of it.

mod dir;
mod file;

pub use dir::HostDir;
pub use file::HostFile;

use rustix::fs::FileType as HostFileType;

use super::{FileType, Stat};

impl From<&rustix::fs::Stat> for Stat {
    #[allow(clippy::unnecessary_cast, reason = "the numbers have other types on other systems")]
    fn from(found: &rustix::fs::Stat) -> Stat {
        Stat {
            device: found.st_dev as u64,
            inode: found.st_ino as u64,
            file_type: HostFileType::from_raw_mode(found.st_mode as _).into(),
            links: found.st_nlink as u64,
            size: found.st_size as u64,
            accessed: nanoseconds(found.st_atime as i64, found.st_atime_nsec as i64),
            modified: nanoseconds(found.st_mtime as i64, found.st_mtime_nsec as i64),
            changed: nanoseconds(found.st_ctime as i64, found.st_ctime_nsec as i64),
        }
    }
}

/// A time of a file. Guests know none before 1970, which are zero.
fn nanoseconds(seconds: i64, nanoseconds: i64) -> u64 {
    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
    u64::try_from(total.max(0)).unwrap_or(u64::MAX)
}

/// A kind of file, as `cap-std` has it.
fn file_type_of(found: &cap_std::fs::Metadata) -> FileType {
    use cap_std::fs::MetadataExt;
    HostFileType::from_raw_mode(found.mode() as _).into()
}
