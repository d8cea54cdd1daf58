//! What a guest has made use of.

use std::net::SocketAddr;

use super::Given;

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
