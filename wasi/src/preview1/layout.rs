//! Numbers and layouts of preview 1: flags, and where the fields of structures are. `wasi_unstable`, which came before,
//! has a few of its own.

use crate::files::FileType;

/// Which of the two interfaces a guest has imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `wasi_unstable`, of 2019.
    Unstable,
    /// `wasi_snapshot_preview1`.
    Snapshot1,
}

impl Version {
    pub fn module(self) -> &'static str {
        match self {
            Version::Unstable => "wasi_unstable",
            Version::Snapshot1 => "wasi_snapshot_preview1",
        }
    }
}

/// Makes constants, and the list of their names for a trace.
macro_rules! flags {
    ($list:ident: $ty:ty; $($name:ident = $bit:literal $text:literal;)*) => {
        $(#[doc = concat!("`", $text, "`.")] pub const $name: $ty = 1 << $bit;)*
        /// All of them, with their names.
        pub const $list: &[(u64, &str)] = &[$((1 << $bit, $text)),*];
    };
}

/// `rights`: what may be done with a descriptor.
pub mod rights {
    flags! { NAMES: u64;
        FD_DATASYNC = 0 "fd_datasync";
        FD_READ = 1 "fd_read";
        FD_SEEK = 2 "fd_seek";
        FD_FDSTAT_SET_FLAGS = 3 "fd_fdstat_set_flags";
        FD_SYNC = 4 "fd_sync";
        FD_TELL = 5 "fd_tell";
        FD_WRITE = 6 "fd_write";
        FD_ADVISE = 7 "fd_advise";
        FD_ALLOCATE = 8 "fd_allocate";
        PATH_CREATE_DIRECTORY = 9 "path_create_directory";
        PATH_CREATE_FILE = 10 "path_create_file";
        PATH_LINK_SOURCE = 11 "path_link_source";
        PATH_LINK_TARGET = 12 "path_link_target";
        PATH_OPEN = 13 "path_open";
        FD_READDIR = 14 "fd_readdir";
        PATH_READLINK = 15 "path_readlink";
        PATH_RENAME_SOURCE = 16 "path_rename_source";
        PATH_RENAME_TARGET = 17 "path_rename_target";
        PATH_FILESTAT_GET = 18 "path_filestat_get";
        PATH_FILESTAT_SET_SIZE = 19 "path_filestat_set_size";
        PATH_FILESTAT_SET_TIMES = 20 "path_filestat_set_times";
        FD_FILESTAT_GET = 21 "fd_filestat_get";
        FD_FILESTAT_SET_SIZE = 22 "fd_filestat_set_size";
        FD_FILESTAT_SET_TIMES = 23 "fd_filestat_set_times";
        PATH_SYMLINK = 24 "path_symlink";
        PATH_REMOVE_DIRECTORY = 25 "path_remove_directory";
        PATH_UNLINK_FILE = 26 "path_unlink_file";
        POLL_FD_READWRITE = 27 "poll_fd_readwrite";
        SOCK_SHUTDOWN = 28 "sock_shutdown";
        SOCK_ACCEPT = 29 "sock_accept";
    }

    /// Those that there are.
    pub const ALL: u64 = (1 << 30) - 1;

    /// Those that mean something for a file.
    pub const FILE: u64 = FD_DATASYNC
        | FD_READ
        | FD_SEEK
        | FD_FDSTAT_SET_FLAGS
        | FD_SYNC
        | FD_TELL
        | FD_WRITE
        | FD_ADVISE
        | FD_ALLOCATE
        | FD_FILESTAT_GET
        | FD_FILESTAT_SET_SIZE
        | FD_FILESTAT_SET_TIMES
        | POLL_FD_READWRITE;

    /// Those that mean something for a directory.
    pub const DIR: u64 = FD_DATASYNC
        | FD_FDSTAT_SET_FLAGS
        | FD_SYNC
        | PATH_CREATE_DIRECTORY
        | PATH_CREATE_FILE
        | PATH_LINK_SOURCE
        | PATH_LINK_TARGET
        | PATH_OPEN
        | FD_READDIR
        | PATH_READLINK
        | PATH_RENAME_SOURCE
        | PATH_RENAME_TARGET
        | PATH_FILESTAT_GET
        | PATH_FILESTAT_SET_SIZE
        | PATH_FILESTAT_SET_TIMES
        | FD_FILESTAT_GET
        | FD_FILESTAT_SET_TIMES
        | PATH_SYMLINK
        | PATH_REMOVE_DIRECTORY
        | PATH_UNLINK_FILE
        | POLL_FD_READWRITE;

    /// Those of a stream that is no file: no seeking. C programs take a character device for a terminal if it has no
    /// right to seek.
    pub const STREAM: u64 = FD_FDSTAT_SET_FLAGS | FD_FILESTAT_GET | POLL_FD_READWRITE;

    /// Those of a connection.
    pub const SOCKET: u64 = STREAM | FD_READ | FD_WRITE | SOCK_SHUTDOWN;

    /// Those of a socket that listens.
    pub const LISTENER: u64 = STREAM | FD_READ | SOCK_ACCEPT;
}

/// `fdflags`: how a descriptor reads and writes.
pub mod fdflags {
    flags! { NAMES: u16;
        APPEND = 0 "append";
        DSYNC = 1 "dsync";
        NONBLOCK = 2 "nonblock";
        RSYNC = 3 "rsync";
        SYNC = 4 "sync";
    }
    /// Those that there are.
    pub const ALL: u16 = (1 << 5) - 1;
}

/// `oflags`: how `path_open` opens.
pub mod oflags {
    flags! { NAMES: u16;
        CREAT = 0 "creat";
        DIRECTORY = 1 "directory";
        EXCL = 2 "excl";
        TRUNC = 3 "trunc";
    }
    /// Those that there are.
    pub const ALL: u16 = (1 << 4) - 1;
}

/// `lookupflags`: whether a symbolic link at the end of a path is followed.
pub mod lookupflags {
    flags! { NAMES: u32;
        SYMLINK_FOLLOW = 0 "symlink_follow";
    }
}

/// `fstflags`: which times are set, and to what.
pub mod fstflags {
    flags! { NAMES: u16;
        ATIM = 0 "atim";
        ATIM_NOW = 1 "atim_now";
        MTIM = 2 "mtim";
        MTIM_NOW = 3 "mtim_now";
    }
    /// Those that there are.
    pub const ALL: u16 = (1 << 4) - 1;
}

/// `riflags`: how `sock_recv` receives.
pub mod riflags {
    flags! { NAMES: u16;
        PEEK = 0 "peek";
        WAITALL = 1 "waitall";
    }
    /// Those that there are.
    pub const ALL: u16 = (1 << 2) - 1;
}

/// `sdflags`: which ends of a connection are shut down.
pub mod sdflags {
    flags! { NAMES: u8;
        RD = 0 "rd";
        WR = 1 "wr";
    }
    /// Those that there are.
    pub const ALL: u8 = (1 << 2) - 1;
}

/// `filetype`.
pub(super) fn filetype(found: FileType) -> u8 {
    match found {
        FileType::Unknown => 0,
        FileType::BlockDevice => 1,
        FileType::CharacterDevice => 2,
        FileType::Directory => 3,
        FileType::RegularFile => 4,
        FileType::SocketDgram => 5,
        // Preview 1 has no number for pipes.
        FileType::Fifo => 0,
        FileType::SocketStream => 6,
        FileType::SymbolicLink => 7,
    }
}
