//! TCP sockets.

use std::net::SocketAddr;
use std::time::Duration;

use falkirk_canonical_abi::{ComponentType, Lift, Lower};
use falkirk_component::Handle;
use rustix::net::{SocketFlags, SocketType, sockopt};

use super::network::{IpAddressFamily, IpSocketAddress, NetError, Network, from_host};
use super::options::{Outcome, Socket, not_zero};
use crate::context::WasiCtx;
use crate::poll::{Interest, Pollable};
use crate::preview2::Result;
use crate::preview2::io::{Input, Origin, Output, wait};
use crate::preview2::resources::Object;
use crate::preview2::show::show_in_kebab_case;
use crate::report::Denial;
use crate::streams::{HostHandle, InputStream, OutputStream};

/// A `tcp-socket`.
#[derive(Debug)]
pub(in crate::preview2) struct Tcp {
    handle: HostHandle,
    family: IpAddressFamily,
    state: State,
    backlog: i32,
}

/// What has become of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Unbound,
    BindStarted,
    Bound,
    ListenStarted,
    Listening,
    ConnectStarted,
    Connected,
    Closed,
}

/// Which directions of a connection end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
pub(super) enum ShutdownType {
    Receive,
    Send,
    Both,
}

show_in_kebab_case!(ShutdownType);

/// How many connections may wait to be accepted, unless the guest says something else.
const BACKLOG: i32 = 128;

/// How sockets are made.
pub(super) const FLAGS: SocketFlags = SocketFlags::NONBLOCK.union(SocketFlags::CLOEXEC);

impl Socket for Tcp {
    fn open(&self) -> Result<&HostHandle, NetError> {
        if self.state == State::Closed { Err(NetError::InvalidState) } else { Ok(&self.handle) }
    }

    fn family(&self) -> IpAddressFamily {
        self.family
    }
}

impl Tcp {
    fn new(handle: HostHandle, family: IpAddressFamily, state: State) -> Tcp {
        Tcp { handle, family, state, backlog: BACKLOG }
    }

    /// What to wait for: whatever is in progress.
    pub fn pollable(&self) -> Pollable {
        match self.state {
            State::ConnectStarted => Pollable::Host(self.handle.clone(), Interest::Write),
            State::Listening => Pollable::Host(self.handle.clone(), Interest::Read),
            _ => Pollable::Ready,
        }
    }

    /// Why something cannot begin now that needs one of these states.
    fn require(&self, states: &[State]) -> Result<(), NetError> {
        match self.state {
            state if states.contains(&state) => Ok(()),
            State::BindStarted | State::ListenStarted | State::ConnectStarted => Err(NetError::ConcurrencyConflict),
            _ => Err(NetError::InvalidState),
        }
    }

    /// Ends something that has begun.
    fn finish(&mut self, begun: State, done: State) -> Result<(), NetError> {
        if self.state != begun {
            return Err(NetError::NotInProgress);
        }
        self.state = done;
        Ok(())
    }

    fn bind(&self, address: SocketAddr) -> Result<(), NetError> {
        // A port that was in use a moment ago may be used again.
        sockopt::set_socket_reuseaddr(&self.handle, address.port() != 0)?;
        Ok(rustix::net::bind(&self.handle, &address)?)
    }

    /// Begins to connect. Most often that takes a while.
    fn connect(&mut self, address: SocketAddr) -> Result<(), NetError> {
        match rustix::net::connect(&self.handle, &address) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {
                self.state = State::ConnectStarted;
                Ok(())
            }
            Err(error) => {
                self.state = State::Closed;
                Err(connect_error(error))
            }
        }
    }

    /// Whether the connection is made.
    fn connected(&mut self) -> Result<(), NetError> {
        if self.state != State::ConnectStarted {
            return Err(NetError::NotInProgress);
        }
        if !self.handle.is_ready(Interest::Write.events())? {
            return Err(NetError::WouldBlock);
        }
        let result = sockopt::socket_error(&self.handle)?;
        self.state = if result.is_ok() { State::Connected } else { State::Closed };
        Ok(result?)
    }
}

/// Why a connection cannot begin. A socket that has no address yet gets one then, if there is one left.
pub(super) fn connect_error(error: rustix::io::Errno) -> NetError {
    match error {
        rustix::io::Errno::ADDRNOTAVAIL => NetError::AddressInUse,
        error => error.into(),
    }
}

pub(super) fn create_tcp_socket(cx: &mut WasiCtx, family: IpAddressFamily) -> Outcome<Handle> {
    let made = rustix::net::socket_with(family.host(), SocketType::STREAM, FLAGS, None).map_err(NetError::from);
    let made = made.and_then(|socket| {
        if family == IpAddressFamily::Ipv6 {
            sockopt::set_ipv6_v6only(&socket, true)?;
        }
        Ok(Tcp::new(HostHandle::new(socket), family, State::Unbound))
    });
    match made {
        Ok(socket) => cx.resources.add(socket).map(Ok),
        Err(code) => Ok(Err(code)),
    }
}

