//! `wasi:sockets/network` and `/instance-network`: addresses, and what goes wrong.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use falkirk_canonical_abi::{ComponentType, Lift, Lower};
use falkirk_component::Handle;

use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::preview2::Result;
use crate::preview2::io::{Failure, Origin};
use crate::preview2::show::{Show, show_in_kebab_case};
use crate::preview2::table::interface;

/// A `network`: there is one, and grants say what of it can be reached.
#[derive(Debug)]
pub(in crate::preview2) struct Network;

/// Why an operation failed, as the interface has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
pub(super) enum NetError {
    Unknown,
    AccessDenied,
    NotSupported,
    InvalidArgument,
    OutOfMemory,
    Timeout,
    ConcurrencyConflict,
    NotInProgress,
    WouldBlock,
    InvalidState,
    NewSocketLimit,
    AddressNotBindable,
    AddressInUse,
    RemoteUnreachable,
    ConnectionRefused,
    ConnectionReset,
    ConnectionAborted,
    DatagramTooLarge,
    NameUnresolvable,
    TemporaryResolverFailure,
    PermanentResolverFailure,
}

/// Which kind of addresses a socket has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
pub(super) enum IpAddressFamily {
    Ipv4,
    Ipv6,
}

type Ipv4Address = (u8, u8, u8, u8);
type Ipv6Address = (u16, u16, u16, u16, u16, u16, u16, u16);

/// An address.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(variant)]
pub(super) enum IpAddress {
    Ipv4(Ipv4Address),
    Ipv6(Ipv6Address),
}

/// An IPv4 address with a port.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct Ipv4SocketAddress {
    port: u16,
    address: Ipv4Address,
}

/// An IPv6 address with a port.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct Ipv6SocketAddress {
    port: u16,
    flow_info: u32,
    address: Ipv6Address,
    scope_id: u32,
}

/// An address with a port.
#[derive(Clone, Copy, Debug, ComponentType, Lift, Lower)]
#[component(variant)]
pub(super) enum IpSocketAddress {
    Ipv4(Ipv4SocketAddress),
    Ipv6(Ipv6SocketAddress),
}

show_in_kebab_case!(NetError, IpAddressFamily);

impl Show for IpAddress {
    fn show(&self, text: &mut String) {
        text.push_str(&IpAddr::from(*self).to_string());
    }
}

impl Show for IpSocketAddress {
    fn show(&self, text: &mut String) {
        text.push_str(&SocketAddr::from(*self).to_string());
    }
}

interface! {
    /// Addresses, and what goes wrong.
    Networks = "wasi:sockets/network" {
        resource "network" = Network;
        /// Gives the code of a stream's error, if that was a connection's.
        "network-error-code" = network_error_code(err: Handle) -> Option<NetError>;
    }
}

interface! {
    /// The network.
    InstanceNetwork = "wasi:sockets/instance-network" {
        /// Gives it.
        "instance-network" = instance_network() -> Handle;
    }
}

fn network_error_code(cx: &mut WasiCtx, err: Handle) -> Result<Option<NetError>> {
    let failure = cx.resources.get::<Failure>(err)?;
    Ok((failure.origin == Origin::Network).then(|| failure.code.into()))
}

fn instance_network(cx: &mut WasiCtx) -> Result<Handle> {
    cx.resources.add(Network)
}

impl From<ErrorCode> for NetError {
    fn from(code: ErrorCode) -> NetError {
        match code {
            ErrorCode::Acces | ErrorCode::Perm => NetError::AccessDenied,
            ErrorCode::Afnosupport | ErrorCode::Notsup | ErrorCode::Nosys | ErrorCode::Protonosupport => {
                NetError::NotSupported
            }
            ErrorCode::Inval => NetError::InvalidArgument,
            ErrorCode::Nomem | ErrorCode::Nobufs => NetError::OutOfMemory,
            ErrorCode::Timedout => NetError::Timeout,
            ErrorCode::Already => NetError::ConcurrencyConflict,
            ErrorCode::Again => NetError::WouldBlock,
            ErrorCode::Isconn | ErrorCode::Notconn | ErrorCode::Destaddrreq => NetError::InvalidState,
            ErrorCode::Mfile | ErrorCode::Nfile => NetError::NewSocketLimit,
            ErrorCode::Addrnotavail => NetError::AddressNotBindable,
            ErrorCode::Addrinuse => NetError::AddressInUse,
            ErrorCode::Hostunreach | ErrorCode::Netunreach | ErrorCode::Netdown => NetError::RemoteUnreachable,
            ErrorCode::Connrefused => NetError::ConnectionRefused,
            ErrorCode::Connreset | ErrorCode::Netreset => NetError::ConnectionReset,
            ErrorCode::Connaborted => NetError::ConnectionAborted,
            ErrorCode::Msgsize => NetError::DatagramTooLarge,
            _ => NetError::Unknown,
        }
    }
}

