//! The values of `wasi:filesystem/types`.

use falkirk_canonical_abi::{ComponentType, Lift, Lower, flags};

use crate::error::ErrorCode;
use crate::files::{self, FileType, NewTime, Stat};
use crate::preview2::cli::Datetime;
use crate::preview2::show::{Show, show_in_kebab_case};

/// What a descriptor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
pub(super) enum DescriptorType {
    Unknown,
    BlockDevice,
    CharacterDevice,
    Directory,
    Fifo,
    SymbolicLink,
    RegularFile,
    Socket,
}

flags! {
    /// How something was opened.
    pub(in crate::preview2) DescriptorFlags {
        const READ;
        const WRITE;
        const FILE_INTEGRITY_SYNC;
        const DATA_INTEGRITY_SYNC;
        const REQUESTED_WRITE_SYNC;
        const MUTATE_DIRECTORY;
    }
}

flags! {
    /// How a path is followed.
    pub(super) PathFlags {
        const SYMLINK_FOLLOW;
    }
}

flags! {
    /// How a path is opened.
    pub(super) OpenFlags {
        const CREATE;
        const DIRECTORY;
        const EXCLUSIVE;
        const TRUNCATE;
    }
}

/// What is known of a file.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct DescriptorStat {
    #[component(name = "type")]
    kind: DescriptorType,
    link_count: u64,
    size: u64,
    data_access_timestamp: Option<Datetime>,
    data_modification_timestamp: Option<Datetime>,
    status_change_timestamp: Option<Datetime>,
}

/// What a time is set to.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(variant)]
pub(super) enum NewTimestamp {
    NoChange,
    Now,
    Timestamp(Datetime),
}

/// An entry of a directory.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct DirectoryEntry {
    #[component(name = "type")]
    pub kind: DescriptorType,
    pub name: String,
}

/// What a guest intends to do with a file's bytes.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(enum)]
pub(super) enum Advice {
    Normal,
    Sequential,
    Random,
    WillNeed,
    DontNeed,
    NoReuse,
}

/// A number that changes when a file does.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct MetadataHashValue {
    pub lower: u64,
    pub upper: u64,
}

/// Makes the enumeration of error codes, and finds them by their names.
macro_rules! error_codes {
    ($($Code:ident $name:literal)*) => {
        /// Why an operation failed, as the interface has it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
        #[component(enum)]
        pub(super) enum FileError {
            $($Code,)*
        }

        impl From<ErrorCode> for FileError {
            fn from(code: ErrorCode) -> FileError {
                match code.preview2() {
                    $($name => FileError::$Code,)*
                    name => unreachable!("BUG: preview 2 has no error code `{name}`"),
                }
            }
        }
    };
}

error_codes! {
    Access "access"
    WouldBlock "would-block"
    Already "already"
    BadDescriptor "bad-descriptor"
    Busy "busy"
    Deadlock "deadlock"
    Quota "quota"
    Exist "exist"
    FileTooLarge "file-too-large"
    IllegalByteSequence "illegal-byte-sequence"
    InProgress "in-progress"
    Interrupted "interrupted"
    Invalid "invalid"
    Io "io"
    IsDirectory "is-directory"
    Loop "loop"
    TooManyLinks "too-many-links"
    MessageSize "message-size"
    NameTooLong "name-too-long"
    NoDevice "no-device"
    NoEntry "no-entry"
    NoLock "no-lock"
    InsufficientMemory "insufficient-memory"
    InsufficientSpace "insufficient-space"
    NotDirectory "not-directory"
    NotEmpty "not-empty"
    NotRecoverable "not-recoverable"
    Unsupported "unsupported"
    NoTty "no-tty"
    NoSuchDevice "no-such-device"
    Overflow "overflow"
    NotPermitted "not-permitted"
    Pipe "pipe"
    ReadOnly "read-only"
    InvalidSeek "invalid-seek"
    TextFileBusy "text-file-busy"
    CrossDevice "cross-device"
}

show_in_kebab_case! {
    DescriptorType, DescriptorFlags, PathFlags, OpenFlags, DescriptorStat, NewTimestamp, Advice, MetadataHashValue,
    FileError,
}

impl Show for DirectoryEntry {
    fn show(&self, text: &mut String) {
        self.kind.show(text);
        text.push(' ');
        self.name.show(text);
    }
}

impl From<FileType> for DescriptorType {
    fn from(found: FileType) -> DescriptorType {
        match found {
            FileType::Unknown => DescriptorType::Unknown,
            FileType::BlockDevice => DescriptorType::BlockDevice,
            FileType::CharacterDevice => DescriptorType::CharacterDevice,
            FileType::Directory => DescriptorType::Directory,
            FileType::RegularFile => DescriptorType::RegularFile,
            FileType::SocketDgram | FileType::SocketStream => DescriptorType::Socket,
            FileType::SymbolicLink => DescriptorType::SymbolicLink,
            FileType::Fifo => DescriptorType::Fifo,
        }
    }
}

impl From<Stat> for DescriptorStat {
    fn from(found: Stat) -> DescriptorStat {
        DescriptorStat {
            kind: found.file_type.into(),
            link_count: found.links,
            size: found.size,
            data_access_timestamp: Some(Datetime::new(found.accessed)),
            data_modification_timestamp: Some(Datetime::new(found.modified)),
            status_change_timestamp: Some(Datetime::new(found.changed)),
        }
    }
}

impl TryFrom<NewTimestamp> for NewTime {
    type Error = ErrorCode;

    fn try_from(time: NewTimestamp) -> Result<NewTime, ErrorCode> {
        Ok(match time {
            NewTimestamp::NoChange => NewTime::Unchanged,
            NewTimestamp::Now => NewTime::Now,
            NewTimestamp::Timestamp(time) => NewTime::At(time.total().ok_or(ErrorCode::Overflow)?),
        })
    }
}

impl From<Advice> for files::Advice {
    fn from(advice: Advice) -> files::Advice {
        match advice {
            Advice::Normal => files::Advice::Normal,
            Advice::Sequential => files::Advice::Sequential,
            Advice::Random => files::Advice::Random,
            Advice::WillNeed => files::Advice::WillNeed,
            Advice::DontNeed => files::Advice::DontNeed,
            Advice::NoReuse => files::Advice::NoReuse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileError;
    use crate::error::ErrorCode;

    #[test]
    fn every_code_has_one_of_preview_2() {
        let codes: Vec<FileError> = ErrorCode::ALL.iter().map(|code| FileError::from(*code)).collect();
        assert!(codes.contains(&FileError::NotPermitted) && codes.contains(&FileError::CrossDevice));
    }
}
