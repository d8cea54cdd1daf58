//! UDP sockets, and their streams of datagrams.

use std::net::SocketAddr;

use falkirk_canonical_abi::{ComponentType, Lift, Lower};
use falkirk_component::Handle;
use falkirk_runtime::Error;
use rustix::net::{RecvFlags, SendFlags, SocketType, sockopt};

use super::network::{IpAddressFamily, IpSocketAddress, NetError, Network, from_host};
use super::options::{Outcome, Socket};
use super::tcp::{FLAGS, connect_error};
use crate::context::WasiCtx;
use crate::poll::{Interest, Pollable};
use crate::preview2::Result;
use crate::preview2::resources::Object;
use crate::preview2::show::Show;
use crate::report::Denial;
use crate::streams::HostHandle;

/// A `udp-socket`.
#[derive(Debug)]
pub(in crate::preview2) struct Udp {
    handle: HostHandle,
    family: IpAddressFamily,
    state: State,
    /// Whether the address that it is bound to was granted: then everybody may send to it. Else only those may who are
    /// granted themselves.
    granted: bool,
    remote: Option<SocketAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Unbound,
    BindStarted,
    Bound,
}

/// An `incoming-datagram-stream`.
#[derive(Debug)]
pub(in crate::preview2) struct Incoming {
    handle: HostHandle,
    granted: bool,
}

/// An `outgoing-datagram-stream`.
#[derive(Debug)]
pub(in crate::preview2) struct Outgoing {
    handle: HostHandle,
    family: IpAddressFamily,
    remote: Option<SocketAddr>,
    /// How many datagrams `check-send` has permitted.
    permit: u64,
}

/// A datagram that was received.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct IncomingDatagram {
    data: Vec<u8>,
    remote_address: IpSocketAddress,
}

/// A datagram to be sent.
#[derive(Debug, ComponentType, Lift, Lower)]
#[component(record)]
pub(super) struct OutgoingDatagram {
    data: Vec<u8>,
    remote_address: Option<IpSocketAddress>,
}

impl Show for IncomingDatagram {
    fn show(&self, text: &mut String) {
        self.data.show(text);
        text.push_str(" from ");
        self.remote_address.show(text);
    }
}

impl Show for OutgoingDatagram {
    fn show(&self, text: &mut String) {
        self.data.show(text);
        text.push_str(" to ");
        self.remote_address.show(text);
    }
}

/// How many datagrams are received or sent at once.
const MOST: u64 = 16;

/// The most bytes that a datagram can have.
const LARGEST: usize = 1 << 16;

impl Socket for Udp {
    fn open(&self) -> Result<&HostHandle, NetError> {
        Ok(&self.handle)
    }

    fn family(&self) -> IpAddressFamily {
        self.family
    }
}

impl Udp {
    /// What to wait for.
    pub fn pollable(&self) -> Pollable {
        Pollable::Host(self.handle.clone(), Interest::Read)
    }
}

impl Incoming {
    /// What to wait for.
    pub fn pollable(&self) -> Pollable {
        Pollable::Host(self.handle.clone(), Interest::Read)
    }
}

impl Outgoing {
    /// What to wait for.
    pub fn pollable(&self) -> Pollable {
        Pollable::Host(self.handle.clone(), Interest::Write)
    }
}

pub(super) fn create_udp_socket(cx: &mut WasiCtx, family: IpAddressFamily) -> Outcome<Handle> {
    let made = rustix::net::socket_with(family.host(), SocketType::DGRAM, FLAGS, None).map_err(NetError::from);
    let made = made.and_then(|socket| {
        if family == IpAddressFamily::Ipv6 {
            sockopt::set_ipv6_v6only(&socket, true)?;
        }
        let handle = HostHandle::new(socket);
        Ok(Udp { handle, family, state: State::Unbound, granted: false, remote: None })
    });
    match made {
        Ok(socket) => cx.resources.add(socket).map(Ok),
        Err(code) => Ok(Err(code)),
    }
}

