//! Descriptors and what is known of them: `fd_close`, `fd_fdstat_get`, `fd_prestat_get`, and their like.

use super::call::Call;
use super::descriptors::Object;
use super::layout::{Version, fdflags, filetype, fstflags, rights};
use crate::error::{ErrorCode, Result};
use crate::files::{Advice, NewTime, Stat};
use crate::report::Denial;

pub(super) fn fd_advise(call: &mut Call<'_>, fd: u32, offset: u64, len: u64, advice: u32) -> Result<()> {
    let advice = match advice {
        0 => Advice::Normal,
        1 => Advice::Sequential,
        2 => Advice::Random,
        3 => Advice::WillNeed,
        4 => Advice::DontNeed,
        5 => Advice::NoReuse,
        _ => return Err(ErrorCode::Inval),
    };
    file(call, fd, rights::FD_ADVISE)?.advise(offset, len, advice)
}

pub(super) fn fd_allocate(call: &mut Call<'_>, fd: u32, offset: u64, len: u64) -> Result<()> {
    let result = file(call, fd, rights::FD_ALLOCATE)?.allocate(offset, len);
    note(call, fd, result)
}

pub(super) fn fd_close(call: &mut Call<'_>, fd: u32) -> Result<()> {
    call.context.descriptors.remove(fd).map(drop)
}

pub(super) fn fd_datasync(call: &mut Call<'_>, fd: u32) -> Result<()> {
    sync(call, fd, rights::FD_DATASYNC, false)
}

pub(super) fn fd_sync(call: &mut Call<'_>, fd: u32) -> Result<()> {
    sync(call, fd, rights::FD_SYNC, true)
}

fn sync(call: &mut Call<'_>, fd: u32, rights: u64, metadata: bool) -> Result<()> {
    match &call.context.descriptors.get(fd, rights)?.object {
        Object::File(file) => file.sync(metadata),
        Object::Dir(open) => open.dir.sync(),
        _ => Err(ErrorCode::Inval),
    }
}

pub(super) fn fd_fdstat_get(call: &mut Call<'_>, fd: u32, stat: u32) -> Result<()> {
    let descriptor = call.context.descriptors.get(fd, 0)?;
    let mut flags = descriptor.sync_flags;
    if descriptor.nonblock {
        flags |= fdflags::NONBLOCK;
    }
    if let Object::File(file) = &descriptor.object
        && file.is_append()
    {
        flags |= fdflags::APPEND;
    }
    let mut bytes = [0; 24];
    bytes[0] = filetype(descriptor.file_type()?);
    bytes[2..4].copy_from_slice(&flags.to_le_bytes());
    bytes[8..16].copy_from_slice(&descriptor.rights.base.to_le_bytes());
    bytes[16..24].copy_from_slice(&descriptor.rights.inheriting.to_le_bytes());
    call.write(stat, &bytes)
}

pub(super) fn fd_fdstat_set_flags(call: &mut Call<'_>, fd: u32, flags: u32) -> Result<()> {
    let descriptor = call.context.descriptors.get(fd, rights::FD_FDSTAT_SET_FLAGS)?;
    let flags = u16::try_from(flags).map_err(|_| ErrorCode::Inval)?;
    // When a write is done was settled when the file was opened.
    if flags & !(fdflags::APPEND | fdflags::NONBLOCK) != descriptor.sync_flags {
        return Err(ErrorCode::Inval);
    }
    match &descriptor.object {
        Object::File(file) => file.set_append(flags & fdflags::APPEND != 0)?,
        Object::Dir(_) => return Err(ErrorCode::Badf),
        _ => {}
    }
    descriptor.nonblock = flags & fdflags::NONBLOCK != 0;
    Ok(())
}

pub(super) fn fd_fdstat_set_rights(call: &mut Call<'_>, fd: u32, base: u64, inheriting: u64) -> Result<()> {
    call.context.descriptors.get(fd, 0)?.rights.limit(base, inheriting)
}

pub(super) fn fd_filestat_get(call: &mut Call<'_>, fd: u32, buffer: u32) -> Result<()> {
    let stat = call.context.descriptors.get(fd, rights::FD_FILESTAT_GET)?.stat()?;
    write_stat(call, buffer, &stat)
}

pub(super) fn fd_filestat_set_size(call: &mut Call<'_>, fd: u32, size: u64) -> Result<()> {
    let Object::File(file) = &call.context.descriptors.get(fd, rights::FD_FILESTAT_SET_SIZE)?.object else {
        return Err(ErrorCode::Badf);
    };
    let result = file.set_size(size);
    note(call, fd, result)
}

