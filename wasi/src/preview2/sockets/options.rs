//! What can be set of sockets of both kinds.

use falkirk_component::Handle;
use rustix::net::sockopt;

use super::network::{IpAddressFamily, NetError};
use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::resources::Resource;
use crate::streams::HostHandle;

/// What a function of sockets gives: a result, or the interface's error code; or a trap.
pub(super) type Outcome<T> = Result<Result<T, NetError>>;

/// A socket of either kind.
pub(super) trait Socket: Resource {
    /// The host's, unless it is closed.
    fn open(&self) -> Result<&HostHandle, NetError>;

    /// Which kind of addresses it has.
    fn family(&self) -> IpAddressFamily;
}

pub(super) fn address_family<S: Socket>(cx: &mut WasiCtx, this: Handle) -> Result<IpAddressFamily> {
    Ok(cx.resources.get::<S>(this)?.family())
}

pub(super) fn hop_limit<S: Socket>(cx: &mut WasiCtx, this: Handle) -> Outcome<u8> {
    let socket = cx.resources.get::<S>(this)?;
    Ok(socket.open().and_then(|handle| match socket.family() {
        IpAddressFamily::Ipv4 => Ok(sockopt::ip_ttl(handle)?.min(255) as u8),
        IpAddressFamily::Ipv6 => Ok(sockopt::ipv6_unicast_hops(handle)?),
    }))
}

pub(super) fn set_hop_limit<S: Socket>(cx: &mut WasiCtx, this: Handle, value: u8) -> Outcome<()> {
    let socket = cx.resources.get::<S>(this)?;
    Ok(not_zero(value.into()).and_then(|()| socket.open()).and_then(|handle| match socket.family() {
        IpAddressFamily::Ipv4 => Ok(sockopt::set_ip_ttl(handle, value.into())?),
        IpAddressFamily::Ipv6 => Ok(sockopt::set_ipv6_unicast_hops(handle, Some(value))?),
    }))
}

/// Linux takes twice as much as it is asked for, for its own use, and says so.
const DOUBLED: usize = if cfg!(target_os = "linux") { 2 } else { 1 };

pub(super) fn receive_buffer_size<S: Socket>(cx: &mut WasiCtx, this: Handle) -> Outcome<u64> {
    let socket = cx.resources.get::<S>(this)?;
    Ok(socket.open().and_then(|handle| Ok((sockopt::socket_recv_buffer_size(handle)? / DOUBLED) as u64)))
}

pub(super) fn set_receive_buffer_size<S: Socket>(cx: &mut WasiCtx, this: Handle, value: u64) -> Outcome<()> {
    let socket = cx.resources.get::<S>(this)?;
    let set = |handle| Ok(sockopt::set_socket_recv_buffer_size(handle, buffer_size(value))?);
    Ok(not_zero(value).and_then(|()| socket.open()).and_then(set))
}

pub(super) fn send_buffer_size<S: Socket>(cx: &mut WasiCtx, this: Handle) -> Outcome<u64> {
    let socket = cx.resources.get::<S>(this)?;
    Ok(socket.open().and_then(|handle| Ok((sockopt::socket_send_buffer_size(handle)? / DOUBLED) as u64)))
}

pub(super) fn set_send_buffer_size<S: Socket>(cx: &mut WasiCtx, this: Handle, value: u64) -> Outcome<()> {
    let socket = cx.resources.get::<S>(this)?;
    let set = |handle| Ok(sockopt::set_socket_send_buffer_size(handle, buffer_size(value))?);
    Ok(not_zero(value).and_then(|()| socket.open()).and_then(set))
}

/// A size that the host can be asked for.
fn buffer_size(value: u64) -> usize {
    value.min(i32::MAX as u64 / 2) as usize
}

/// Options have no value 0.
pub(super) fn not_zero(value: u64) -> Result<(), NetError> {
    if value == 0 { Err(NetError::InvalidArgument) } else { Ok(()) }
}