impl From<rustix::io::Errno> for NetError {
    fn from(errno: rustix::io::Errno) -> NetError {
        ErrorCode::from(errno).into()
    }
}

impl IpAddressFamily {
    /// The host's name for it.
    pub fn host(self) -> rustix::net::AddressFamily {
        match self {
            IpAddressFamily::Ipv4 => rustix::net::AddressFamily::INET,
            IpAddressFamily::Ipv6 => rustix::net::AddressFamily::INET6,
        }
    }

    /// Checks that an address is of this family. An IPv4 address that is written as an IPv6 one is of neither.
    pub fn check(self, address: SocketAddr) -> Result<(), NetError> {
        let fits = match (self, address.ip()) {
            (IpAddressFamily::Ipv4, IpAddr::V4(_)) => true,
            (IpAddressFamily::Ipv6, IpAddr::V6(ip)) => ip.to_ipv4_mapped().is_none(),
            _ => false,
        };
        if fits { Ok(()) } else { Err(NetError::InvalidArgument) }
    }

    /// Checks that an address is of this family, and of one host. Only datagrams are for several.
    pub fn check_unicast(self, address: SocketAddr) -> Result<(), NetError> {
        self.check(address)?;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_multicast() || ip.is_broadcast() => Err(NetError::InvalidArgument),
            IpAddr::V6(ip) if ip.is_multicast() => Err(NetError::InvalidArgument),
            _ => Ok(()),
        }
    }

    /// Checks that an address is one to speak with.
    pub fn check_remote(self, address: SocketAddr) -> Result<(), NetError> {
        self.check(address)?;
        match address.ip().is_unspecified() || address.port() == 0 {
            true => Err(NetError::InvalidArgument),
            false => Ok(()),
        }
    }
}

impl From<IpAddress> for IpAddr {
    fn from(address: IpAddress) -> IpAddr {
        match address {
            IpAddress::Ipv4((a, b, c, d)) => Ipv4Addr::new(a, b, c, d).into(),
            IpAddress::Ipv6((a, b, c, d, e, f, g, h)) => Ipv6Addr::new(a, b, c, d, e, f, g, h).into(),
        }
    }
}

impl From<IpAddr> for IpAddress {
    fn from(address: IpAddr) -> IpAddress {
        match address {
            IpAddr::V4(ip) => {
                let [a, b, c, d] = ip.octets();
                IpAddress::Ipv4((a, b, c, d))
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, e, f, g, h] = ip.segments();
                IpAddress::Ipv6((a, b, c, d, e, f, g, h))
            }
        }
    }
}

impl From<IpSocketAddress> for SocketAddr {
    fn from(address: IpSocketAddress) -> SocketAddr {
        match address {
            IpSocketAddress::Ipv4(found) => SocketAddr::new(IpAddress::Ipv4(found.address).into(), found.port),
            IpSocketAddress::Ipv6(found) => {
                let (a, b, c, d, e, f, g, h) = found.address;
                let ip = Ipv6Addr::new(a, b, c, d, e, f, g, h);
                SocketAddrV6::new(ip, found.port, found.flow_info, found.scope_id).into()
            }
        }
    }
}

impl From<SocketAddr> for IpSocketAddress {
    fn from(address: SocketAddr) -> IpSocketAddress {
        match (address, IpAddress::from(address.ip())) {
            (_, IpAddress::Ipv4(ip)) => IpSocketAddress::Ipv4(Ipv4SocketAddress { port: address.port(), address: ip }),
            (SocketAddr::V6(found), IpAddress::Ipv6(ip)) => IpSocketAddress::Ipv6(Ipv6SocketAddress {
                port: address.port(),
                flow_info: found.flowinfo(),
                address: ip,
                scope_id: found.scope_id(),
            }),
            (SocketAddr::V4(_), IpAddress::Ipv6(_)) => unreachable!("BUG: an address is of one family"),
        }
    }
}

/// An address that the host has given.
pub(super) fn from_host(address: rustix::net::SocketAddrAny) -> Result<IpSocketAddress, NetError> {
    if let Ok(found) = SocketAddrV4::try_from(address.clone()) {
        return Ok(SocketAddr::from(found).into());
    }
    let found = SocketAddrV6::try_from(address).map_err(NetError::from)?;
    Ok(SocketAddr::from(found).into())
}
