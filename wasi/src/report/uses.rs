//! What a guest has made use of.

use std::net::SocketAddr;

use super::{Denial, Given, Report};
use crate::error::Result;

/// A capability that a guest has made use of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Use {
    /// What every guest is given.
    Given(Given),
    /// Something in a directory that was granted.
    Directory {
        /// The directory's name, as the guest knows it.
        name: String,
        /// Whether something in it was changed, rather than read.
        changed: bool,
    },
    /// A socket that was opened beforehand.
    Listener,
    /// A TCP connection to this address.
    TcpConnect(SocketAddr),
    /// Waiting for TCP connections at this address.
    TcpListen(SocketAddr),
    /// A UDP socket at this address, or speaking with it.
    Udp(SocketAddr),
    /// Looking up this name.
    NameLookup(String),
}

/// What a function does with what a descriptor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only looks at the descriptor.
    Nothing,
    /// It leaves everything as it is.
    Reads,
    /// It changes something.
    Changes,
}

impl Report {
    /// Notes that something in a granted directory was used: changed only if that was done, and nothing if it was denied.
    #[inline]
    pub(crate) fn directory_used<T>(&mut self, name: &str, effect: Effect, result: &Result<T>) {
        if self.notes_uses() && effect != Effect::Nothing && !matches!(result, Err(code) if code.is_denial()) {
            self.used(Use::Directory { name: name.into(), changed: effect == Effect::Changes && result.is_ok() });
        }
    }

    /// Notes what a guest wishes of the network: that it has used it, or that it was denied.
    pub(crate) fn wished(&mut self, granted: bool, wish: Denial) {
        if !granted {
            return self.denied(wish);
        }
        self.used(match wish {
            Denial::TcpConnect(address) => Use::TcpConnect(address),
            Denial::TcpListen(address) => Use::TcpListen(address),
            Denial::Udp(address) => Use::Udp(address),
            Denial::NameLookup(name) => Use::NameLookup(name),
            other => unreachable!("BUG: {other:?} is not of the network"),
        });
    }
}
