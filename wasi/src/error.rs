//! What operations fail with: one list for the host, preview 1 and preview 2.
//!
//! All three speak of errors as POSIX does. Preview 1 numbers them its own way (`errno`), preview 2 has names for those
//! that files can have (`error-code` of `wasi:filesystem/types`). [`ErrorCode`] is the union, and the table in this file
//! says what each is called where.

use std::fmt;
use std::io;

/// Makes the enumeration and its columns of the table of codes.
macro_rules! codes {
    ($($variant:ident $number:literal $name:literal [$($host:ident)?] $preview2:literal $doc:literal;)*) => {
        /// Why an operation failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(#[doc = concat!($doc, " (`", $name, "`).")] $variant,)*
        }

        impl ErrorCode {
            /// All codes.
            pub const ALL: &[ErrorCode] = &[$(ErrorCode::$variant),*];

            /// The number that preview 1 knows this by.
            pub fn errno(self) -> u16 {
                match self { $(ErrorCode::$variant => $number,)* }
            }

            /// The name that preview 1 knows this by.
            pub fn name(self) -> &'static str {
                match self { $(ErrorCode::$variant => $name,)* }
            }

            /// The case of preview 2's `error-code` for files. What files cannot have is `io`.
            pub fn preview2(self) -> &'static str {
                match self { $(ErrorCode::$variant => $preview2,)* }
            }

            /// What this means, in a few words.
            pub fn message(self) -> &'static str {
                match self { $(ErrorCode::$variant => $doc,)* }
            }
        }

        impl From<rustix::io::Errno> for ErrorCode {
            fn from(errno: rustix::io::Errno) -> ErrorCode {
                // The numbers are the host's, and some hosts have several names for one.
                $($(if errno == rustix::io::Errno::$host { return ErrorCode::$variant; })?)*
                ErrorCode::Io
            }
        }
    };
}

// code, preview 1's number and name, the host's name, preview 2's name, meaning.
codes! {
    Toobig 1 "2big" [TOOBIG] "io" "Argument list too long";
    Acces 2 "acces" [ACCESS] "access" "Permission denied";
    Addrinuse 3 "addrinuse" [ADDRINUSE] "io" "Address in use";
    Addrnotavail 4 "addrnotavail" [ADDRNOTAVAIL] "io" "Address not available";
    Afnosupport 5 "afnosupport" [AFNOSUPPORT] "io" "Address family not supported";
    Again 6 "again" [AGAIN] "would-block" "Resource unavailable, or the operation would block";
    Already 7 "already" [ALREADY] "already" "Connection already in progress";
    Badf 8 "badf" [BADF] "bad-descriptor" "Bad file descriptor";
    Badmsg 9 "badmsg" [BADMSG] "io" "Bad message";
    Busy 10 "busy" [BUSY] "busy" "Device or resource busy";
    Canceled 11 "canceled" [CANCELED] "io" "Operation canceled";
    Child 12 "child" [CHILD] "io" "No child processes";
    Connaborted 13 "connaborted" [CONNABORTED] "io" "Connection aborted";
    Connrefused 14 "connrefused" [CONNREFUSED] "io" "Connection refused";
    Connreset 15 "connreset" [CONNRESET] "io" "Connection reset";
    Deadlk 16 "deadlk" [DEADLK] "deadlock" "Resource deadlock would occur";
    Destaddrreq 17 "destaddrreq" [DESTADDRREQ] "io" "Destination address required";
    Dom 18 "dom" [DOM] "io" "Argument out of domain of a function";
    Dquot 19 "dquot" [DQUOT] "quota" "Storage quota exceeded";
    Exist 20 "exist" [EXIST] "exist" "File exists";
    Fault 21 "fault" [FAULT] "io" "Bad address: a pointer does not lead into the guest's memory";
    Fbig 22 "fbig" [FBIG] "file-too-large" "File too large";
    Hostunreach 23 "hostunreach" [HOSTUNREACH] "io" "Host is unreachable";
    Idrm 24 "idrm" [IDRM] "io" "Identifier removed";
    Ilseq 25 "ilseq" [ILSEQ] "illegal-byte-sequence" "Illegal byte sequence";
    Inprogress 26 "inprogress" [INPROGRESS] "in-progress" "Operation in progress";
    Intr 27 "intr" [INTR] "interrupted" "Interrupted";
    Inval 28 "inval" [INVAL] "invalid" "Invalid argument";
    Io 29 "io" [IO] "io" "Input/output error";
    Isconn 30 "isconn" [ISCONN] "io" "Socket is connected";
    Isdir 31 "isdir" [ISDIR] "is-directory" "Is a directory";
    Loop 32 "loop" [LOOP] "loop" "Too many levels of symbolic links";
    Mfile 33 "mfile" [MFILE] "io" "Too many open descriptors";
    Mlink 34 "mlink" [MLINK] "too-many-links" "Too many links";
    Msgsize 35 "msgsize" [MSGSIZE] "message-size" "Message too large";
    Multihop 36 "multihop" [MULTIHOP] "io" "Multihop attempted";
    Nametoolong 37 "nametoolong" [NAMETOOLONG] "name-too-long" "Name too long";
    Netdown 38 "netdown" [NETDOWN] "io" "Network is down";
    Netreset 39 "netreset" [NETRESET] "io" "Connection aborted by the network";
    Netunreach 40 "netunreach" [NETUNREACH] "io" "Network is unreachable";
    Nfile 41 "nfile" [NFILE] "io" "Too many files open in the system";
    Nobufs 42 "nobufs" [NOBUFS] "io" "No buffer space available";
    Nodev 43 "nodev" [NODEV] "no-device" "No such device";
    Noent 44 "noent" [NOENT] "no-entry" "No such file or directory";
    Noexec 45 "noexec" [NOEXEC] "io" "Executable file format error";
    Nolck 46 "nolck" [NOLCK] "no-lock" "No locks available";
    Nolink 47 "nolink" [NOLINK] "io" "Link has been severed";
    Nomem 48 "nomem" [NOMEM] "insufficient-memory" "Not enough space";
    Nomsg 49 "nomsg" [NOMSG] "io" "No message of the desired type";
    Noprotoopt 50 "noprotoopt" [NOPROTOOPT] "io" "Protocol not available";
    Nospc 51 "nospc" [NOSPC] "insufficient-space" "No space left on device";
    Nosys 52 "nosys" [NOSYS] "unsupported" "Function not supported";
    Notconn 53 "notconn" [NOTCONN] "io" "Socket is not connected";
    Notdir 54 "notdir" [NOTDIR] "not-directory" "Not a directory";
    Notempty 55 "notempty" [NOTEMPTY] "not-empty" "Directory not empty";
    Notrecoverable 56 "notrecoverable" [NOTRECOVERABLE] "not-recoverable" "State not recoverable";
    Notsock 57 "notsock" [NOTSOCK] "io" "Not a socket";
    Notsup 58 "notsup" [NOTSUP] "unsupported" "Not supported";
    Notty 59 "notty" [NOTTY] "no-tty" "Inappropriate I/O control operation";
    Nxio 60 "nxio" [NXIO] "no-such-device" "No such device or address";
    Overflow 61 "overflow" [OVERFLOW] "overflow" "Value too large to be stored in its type";
    Ownerdead 62 "ownerdead" [OWNERDEAD] "io" "Previous owner died";
    Perm 63 "perm" [PERM] "not-permitted" "Operation not permitted";
    Pipe 64 "pipe" [PIPE] "pipe" "Broken pipe";
    Proto 65 "proto" [PROTO] "io" "Protocol error";
    Protonosupport 66 "protonosupport" [PROTONOSUPPORT] "io" "Protocol not supported";
    Prototype 67 "prototype" [PROTOTYPE] "io" "Protocol wrong type for socket";
    Range 68 "range" [RANGE] "io" "Result too large";
    Rofs 69 "rofs" [ROFS] "read-only" "Read-only file system";
    Spipe 70 "spipe" [SPIPE] "invalid-seek" "Invalid seek";
    Srch 71 "srch" [SRCH] "io" "No such process";
    Stale 72 "stale" [STALE] "io" "Stale file handle";
    Timedout 73 "timedout" [TIMEDOUT] "io" "Connection timed out";
    Txtbsy 74 "txtbsy" [TXTBSY] "text-file-busy" "Text file busy";
    Xdev 75 "xdev" [XDEV] "cross-device" "Cross-device link";
    Notcapable 76 "notcapable" [] "not-permitted" "Capabilities insufficient";
    Escape 63 "perm" [] "not-permitted" "The path leads out of the directory that was granted";
    ReadOnlyGrant 69 "rofs" [] "read-only" "The directory was granted for reading only";
}

