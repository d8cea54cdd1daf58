//! Sockets. Preview 1 makes none: those that listen are given, and connections come from them.

use std::io::{IoSlice, IoSliceMut};

use rustix::net::{RecvFlags, ReturnFlags, SendFlags, Shutdown};

use super::call::Call;
use super::descriptors::{Descriptor, Object};
use super::iovecs::{gather, scatter};
use super::layout::{fdflags, riflags, rights, sdflags};
use crate::error::{ErrorCode, Result};
use crate::streams::{HostHandle, Wait};

pub(super) fn sock_accept(call: &mut Call<'_>, fd: u32, flags: u32, accepted: u32) -> Result<()> {
    call.check(accepted, 4)?;
    let flags = u16::try_from(flags).map_err(|_| ErrorCode::Inval)?;
    if flags & !fdflags::NONBLOCK != 0 {
        return Err(ErrorCode::Inval);
    }
    let descriptor = call.context.descriptors.get(fd, rights::SOCK_ACCEPT)?;
    let wait = descriptor.wait();
    let connection = match &descriptor.object {
        Object::Listener(listener) => listener.accept(wait)?,
        Object::Socket(_) => return Err(ErrorCode::Inval),
        _ => return Err(ErrorCode::Notsock),
    };
    let nonblock = flags & fdflags::NONBLOCK != 0;
    let number =
        call.context.descriptors.insert(Descriptor { nonblock, ..Descriptor::new(Object::Socket(connection)) })?;
    call.write_u32(accepted, number)
}

pub(super) fn sock_recv(
    call: &mut Call<'_>,
    fd: u32,
    iovs: u32,
    count: u32,
    flags: u32,
    received: u32,
    out_flags: u32,
) -> Result<()> {
    call.check(received, 4)?;
    call.check(out_flags, 2)?;
    let flags = u16::try_from(flags).ok().filter(|flags| flags & !riflags::ALL == 0).ok_or(ErrorCode::Inval)?;
    let (socket, wait) = socket(call, fd, rights::FD_READ)?;
    let mut truncated = false;
    let read = scatter(call.memory, iovs, count, |buffers| receive(&socket, buffers, flags, wait, &mut truncated))?;
    call.write_u32(received, read as u32)?;
    call.write(out_flags, &u16::from(truncated).to_le_bytes())
}

pub(super) fn sock_send(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, flags: u32, sent: u32) -> Result<()> {
    call.check(sent, 4)?;
    if flags != 0 {
        return Err(ErrorCode::Inval);
    }
    let (socket, wait) = socket(call, fd, rights::FD_WRITE)?;
    let written = gather(call.memory, iovs, count, |buffers| send(&socket, buffers, wait))?;
    call.write_u32(sent, written as u32)
}

pub(super) fn sock_shutdown(call: &mut Call<'_>, fd: u32, how: u32) -> Result<()> {
    let how = u8::try_from(how).ok().filter(|how| how & !sdflags::ALL == 0).ok_or(ErrorCode::Inval)?;
    let how = match (how & sdflags::RD != 0, how & sdflags::WR != 0) {
        (true, true) => Shutdown::Both,
        (true, false) => Shutdown::Read,
        (false, true) => Shutdown::Write,
        (false, false) => return Err(ErrorCode::Inval),
    };
    let (socket, _) = socket(call, fd, rights::SOCK_SHUTDOWN)?;
    Ok(rustix::net::shutdown(&socket, how)?)
}

/// The connection with this number.
fn socket(call: &mut Call<'_>, fd: u32, rights: u64) -> Result<(HostHandle, Wait)> {
    let descriptor = call.context.descriptors.get(fd, rights)?;
    match &descriptor.object {
        Object::Socket(socket) => Ok((socket.clone(), descriptor.wait())),
        Object::Listener(_) => Err(ErrorCode::Notconn),
        _ => Err(ErrorCode::Notsock),
    }
}

/// Sends to a connection. One that is closed at the other end is an error, and no signal.
pub(super) fn send(socket: &HostHandle, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
    socket.attempt(rustix::event::PollFlags::OUT, wait, || {
        rustix::net::sendmsg(socket, buffers, &mut rustix::net::SendAncillaryBuffer::default(), SendFlags::NOSIGNAL)
    })
}

fn receive(
    socket: &HostHandle,
    buffers: &mut [IoSliceMut<'_>],
    flags: u16,
    wait: Wait,
    truncated: &mut bool,
) -> Result<usize> {
    let mut host = RecvFlags::empty();
    host.set(RecvFlags::PEEK, flags & riflags::PEEK != 0);
    host.set(RecvFlags::WAITALL, flags & riflags::WAITALL != 0);
    socket.attempt(rustix::event::PollFlags::IN, wait, || {
        let found = rustix::net::recvmsg(socket, buffers, &mut rustix::net::RecvAncillaryBuffer::default(), host)?;
        *truncated = found.flags.contains(ReturnFlags::TRUNC);
        Ok(found.bytes)
    })
}
