//! What a guest asked for in vain, and each of its calls.
//!
//! A guest that is denied something sees an error code, as on any system. Whoever runs it wants to know more: which
//! capability was missing, and how to grant it. That is a [`Denial`]; a context keeps them, and tells each to whoever
//! asked with [`WasiCtxBuilder::on_denial`](crate::WasiCtxBuilder::on_denial).
//!
//! With [`WasiCtxBuilder::on_call`](crate::WasiCtxBuilder::on_call), every call of a guest is told as a [`Call`]: the
//! function, its arguments as a person would write them, what it gave and how long it took. If nobody asked, a call
//! only looks whether somebody did.
//!
//! With [`WasiCtxBuilder::note_uses`](crate::WasiCtxBuilder::note_uses), a context also keeps what its guest has made use
//! of, as [`Use`]s: what would suffice the next time.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

mod given;
mod uses;

use crate::error::ErrorCode;
pub use given::{Answer, Given, Withheld};
pub(crate) use uses::Effect;
pub use uses::Use;

/// A capability that was asked for and not granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Denial {
    /// A path that is absolute: a guest finds files only below the directories that it was given.
    NotPreopened {
        /// The path.
        path: String,
    },
    /// A guest looked for directories and was given none.
    NoDirectories,
    /// A path that leads out of the directory it is relative to.
    Escape {
        /// The path.
        path: String,
        /// The granted directory.
        directory: String,
    },
    /// A change in a directory that was granted for reading only.
    ReadOnly {
        /// The path, if one was named.
        path: String,
        /// The granted directory.
        directory: String,
    },
    /// A TCP connection to this address.
    TcpConnect(SocketAddr),
    /// Waiting for TCP connections at this address.
    TcpListen(SocketAddr),
    /// A UDP socket at this address, or speaking with it.
    Udp(SocketAddr),
    /// Looking up this name.
    NameLookup(String),
    /// What every guest is given, but not this one.
    Withheld(Given),
}

impl Denial {
    /// What of a command line grants it; in capitals what only a person can know. Nothing if no single thing does.
    pub fn grant(&self) -> Option<String> {
        Some(match self {
            Denial::NotPreopened { path } => format!("--dir HOST::{path}"),
            Denial::NoDirectories | Denial::Escape { .. } | Denial::ReadOnly { .. } | Denial::Withheld(_) => {
                return None;
            }
            Denial::TcpConnect(address) => format!("--tcp-connect {address}"),
            Denial::TcpListen(address) => format!("--tcp-listen {address}"),
            Denial::Udp(address) => format!("--udp={address}"),
            Denial::NameLookup(name) => format!("--allow-ip-name-lookup={name}"),
        })
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("denied: ")?;
        match self {
            Denial::NotPreopened { path } => {
                write!(f, "filesystem \"{path}\" is not preopened; add --dir <host>::{path}")
            }
            Denial::NoDirectories => write!(f, "no directory is preopened; add --dir <host>::<guest>"),
            Denial::Escape { path, directory } => {
                write!(f, "\"{path}\" leads out of \"{directory}\"; add --dir <host>::<guest> for where it leads")
            }
            Denial::ReadOnly { path, directory } => {
                let path = if path.is_empty() { directory } else { path };
                write!(f, "\"{path}\" cannot be changed, since \"{directory}\" is granted for reading only; ")?;
                write!(f, "add --dir <host>::{directory} without :ro")
            }
            Denial::TcpConnect(address) => write!(f, "TCP connection to {address}; add --tcp-connect {address}"),
            Denial::TcpListen(address) => write!(f, "listening for TCP at {address}; add --tcp-listen {address}"),
            Denial::Udp(address) => write!(f, "UDP with {address}; add --udp={address}"),
            Denial::NameLookup(name) => write!(f, "looking up \"{name}\"; add --allow-ip-name-lookup={name}"),
            Denial::Withheld(given) => write!(f, "the {given}; leave out --deny {}", given.name()),
        }
    }
}

/// A call of a guest that has ended.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The interface, such as `wasi_snapshot_preview1` or `wasi:io/streams@0.2.6`.
    pub interface: &'a str,
    /// The function.
    pub function: &'a str,
    /// The arguments, as a person would write them.
    pub arguments: &'a str,
    /// What it gave, likewise.
    pub result: &'a str,
    /// How long it took.
    pub duration: Duration,
}

impl fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { function, arguments, result, duration, .. } = self;
        write!(f, "{function}({arguments}) = {result} <{:.6}>", duration.as_secs_f64())
    }
}

/// Who is told of denials.
type DenialSink = Box<dyn FnMut(&Denial) + Send + Sync>;
/// Who is told of calls.
type CallSink = Box<dyn FnMut(&Call<'_>) + Send + Sync>;

/// What a context knows of its guest's wishes.
#[derive(Default)]
pub struct Report {
    denials: BTreeSet<Denial>,
    /// What was used, if that is kept.
    pub(crate) uses: Option<BTreeSet<Use>>,
    pub(crate) on_denial: Option<DenialSink>,
    pub(crate) on_call: Option<CallSink>,
}

/// How many different denials are kept: a guest may ask for ever more.
const MOST_DENIALS: usize = 1000;

/// And how many uses: a guest may connect to ever more addresses.
const MOST_USES: usize = 1000;

impl Report {
    /// What was asked for in vain, each once.
    pub fn denials(&self) -> impl Iterator<Item = &Denial> {
        self.denials.iter()
    }

    /// Notes a denial, and tells of it the first time.
    #[cold]
    pub fn denied(&mut self, denial: Denial) {
        if self.denials.contains(&denial) || self.denials.len() >= MOST_DENIALS {
            return;
        }
        if let Some(sink) = &mut self.on_denial {
            sink(&denial);
        }
        self.denials.insert(denial);
    }

    /// What the guest has made use of, each once; nothing unless that is kept.
    pub fn uses(&self) -> impl Iterator<Item = &Use> {
        self.uses.iter().flatten()
    }

    /// Whether it is kept what the guest makes use of.
    #[inline]
    pub fn notes_uses(&self) -> bool {
        self.uses.is_some()
    }

    /// Notes that the guest has made use of something.
    pub fn used(&mut self, what: Use) {
        if let Some(uses) = &mut self.uses
            && uses.len() < MOST_USES
        {
            uses.insert(what);
        }
    }

    /// Notes why an operation with a path below a granted directory was denied, if that is what the error says.
    pub(crate) fn path_denied(&mut self, code: ErrorCode, path: &str, directory: &str) {
        if !matches!(code, ErrorCode::Escape | ErrorCode::ReadOnlyGrant) {
            return;
        }
        let (path, directory) = (path.to_owned(), directory.to_owned());
        self.denied(match code {
            ErrorCode::ReadOnlyGrant => Denial::ReadOnly { path, directory },
            _ if path.starts_with('/') => Denial::NotPreopened { path },
            _ => Denial::Escape { path, directory },
        });
    }

    /// Whether somebody wants to be told of calls.
    #[inline]
    pub fn traces_calls(&self) -> bool {
        self.on_call.is_some()
    }

    /// Whether somebody wants to know of calls, one way or the other.
    #[inline]
    pub(crate) fn watches(&self) -> bool {
        self.traces_calls() || self.notes_uses()
    }

    /// Tells of a call that began at `start`.
    pub fn called(&mut self, interface: &str, function: &str, arguments: &str, result: &str, start: Instant) {
        let duration = start.elapsed();
        if let Some(sink) = &mut self.on_call {
            sink(&Call { interface, function, arguments, result, duration });
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("denials", &self.denials).finish_non_exhaustive()
    }
}