pub(super) fn start_bind(cx: &mut WasiCtx, this: Handle, network: Handle, local: IpSocketAddress) -> Outcome<()> {
    cx.resources.get::<Network>(network)?;
    let (socket, address) = (cx.resources.get::<Tcp>(this)?, SocketAddr::from(local));
    if let Err(code) = socket.require(&[State::Unbound]).and_then(|()| socket.family.check_unicast(address)) {
        return Ok(Err(code));
    }
    let granted = cx.network.tcp_listen.allows(address);
    cx.report.wished(granted, Denial::TcpListen(address));
    if !granted {
        return Ok(Err(NetError::AccessDenied));
    }
    Ok(socket.bind(address).map(|()| socket.state = State::BindStarted))
}

pub(super) fn finish_bind(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    Ok(cx.resources.get::<Tcp>(this)?.finish(State::BindStarted, State::Bound))
}

pub(super) fn start_connect(cx: &mut WasiCtx, this: Handle, network: Handle, remote: IpSocketAddress) -> Outcome<()> {
    cx.resources.get::<Network>(network)?;
    let (socket, address) = (cx.resources.get::<Tcp>(this)?, SocketAddr::from(remote));
    let may = socket.require(&[State::Unbound, State::Bound]);
    let may =
        may.and_then(|()| socket.family.check_unicast(address)).and_then(|()| socket.family.check_remote(address));
    if let Err(code) = may {
        return Ok(Err(code));
    }
    let granted = cx.network.tcp_connect.allows(address);
    cx.report.wished(granted, Denial::TcpConnect(address));
    if !granted {
        return Ok(Err(NetError::AccessDenied));
    }
    Ok(socket.connect(address))
}

pub(super) fn finish_connect(cx: &mut WasiCtx, this: Handle) -> Outcome<(Handle, Handle)> {
    match cx.resources.get::<Tcp>(this)?.connected() {
        Ok(()) => streams(cx, this).map(Ok),
        Err(code) => Ok(Err(code)),
    }
}

/// The streams of a connection, which are children of its socket.
fn streams(cx: &mut WasiCtx, this: Handle) -> Result<(Handle, Handle)> {
    let handle = cx.resources.get::<Tcp>(this)?.handle.clone();
    let input = Input::new(InputStream::Host(handle.clone()), Origin::Network);
    let output = Output::new(OutputStream::Host(handle), Origin::Network);
    Ok((cx.resources.add_child(input, this)?, cx.resources.add_child(output, this)?))
}

pub(super) fn start_listen(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    let socket = cx.resources.get::<Tcp>(this)?;
    let listening = socket
        .require(&[State::Bound])
        .and_then(|()| rustix::net::listen(&socket.handle, socket.backlog).map_err(NetError::from));
    Ok(listening.map(|()| socket.state = State::ListenStarted))
}

pub(super) fn finish_listen(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    Ok(cx.resources.get::<Tcp>(this)?.finish(State::ListenStarted, State::Listening))
}

pub(super) fn accept(cx: &mut WasiCtx, this: Handle) -> Outcome<(Handle, Handle, Handle)> {
    let socket = cx.resources.get::<Tcp>(this)?;
    if socket.state != State::Listening {
        return Ok(Err(NetError::InvalidState));
    }
    let accepted = crate::streams::ignore_interrupts(|| rustix::net::accept_with(&socket.handle, FLAGS));
    let accepted = match accepted {
        Ok(accepted) => Tcp::new(HostHandle::new(accepted), socket.family, State::Connected),
        Err(error) => return Ok(Err(error.into())),
    };
    let accepted = cx.resources.add(accepted)?;
    let (input, output) = streams(cx, accepted)?;
    Ok(Ok((accepted, input, output)))
}

pub(super) fn local_address(cx: &mut WasiCtx, this: Handle) -> Outcome<IpSocketAddress> {
    let socket = cx.resources.get::<Tcp>(this)?;
    Ok(match socket.state {
        State::Unbound | State::BindStarted | State::Closed => Err(NetError::InvalidState),
        _ => rustix::net::getsockname(&socket.handle).map_err(NetError::from).and_then(from_host),
    })
}

pub(super) fn remote_address(cx: &mut WasiCtx, this: Handle) -> Outcome<IpSocketAddress> {
    let socket = cx.resources.get::<Tcp>(this)?;
    if socket.state != State::Connected {
        return Ok(Err(NetError::InvalidState));
    }
    let address = rustix::net::getpeername(&socket.handle).map_err(NetError::from);
    Ok(address.and_then(|address| address.ok_or(NetError::InvalidState)).and_then(from_host))
}

pub(super) fn is_listening(cx: &mut WasiCtx, this: Handle) -> Result<bool> {
    Ok(cx.resources.get::<Tcp>(this)?.state == State::Listening)
}

