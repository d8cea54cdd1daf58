//! What is known of a file.

/// What kind of file something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileType {
    /// Something else, or not known.
    #[default]
    Unknown,
    /// A block device.
    BlockDevice,
    /// A character device, such as a terminal.
    CharacterDevice,
    /// A directory.
    Directory,
    /// A regular file.
    RegularFile,
    /// A datagram socket.
    SocketDgram,
    /// A stream socket.
    SocketStream,
    /// A symbolic link.
    SymbolicLink,
    /// A pipe.
    Fifo,
}

/// What is known of a file. Times are nanoseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// The device that holds it.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// Its kind.
    pub file_type: FileType,
    /// How many names it has.
    pub links: u64,
    /// Its size in bytes; for a symbolic link, that of the path in it.
    pub size: u64,
    /// When it was last read.
    pub accessed: u64,
    /// When its bytes last changed.
    pub modified: u64,
    /// When anything of it last changed.
    pub changed: u64,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name: any bytes but `/` and NUL.
    pub name: Vec<u8>,
    /// The file's number.
    pub inode: u64,
    /// The file's kind, as far as the directory knows it.
    pub file_type: FileType,
}

/// What a time of a file is set to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewTime {
    /// What it is.
    #[default]
    Unchanged,
    /// The present.
    Now,
    /// Nanoseconds since 1970.
    At(u64),
}

impl From<rustix::fs::FileType> for FileType {
    fn from(found: rustix::fs::FileType) -> FileType {
        match found {
            rustix::fs::FileType::RegularFile => FileType::RegularFile,
            rustix::fs::FileType::Directory => FileType::Directory,
            rustix::fs::FileType::Symlink => FileType::SymbolicLink,
            rustix::fs::FileType::CharacterDevice => FileType::CharacterDevice,
            rustix::fs::FileType::BlockDevice => FileType::BlockDevice,
            rustix::fs::FileType::Fifo => FileType::Fifo,
            rustix::fs::FileType::Socket => FileType::SocketStream,
            _ => FileType::Unknown,
        }
    }
}
