//! Reading and writing: `fd_read`, `fd_write`, and their like.

use std::io::{IoSlice, IoSliceMut, SeekFrom};

use super::call::Call;
use super::descriptors::{Descriptor, Object};
use super::iovecs::{gather, scatter};
use super::layout::{Version, rights};
use super::sock;
use crate::context::WasiCtx;
use crate::error::{ErrorCode, Result};
use crate::poll::Interest;
use crate::streams::{HostHandle, Wait};

pub(super) fn fd_read(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, nread: u32) -> Result<()> {
    call.check(nread, 4)?;
    let Call { memory, context, .. } = call;
    let read = scatter(memory, iovs, count, |buffers| {
        patiently(context, fd, rights::FD_READ, Interest::Read, |descriptor, wait| read(descriptor, buffers, wait))
    })?;
    call.write_u32(nread, read as u32)
}

pub(super) fn fd_write(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, nwritten: u32) -> Result<()> {
    call.check(nwritten, 4)?;
    let Call { memory, context, .. } = call;
    let written = gather(memory, iovs, count, |buffers| {
        patiently(context, fd, rights::FD_WRITE, Interest::Write, |descriptor, wait| write(descriptor, buffers, wait))
    })?;
    call.write_u32(nwritten, written as u32)
}

/// Does something with a descriptor, again and again until it need not wait, unless the guest does not want to.
///
/// If the guest's store could be interrupted, no operation waits itself: that is done here, where an interrupt ends it.
#[inline]
pub(super) fn patiently<T>(
    context: &mut WasiCtx,
    fd: u32,
    rights: u64,
    interest: Interest,
    mut operation: impl FnMut(&mut Descriptor, Wait) -> Result<T>,
) -> Result<T> {
    let patience = context.patience();
    loop {
        let descriptor = context.descriptors.get(fd, rights)?;
        if let Some(given) = descriptor.given {
            context.require(given)?;
        }
        let descriptor = context.descriptors.get(fd, rights)?;
        match operation(descriptor, descriptor.wait(patience)) {
            Err(ErrorCode::Again) if !descriptor.nonblock => {}
            result => return result,
        }
        let pollable = descriptor.pollable(interest)?;
        context.poll(&[pollable])?;
    }
}

pub(super) fn fd_pread(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, offset: u64, nread: u32) -> Result<()> {
    call.check(nread, 4)?;
    let file = call.context.descriptors.file(fd, rights::FD_READ | rights::FD_SEEK)?;
    let read = scatter(call.memory, iovs, count, |buffers| file.read_at(buffers, offset))?;
    call.write_u32(nread, read as u32)
}

pub(super) fn fd_pwrite(call: &mut Call<'_>, fd: u32, iovs: u32, count: u32, offset: u64, written: u32) -> Result<()> {
    call.check(written, 4)?;
    let file = call.context.descriptors.file(fd, rights::FD_WRITE | rights::FD_SEEK)?;
    let count = gather(call.memory, iovs, count, |buffers| file.write_at(buffers, offset))?;
    call.write_u32(written, count as u32)
}

pub(super) fn fd_seek(call: &mut Call<'_>, fd: u32, offset: i64, whence: u32, new_offset: u32) -> Result<()> {
    call.check(new_offset, 8)?;
    // The older interface counts them in another order.
    let whence = match (call.version, whence) {
        (Version::Snapshot1, whence) => whence,
        (Version::Unstable, 0) => 1,
        (Version::Unstable, 1) => 2,
        (Version::Unstable, 2) => 0,
        _ => return Err(ErrorCode::Inval),
    };
    let to = match whence {
        0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| ErrorCode::Inval)?),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => return Err(ErrorCode::Inval),
    };
    // To look where one is, the right to tell is enough.
    let needed = if to == SeekFrom::Current(0) { rights::FD_TELL } else { rights::FD_SEEK | rights::FD_TELL };
    let position = seek(call.context.descriptors.get(fd, needed)?, to)?;
    call.write_u64(new_offset, position)
}

pub(super) fn fd_tell(call: &mut Call<'_>, fd: u32, offset: u32) -> Result<()> {
    let position = seek(call.context.descriptors.get(fd, rights::FD_TELL)?, SeekFrom::Current(0))?;
    call.write_u64(offset, position)
}

#[inline]
fn read(descriptor: &mut Descriptor, buffers: &mut [IoSliceMut<'_>], wait: Wait) -> Result<usize> {
    match &mut descriptor.object {
        Object::File(file) => file.read(buffers, wait),
        Object::Input(stream) => stream.read_vectored(buffers, wait),
        Object::Socket(handle) => handle.read(buffers, wait),
        Object::Dir(_) | Object::Output(_) => Err(ErrorCode::Badf),
        Object::Listener(_) => Err(ErrorCode::Notconn),
    }
}

// ANCHOR: write
#[inline]
fn write(descriptor: &mut Descriptor, buffers: &[IoSlice<'_>], wait: Wait) -> Result<usize> {
    match &mut descriptor.object {
        Object::File(file) => file.write(buffers, wait),
        Object::Output(stream) => stream.write_vectored(buffers, wait),
        Object::Socket(handle) => sock::send(handle, buffers),
        Object::Dir(_) | Object::Input(_) => Err(ErrorCode::Badf),
        Object::Listener(_) => Err(ErrorCode::Notconn),
    }
}
// ANCHOR_END: write

fn seek(descriptor: &Descriptor, to: SeekFrom) -> Result<u64> {
    let stream = |host: Option<&HostHandle>| host.ok_or(ErrorCode::Spipe)?.seek(to);
    match &descriptor.object {
        Object::File(file) => file.seek(to),
        Object::Input(input) => stream(input.host()),
        Object::Output(output) => stream(output.host()),
        Object::Dir(_) => Err(ErrorCode::Badf),
        Object::Listener(_) | Object::Socket(_) => Err(ErrorCode::Spipe),
    }
}