pub(super) fn fd_filestat_set_times(call: &mut Call<'_>, fd: u32, atim: u64, mtim: u64, flags: u32) -> Result<()> {
    let (accessed, modified) = new_times(atim, mtim, flags)?;
    let result = match &call.context.descriptors.get(fd, rights::FD_FILESTAT_SET_TIMES)?.object {
        Object::File(file) => file.set_times(accessed, modified),
        Object::Dir(open) => open.dir.set_times_self(accessed, modified),
        _ => Err(ErrorCode::Inval),
    };
    note(call, fd, result)
}

pub(super) fn fd_prestat_get(call: &mut Call<'_>, fd: u32, buffer: u32) -> Result<()> {
    let length = preopen(call, fd)?.len();
    let mut bytes = [0; 8];
    bytes[4..].copy_from_slice(&(length as u32).to_le_bytes());
    call.write(buffer, &bytes)
}

pub(super) fn fd_prestat_dir_name(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    if let Object::Dir(open) = &call.context.descriptors.get(fd, 0)?.object
        && open.preopen.is_none()
    {
        return Err(ErrorCode::Notdir);
    }
    let name = preopen(call, fd)?;
    if name.len() > len as usize {
        return Err(ErrorCode::Nametoolong);
    }
    call.write(path, name.as_bytes())
}

pub(super) fn fd_renumber(call: &mut Call<'_>, from: u32, to: u32) -> Result<()> {
    call.context.descriptors.renumber(from, to)
}

/// The name that a directory was granted under. C programs take `badf` for the end of the list.
fn preopen(call: &mut Call<'_>, fd: u32) -> Result<std::sync::Arc<str>> {
    if fd == 3 && call.context.preopens.is_empty() {
        call.context.report.denied(Denial::NoDirectories);
    }
    match &call.context.descriptors.get(fd, 0)?.object {
        Object::Dir(open) => open.preopen.clone().ok_or(ErrorCode::Badf),
        _ => Err(ErrorCode::Badf),
    }
}

fn file<'a>(call: &'a mut Call<'_>, fd: u32, rights: u64) -> Result<&'a crate::files::File> {
    call.context.descriptors.file(fd, rights).map(|file| &**file)
}

/// Notes a change that the grant does not allow.
fn note(call: &mut Call<'_>, fd: u32, result: Result<()>) -> Result<()> {
    if result == Err(ErrorCode::ReadOnlyGrant) {
        let directory = match &call.context.descriptors.get(fd, 0)?.object {
            Object::Dir(open) => open.dir.grant().to_string(),
            Object::File(file) => file.grant().to_string(),
            _ => String::new(),
        };
        call.context.report.denied(Denial::ReadOnly { path: String::new(), directory });
    }
    result
}

/// Writes a `filestat`. The older interface has 32 bits for the number of links, and so other offsets.
pub(super) fn write_stat(call: &mut Call<'_>, buffer: u32, stat: &Stat) -> Result<()> {
    let mut bytes = [0; 64];
    bytes[0..8].copy_from_slice(&stat.device.to_le_bytes());
    bytes[8..16].copy_from_slice(&stat.inode.to_le_bytes());
    bytes[16] = filetype(stat.file_type);
    let rest = match call.version {
        Version::Snapshot1 => {
            bytes[24..32].copy_from_slice(&stat.links.to_le_bytes());
            32
        }
        Version::Unstable => {
            bytes[20..24].copy_from_slice(&(stat.links as u32).to_le_bytes());
            24
        }
    };
    let numbers = [stat.size, stat.accessed, stat.modified, stat.changed];
    for (field, number) in bytes[rest..].chunks_exact_mut(8).zip(numbers) {
        field.copy_from_slice(&number.to_le_bytes());
    }
    call.write(buffer, &bytes[..rest + 32])
}

/// What the flags say that two times are set to.
pub(super) fn new_times(atim: u64, mtim: u64, flags: u32) -> Result<(NewTime, NewTime)> {
    let flags = u16::try_from(flags).map_err(|_| ErrorCode::Inval)?;
    if flags & !fstflags::ALL != 0 {
        return Err(ErrorCode::Inval);
    }
    let time = |at, to_time, to_now| match (flags & to_time != 0, flags & to_now != 0) {
        (true, true) => Err(ErrorCode::Inval),
        (true, false) => Ok(NewTime::At(at)),
        (false, true) => Ok(NewTime::Now),
        (false, false) => Ok(NewTime::Unchanged),
    };
    Ok((time(atim, fstflags::ATIM, fstflags::ATIM_NOW)?, time(mtim, fstflags::MTIM, fstflags::MTIM_NOW)?))
}
