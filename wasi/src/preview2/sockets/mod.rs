//! `wasi:sockets`: TCP, UDP, and the look-up of names.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `network.rs` | `wasi:sockets/network`, `/instance-network`: the values, error codes |
//! | `interfaces.rs` | the tables of `/tcp`, `/udp` and what makes sockets |
//! | `tcp.rs`, `udp.rs` | sockets, their states; streams of datagrams |
//! | `options.rs` | what can be set of sockets of both kinds |
//! | `lookup.rs` | `wasi:sockets/ip-name-lookup` |
//!
//! A socket is an object of the host from the start, but does nothing with the network before `start-bind` or
//! `start-connect`, which is where grants are looked at. Sockets are in non-blocking mode: they are nobody else's.

mod interfaces;
mod lookup;
mod network;
mod options;
mod tcp;
mod udp;

pub(super) use interfaces::{TcpCreateSocket, TcpSockets, UdpCreateSocket, UdpSockets};
pub(super) use lookup::{Lookup, NameLookup};
pub(super) use network::{InstanceNetwork, Network, Networks};
pub(super) use tcp::Tcp;
pub(super) use udp::{Incoming, Outgoing, Udp};