/// A result whose error is an [`ErrorCode`].
pub type Result<T, E = ErrorCode> = std::result::Result<T, E>;

impl ErrorCode {
    /// Whether nothing was done, since the guest had no right to it.
    pub(crate) fn is_denial(self) -> bool {
        matches!(self, ErrorCode::Escape | ErrorCode::ReadOnlyGrant | ErrorCode::Notcapable | ErrorCode::Badf)
    }
}

impl From<io::Error> for ErrorCode {
    fn from(error: io::Error) -> ErrorCode {
        if let Some(errno) = rustix::io::Errno::from_io_error(&error) {
            return errno.into();
        }
        match error.kind() {
            // What cap-std says, of its own accord, about paths that lead outside.
            io::ErrorKind::PermissionDenied => ErrorCode::Escape,
            io::ErrorKind::NotFound => ErrorCode::Noent,
            io::ErrorKind::AlreadyExists => ErrorCode::Exist,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => ErrorCode::Inval,
            io::ErrorKind::WouldBlock => ErrorCode::Again,
            io::ErrorKind::BrokenPipe => ErrorCode::Pipe,
            io::ErrorKind::Unsupported => ErrorCode::Notsup,
            _ => ErrorCode::Io,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ErrorCode {}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn preview_1_numbers_are_consecutive_and_two_codes_share_one() {
        let numbers: Vec<u16> = ErrorCode::ALL.iter().map(|code| code.errno()).collect();
        assert_eq!(numbers[..76], (1..=76).collect::<Vec<_>>());
        assert_eq!(numbers[76..], [ErrorCode::Perm.errno(), ErrorCode::Rofs.errno()]);
    }

    #[test]
    fn errors_of_the_host_and_of_cap_std_have_codes() {
        let escape = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "a path led outside of the filesystem");
        assert_eq!(ErrorCode::from(escape), ErrorCode::Escape);
        let missing = std::fs::File::open("/there is no such file").unwrap_err();
        assert_eq!(ErrorCode::from(missing), ErrorCode::Noent);
        assert_eq!(ErrorCode::from(rustix::io::Errno::NOTEMPTY), ErrorCode::Notempty);
    }
}