pub(super) fn start_bind(cx: &mut WasiCtx, this: Handle, network: Handle, local: IpSocketAddress) -> Outcome<()> {
    cx.resources.get::<Network>(network)?;
    let (socket, address) = (cx.resources.get::<Udp>(this)?, SocketAddr::from(local));
    let may = match socket.state {
        State::Unbound => socket.family.check(address),
        State::BindStarted => Err(NetError::ConcurrencyConflict),
        State::Bound => Err(NetError::InvalidState),
    };
    if let Err(code) = may {
        return Ok(Err(code));
    }
    let granted = cx.network.udp.allows(address);
    // Whoever may speak with somebody needs a port to do so, and does not care which.
    let any = address.ip().is_unspecified() && address.port() == 0 && !cx.network.udp.is_empty();
    if granted || !any {
        cx.report.wished(granted, Denial::Udp(address));
    }
    if !granted && !any {
        return Ok(Err(NetError::AccessDenied));
    }
    Ok(rustix::net::bind(&socket.handle, &address).map_err(NetError::from).map(|()| {
        socket.state = State::BindStarted;
        socket.granted = granted;
    }))
}

pub(super) fn finish_bind(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    let socket = cx.resources.get::<Udp>(this)?;
    if socket.state != State::BindStarted {
        return Ok(Err(NetError::NotInProgress));
    }
    socket.state = State::Bound;
    Ok(Ok(()))
}

pub(super) fn stream(cx: &mut WasiCtx, this: Handle, remote: Option<IpSocketAddress>) -> Outcome<(Handle, Handle)> {
    let mut streams = false;
    cx.resources.each_child(this, |child| streams |= matches!(child, Object::Incoming(_) | Object::Outgoing(_)));
    if streams {
        return Err(Error::msg("the guest asks for new streams of a UDP socket before it has dropped the old ones"));
    }
    let socket = cx.resources.get::<Udp>(this)?;
    let remote = remote.map(SocketAddr::from);
    if socket.state != State::Bound {
        return Ok(Err(NetError::InvalidState));
    }
    if let Some(Err(code)) = remote.map(|remote| socket.family.check_remote(remote)) {
        return Ok(Err(code));
    }
    if let Some(remote) = remote {
        let granted = cx.network.udp.allows(remote);
        cx.report.wished(granted, Denial::Udp(remote));
        if !granted {
            return Ok(Err(NetError::AccessDenied));
        }
    }
    if let Err(code) = connect(socket, remote) {
        return Ok(Err(code));
    }
    let (handle, family, granted) = (socket.handle.clone(), socket.family, socket.granted);
    let incoming = Incoming { handle: handle.clone(), granted: granted || remote.is_some() };
    let outgoing = Outgoing { handle, family, remote, permit: 0 };
    Ok(Ok((cx.resources.add_child(incoming, this)?, cx.resources.add_child(outgoing, this)?)))
}

/// Lets the host know whom a socket speaks with.
fn connect(socket: &mut Udp, remote: Option<SocketAddr>) -> Result<(), NetError> {
    if socket.remote.take().is_some() {
        rustix::net::connect_unspec(&socket.handle)?;
    }
    if let Some(remote) = remote {
        rustix::net::connect(&socket.handle, &remote).map_err(connect_error)?;
    }
    socket.remote = remote;
    Ok(())
}

pub(super) fn local_address(cx: &mut WasiCtx, this: Handle) -> Outcome<IpSocketAddress> {
    let socket = cx.resources.get::<Udp>(this)?;
    if socket.state != State::Bound {
        return Ok(Err(NetError::InvalidState));
    }
    Ok(rustix::net::getsockname(&socket.handle).map_err(NetError::from).and_then(from_host))
}

pub(super) fn remote_address(cx: &mut WasiCtx, this: Handle) -> Outcome<IpSocketAddress> {
    Ok(cx.resources.get::<Udp>(this)?.remote.map(IpSocketAddress::from).ok_or(NetError::InvalidState))
}