pub(super) fn set_listen_backlog_size(cx: &mut WasiCtx, this: Handle, value: u64) -> Outcome<()> {
    let socket = cx.resources.get::<Tcp>(this)?;
    if let Err(code) = not_zero(value) {
        return Ok(Err(code));
    }
    let backlog = value.min(i32::MAX as u64) as i32;
    Ok(match socket.state {
        State::ConnectStarted | State::Connected | State::Closed => Err(NetError::InvalidState),
        State::Listening => rustix::net::listen(&socket.handle, backlog).map_err(NetError::from),
        _ => Ok(()),
    }
    .map(|()| socket.backlog = backlog))
}

/// Gets an option.
fn get<T>(cx: &mut WasiCtx, this: Handle, get: fn(&HostHandle) -> rustix::io::Result<T>) -> Outcome<T> {
    Ok(cx.resources.get::<Tcp>(this)?.open().and_then(|handle| Ok(get(handle)?)))
}

pub(super) fn keep_alive_enabled(cx: &mut WasiCtx, this: Handle) -> Outcome<bool> {
    get(cx, this, |handle| sockopt::socket_keepalive(handle))
}

pub(super) fn set_keep_alive_enabled(cx: &mut WasiCtx, this: Handle, value: bool) -> Outcome<()> {
    let handle = cx.resources.get::<Tcp>(this)?.open();
    Ok(handle.and_then(|handle| Ok(sockopt::set_socket_keepalive(handle, value)?)))
}

pub(super) fn keep_alive_idle_time(cx: &mut WasiCtx, this: Handle) -> Outcome<u64> {
    get(cx, this, |handle| sockopt::tcp_keepidle(handle).map(nanoseconds))
}

pub(super) fn set_keep_alive_idle_time(cx: &mut WasiCtx, this: Handle, value: u64) -> Outcome<()> {
    let handle = not_zero(value).and(cx.resources.get::<Tcp>(this)?.open());
    Ok(handle.and_then(|handle| Ok(sockopt::set_tcp_keepidle(handle, seconds(value))?)))
}

pub(super) fn keep_alive_interval(cx: &mut WasiCtx, this: Handle) -> Outcome<u64> {
    get(cx, this, |handle| sockopt::tcp_keepintvl(handle).map(nanoseconds))
}

pub(super) fn set_keep_alive_interval(cx: &mut WasiCtx, this: Handle, value: u64) -> Outcome<()> {
    let handle = not_zero(value).and(cx.resources.get::<Tcp>(this)?.open());
    Ok(handle.and_then(|handle| Ok(sockopt::set_tcp_keepintvl(handle, seconds(value))?)))
}

pub(super) fn keep_alive_count(cx: &mut WasiCtx, this: Handle) -> Outcome<u32> {
    get(cx, this, |handle| sockopt::tcp_keepcnt(handle))
}

pub(super) fn set_keep_alive_count(cx: &mut WasiCtx, this: Handle, value: u32) -> Outcome<()> {
    let handle = not_zero(value.into()).and(cx.resources.get::<Tcp>(this)?.open());
    Ok(handle.and_then(|handle| Ok(sockopt::set_tcp_keepcnt(handle, value.min(MOST_KEEP_ALIVE_COUNT))?)))
}

/// The most that Linux takes: seconds, and packets.
const MOST_KEEP_ALIVE_SECONDS: u64 = 32767;
const MOST_KEEP_ALIVE_COUNT: u32 = 127;

/// The host counts seconds, and at least one.
fn seconds(nanoseconds: u64) -> Duration {
    Duration::from_secs(nanoseconds.div_ceil(1_000_000_000).min(MOST_KEEP_ALIVE_SECONDS))
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

pub(super) fn subscribe(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Tcp>(this)?;
    crate::preview2::io::subscribe(cx, this)
}

/// What to wait for before the output of a connection is written, if it is not.
fn unwritten(cx: &mut WasiCtx, this: Handle) -> Option<Pollable> {
    let mut pollable = None;
    cx.resources.each_child(this, |child| {
        if let Object::Output(output) = child
            && output.is_busy()
        {
            pollable = Some(output.pollable());
        }
    });
    pollable
}

pub(super) fn shutdown(cx: &mut WasiCtx, this: Handle, how: ShutdownType) -> Outcome<()> {
    let socket = cx.resources.get::<Tcp>(this)?;
    if socket.state != State::Connected {
        return Ok(Err(NetError::InvalidState));
    }
    let handle = socket.handle.clone();
    let (receive, send) = (how != ShutdownType::Send, how != ShutdownType::Receive);
    // What was taken is to arrive before the end does.
    while let Some(pollable) = send.then(|| unwritten(cx, this)).flatten() {
        wait(cx, &[pollable])?;
    }
    cx.resources.each_child(this, |child| match child {
        Object::Input(input) if receive => input.close(),
        Object::Output(output) if send => output.close(),
        _ => {}
    });
    let how = match how {
        ShutdownType::Receive => rustix::net::Shutdown::Read,
        ShutdownType::Send => rustix::net::Shutdown::Write,
        ShutdownType::Both => rustix::net::Shutdown::Both,
    };
    Ok(match rustix::net::shutdown(&handle, how) {
        // The other end has gone already.
        Err(rustix::io::Errno::NOTCONN) => Ok(()),
        result => result.map_err(NetError::from),
    })
}
