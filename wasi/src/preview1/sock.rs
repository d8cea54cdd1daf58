//! Sockets. Preview 1 makes none: those that listen are given, and connections come from them.

use std::io::{IoSlice, IoSliceMut};

use rustix::net::{RecvFlags, ReturnFlags, SendFlags, Shutdown};

use super::call::Call;
use super::data::patiently;
use super::descriptors::{Descriptor, Object};
use super::iovecs::{gather, scatter};
use super::layout::{fdflags, riflags, rights, sdflags};
use crate::error::{ErrorCode, Result};
use crate::poll::Interest;
use crate::streams::{HostHandle, Wait};

pub(super) fn sock_accept(call: &mut Call<'_>, fd: u32, flags: u32, accepted: u32) -> Result<()> {
    call.check(accepted, 4)?;
    let flags = u16::try_from(flags).map_err(|_| ErrorCode::Inval)?;
    if flags & !fdflags::NONBLOCK != 0 {
        return Err(ErrorCode::Inval);
    }
    let connection =
        patiently(call.context, fd, rights::SOCK_ACCEPT, Interest::Read, |descriptor, _| match &descriptor.object {
            Object::Listener(listener) => listener.accept(Wait::No),
            Object::Socket(_) => Err(ErrorCode::Inval),
            _ => Err(ErrorCode::Notsock),
        })?;
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
    let mut truncated = false;
    let Call { memory, context, .. } = call;
    let read = scatter(memory, iovs, count, |buffers| {
        let mut read = 0;
        // The host would wait for all of it, and nobody could interrupt that.
        let all = flags & (riflags::WAITALL | riflags::PEEK) == riflags::WAITALL;
        loop {
            let mut rest = skip(buffers, read);
            let more = patiently(context, fd, rights::FD_READ, Interest::Read, |descriptor, _| {
                receive(socket(descriptor)?, &mut rest, flags, &mut truncated)
            });
            match more {
                Ok(more) => read += more,
                Err(ErrorCode::Intr) => return Err(ErrorCode::Intr),
                // What has come is the guest's; the error shows the next time.
                Err(_) if read > 0 => return Ok(read),
                Err(code) => return Err(code),
            }
            if !all || more == Ok(0) || rest.iter().map(|buffer| buffer.len()).sum::<usize>() == more.unwrap_or(0) {
                return Ok(read);
            }
        }
    })?;
    call.write_u32(received, read as u32)?;
    call.write(out_flags, &u16::from(truncated).to_le_bytes())
}

pub(super) fn sock_send(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, flags: u32, sent: u32) -> Result<()> {
    call.check(sent, 4)?;
    if flags != 0 {
        return Err(ErrorCode::Inval);
    }
    let Call { memory, context, .. } = call;
    let written = gather(memory, iovs, count, |buffers| {
        patiently(context, fd, rights::FD_WRITE, Interest::Write, |descriptor, _| send(socket(descriptor)?, buffers))
    })?;
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
    let socket = socket(call.context.descriptors.get(fd, rights::SOCK_SHUTDOWN)?)?;
    Ok(rustix::net::shutdown(socket, how)?)
}

/// The connection that a descriptor is.
fn socket(descriptor: &Descriptor) -> Result<&HostHandle> {
    match &descriptor.object {
        Object::Socket(socket) => Ok(socket),
        Object::Listener(_) => Err(ErrorCode::Notconn),
        _ => Err(ErrorCode::Notsock),
    }
}

/// What is left of the buffers behind the first `count` bytes.
fn skip<'a>(buffers: &'a mut [IoSliceMut<'_>], mut count: usize) -> Vec<IoSliceMut<'a>> {
    let mut rest = Vec::with_capacity(buffers.len());
    for buffer in buffers {
        let skipped = count.min(buffer.len());
        count -= skipped;
        rest.push(IoSliceMut::new(&mut buffer[skipped..]));
    }
    rest
}

/// Sends to a connection what it takes at once. One that is closed at the other end is an error, and no signal.
pub(super) fn send(socket: &HostHandle, buffers: &[IoSlice<'_>]) -> Result<usize> {
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    socket.attempt(rustix::event::PollFlags::OUT, Wait::No, || {
        rustix::net::sendmsg(socket, buffers, &mut rustix::net::SendAncillaryBuffer::default(), flags)
    })
}

/// Receives from a connection what is there.
fn receive(socket: &HostHandle, buffers: &mut [IoSliceMut<'_>], flags: u16, truncated: &mut bool) -> Result<usize> {
    let mut host = RecvFlags::DONTWAIT;
    host.set(RecvFlags::PEEK, flags & riflags::PEEK != 0);
    socket.attempt(rustix::event::PollFlags::IN, Wait::No, || {
        let found = rustix::net::recvmsg(socket, buffers, &mut rustix::net::RecvAncillaryBuffer::default(), host)?;
        *truncated = found.flags.contains(ReturnFlags::TRUNC);
        Ok(found.bytes)
    })
}