pub(super) fn subscribe(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Udp>(this)?;
    crate::preview2::io::subscribe(cx, this)
}

pub(super) fn subscribe_incoming(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Incoming>(this)?;
    crate::preview2::io::subscribe(cx, this)
}

pub(super) fn subscribe_outgoing(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Outgoing>(this)?;
    crate::preview2::io::subscribe(cx, this)
}

pub(super) fn receive(cx: &mut WasiCtx, this: Handle, max_results: u64) -> Outcome<Vec<IncomingDatagram>> {
    let stream = cx.resources.get::<Incoming>(this)?;
    let (mut datagrams, mut buffer) = (Vec::new(), vec![0; LARGEST]);
    for _ in 0..max_results.min(MOST) {
        match receive_one(stream, &mut buffer) {
            Ok((len, remote)) if stream.granted || cx.network.udp.allows(remote.into()) => {
                datagrams.push(IncomingDatagram { data: buffer[..len].to_vec(), remote_address: remote });
            }
            // Somebody whom the guest may not speak with.
            Ok(_) => {}
            Err(NetError::WouldBlock) => break,
            Err(code) if datagrams.is_empty() => return Ok(Err(code)),
            Err(_) => break,
        }
    }
    Ok(Ok(datagrams))
}

fn receive_one(stream: &Incoming, buffer: &mut [u8]) -> Result<(usize, IpSocketAddress), NetError> {
    let (len, _, address) = rustix::net::recvfrom(&stream.handle, buffer, RecvFlags::empty())?;
    Ok((len, from_host(address.ok_or(NetError::Unknown)?)?))
}

pub(super) fn check_send(cx: &mut WasiCtx, this: Handle) -> Outcome<u64> {
    let stream = cx.resources.get::<Outgoing>(this)?;
    Ok(stream.handle.is_ready(Interest::Write.events()).map_err(NetError::from).map(|ready| {
        stream.permit = if ready { MOST } else { 0 };
        stream.permit
    }))
}

pub(super) fn send(cx: &mut WasiCtx, this: Handle, datagrams: Vec<OutgoingDatagram>) -> Outcome<u64> {
    let count = datagrams.len() as u64;
    let stream = cx.resources.get::<Outgoing>(this)?;
    if count > stream.permit {
        return Err(Error::msg(format!("the guest sends {count} datagrams, more than `check-send` has permitted")));
    }
    stream.permit -= count;
    let mut sent = 0;
    for datagram in datagrams {
        match send_one(cx, this, &datagram)? {
            Ok(()) => sent += 1,
            Err(NetError::WouldBlock) => break,
            Err(code) if sent == 0 => return Ok(Err(code)),
            Err(_) => break,
        }
    }
    Ok(Ok(sent))
}

fn send_one(cx: &mut WasiCtx, this: Handle, datagram: &OutgoingDatagram) -> Outcome<()> {
    let stream = cx.resources.get::<Outgoing>(this)?;
    let to = datagram.remote_address.map(SocketAddr::from);
    let sent = match (stream.remote, to) {
        (Some(remote), Some(to)) if remote != to => return Ok(Err(NetError::InvalidArgument)),
        (Some(_), _) => rustix::net::send(&stream.handle, &datagram.data, SendFlags::NOSIGNAL),
        (None, None) => return Ok(Err(NetError::InvalidArgument)),
        (None, Some(to)) => {
            if let Err(code) = stream.family.check_remote(to) {
                return Ok(Err(code));
            }
            let granted = cx.network.udp.allows(to);
            cx.report.wished(granted, Denial::Udp(to));
            if !granted {
                return Ok(Err(NetError::AccessDenied));
            }
            rustix::net::sendto(&stream.handle, &datagram.data, SendFlags::NOSIGNAL, &to)
        }
    };
    Ok(sent.map(drop).map_err(NetError::from))
}
