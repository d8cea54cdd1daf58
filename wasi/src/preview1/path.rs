//! Paths: `path_open` and its like. Each takes a directory's descriptor and a path that leads on from there.

use super::call::{Call, bytes};
use super::descriptors::{Descriptor, Object, OpenDir};
use super::fd::{new_times, write_stat};
use super::layout::{fdflags, lookupflags, oflags, rights};
use crate::error::{ErrorCode, Result};
use crate::files::{Dir, OpenOptions, Opened};

/// Does something with a directory and a path, and notes if that is denied.
macro_rules! at {
    ($call:ident, $fd:ident, $rights:expr, ($path:ident, $len:ident), |$dir:ident, $name:ident| $body:expr) => {{
        let $name = bytes($call.memory, $path, $len)?;
        let $dir = &$call.context.descriptors.dir($fd, $rights)?.dir;
        let result = $body;
        $call.note(result, ($path, $len), |context| grant(context, $fd))
    }};
}

pub(super) fn path_create_directory(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    at!(call, fd, rights::PATH_CREATE_DIRECTORY, (path, len), |dir, name| dir.create_dir(name))
}

pub(super) fn path_remove_directory(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    at!(call, fd, rights::PATH_REMOVE_DIRECTORY, (path, len), |dir, name| dir.remove_dir(name))
}

pub(super) fn path_unlink_file(call: &mut Call<'_>, fd: u32, path: u32, len: u32) -> Result<()> {
    at!(call, fd, rights::PATH_UNLINK_FILE, (path, len), |dir, name| dir.unlink(name))
}

pub(super) fn path_filestat_get(
    call: &mut Call<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    len: u32,
    buffer: u32,
) -> Result<()> {
    let follow = follow(flags)?;
    let stat = at!(call, fd, rights::PATH_FILESTAT_GET, (path, len), |dir, name| dir.stat(name, follow))?;
    write_stat(call, buffer, &stat)
}

#[allow(clippy::too_many_arguments, reason = "the interface has as many")]
pub(super) fn path_filestat_set_times(
    call: &mut Call<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    len: u32,
    atim: u64,
    mtim: u64,
    fst_flags: u32,
) -> Result<()> {
    let follow = follow(flags)?;
    let (accessed, modified) = new_times(atim, mtim, fst_flags)?;
    at!(call, fd, rights::PATH_FILESTAT_SET_TIMES, (path, len), |dir, name| {
        dir.set_times(name, follow, accessed, modified)
    })
}

#[allow(clippy::too_many_arguments, reason = "the interface has as many")]
pub(super) fn path_link(
    call: &mut Call<'_>,
    old_fd: u32,
    old_flags: u32,
    old_path: u32,
    old_len: u32,
    new_fd: u32,
    new_path: u32,
    new_len: u32,
) -> Result<()> {
    // No host can give a name to what a link points to without a moment in which the link may change.
    if follow(old_flags)? {
        return Err(ErrorCode::Inval);
    }
    let (old, new) = ((old_path, old_len), (new_path, new_len));
    two(call, (old_fd, rights::PATH_LINK_SOURCE, old), (new_fd, rights::PATH_LINK_TARGET, new), Dir::link)
}

pub(super) fn path_rename(
    call: &mut Call<'_>,
    fd: u32,
    old_path: u32,
    old_len: u32,
    new_fd: u32,
    new_path: u32,
    new_len: u32,
) -> Result<()> {
    let (old, new) = ((old_path, old_len), (new_path, new_len));
    two(call, (fd, rights::PATH_RENAME_SOURCE, old), (new_fd, rights::PATH_RENAME_TARGET, new), Dir::rename)
}

pub(super) fn path_symlink(
    call: &mut Call<'_>,
    old_path: u32,
    old_len: u32,
    fd: u32,
    new_path: u32,
    new_len: u32,
) -> Result<()> {
    let target = bytes(call.memory, old_path, old_len)?;
    // What is wrong is the target more often than the path.
    let absolute = target.starts_with(b"/");
    let name = bytes(call.memory, new_path, new_len)?;
    let dir = &call.context.descriptors.dir(fd, rights::PATH_SYMLINK)?.dir;
    let result = dir.symlink(target, name);
    let named = if absolute { (old_path, old_len) } else { (new_path, new_len) };
    call.note(result, named, |context| grant(context, fd))
}

pub(super) fn path_readlink(
    call: &mut Call<'_>,
    fd: u32,
    path: u32,
    len: u32,
    buffer: u32,
    buffer_len: u32,
    used: u32,
) -> Result<()> {
    let target = at!(call, fd, rights::PATH_READLINK, (path, len), |dir, name| dir.read_link(name))?;
    // As natively, what does not fit is cut off.
    let part = &target[..target.len().min(buffer_len as usize)];
    call.write(buffer, part)?;
    call.write_u32(used, part.len() as u32)
}

#[allow(clippy::too_many_arguments, reason = "the interface has as many")]
pub(super) fn path_open(
    call: &mut Call<'_>,
    fd: u32,
    dir_flags: u32,
    path: u32,
    len: u32,
    o_flags: u32,
    base: u64,
    inheriting: u64,
    fd_flags: u32,
    opened: u32,
) -> Result<()> {
    call.check(opened, 4)?;
    let options = open_options(dir_flags, o_flags, base, fd_flags)?;
    let mut needed = rights::PATH_OPEN;
    needed |= if options.create { rights::PATH_CREATE_FILE } else { 0 };
    needed |= if options.truncate { rights::PATH_FILESTAT_SET_SIZE } else { 0 };
    let parent = call.context.descriptors.get(fd, needed)?.rights;
    // Asked for all the same: what was given up may not be asked for.
    parent.inherit(base, inheriting, 0)?;
    let object = at!(call, fd, 0, (path, len), |dir, name| dir.open(name, options))?;
    let (object, meaningful) = match object {
        Opened::File(file) => (Object::File(file), rights::FILE),
        Opened::Dir(dir) => (Object::Dir(OpenDir { dir, preopen: None, listing: None }), rights::DIR),
    };
    let rights = parent.inherit(base, inheriting, meaningful)?;
    let sync_flags = fd_flags as u16 & (fdflags::DSYNC | fdflags::RSYNC | fdflags::SYNC);
    let descriptor = Descriptor { rights, nonblock: options.nonblock, sync_flags, ..Descriptor::new(object) };
    let number = call.context.descriptors.insert(descriptor)?;
    call.write_u32(opened, number)
}

/// What the flags and the rights say about how to open.
fn open_options(dir_flags: u32, o_flags: u32, base: u64, fd_flags: u32) -> Result<OpenOptions> {
    let o_flags = u16::try_from(o_flags).ok().filter(|flags| flags & !oflags::ALL == 0).ok_or(ErrorCode::Inval)?;
    let fd_flags = u16::try_from(fd_flags).ok().filter(|flags| flags & !fdflags::ALL == 0).ok_or(ErrorCode::Inval)?;
    let write = base & rights::FD_WRITE != 0;
    Ok(OpenOptions {
        read: base & (rights::FD_READ | rights::FD_READDIR) != 0,
        write,
        append: fd_flags & fdflags::APPEND != 0 && write,
        create: o_flags & oflags::CREAT != 0,
        exclusive: o_flags & oflags::EXCL != 0,
        truncate: o_flags & oflags::TRUNC != 0,
        directory: o_flags & oflags::DIRECTORY != 0,
        follow: follow(dir_flags)?,
        nonblock: fd_flags & fdflags::NONBLOCK != 0,
        data_sync: fd_flags & fdflags::DSYNC != 0,
        sync: fd_flags & (fdflags::SYNC | fdflags::RSYNC) != 0,
    })
}

fn follow(flags: u32) -> Result<bool> {
    if flags & !lookupflags::SYMLINK_FOLLOW != 0 { Err(ErrorCode::Inval) } else { Ok(flags != 0) }
}

/// A directory's descriptor, the right it needs, and a path's address and length.
type Place = (u32, u64, (u32, u32));

/// Does something with two paths.
fn two(
    call: &mut Call<'_>,
    (old_fd, old_rights, old): Place,
    (new_fd, new_rights, new): Place,
    operation: impl FnOnce(&Dir, &[u8], &Dir, &[u8]) -> Result<()>,
) -> Result<()> {
    let old_name = bytes(call.memory, old.0, old.1)?;
    let new_name = bytes(call.memory, new.0, new.1)?;
    let from = call.context.descriptors.dir(old_fd, old_rights)?.dir.clone();
    let to = &call.context.descriptors.dir(new_fd, new_rights)?.dir;
    let result = operation(&from, old_name, to, new_name);
    // Which of the two it was, the paths show.
    let (fd, path) = if from.access() == to.access() && leads_out(new_name) { (new_fd, new) } else { (old_fd, old) };
    call.note(result, path, |context| grant(context, fd))
}

fn leads_out(path: &[u8]) -> bool {
    path.starts_with(b"/") || path.starts_with(b"..")
}

/// The name of the granted directory that a descriptor's is below.
fn grant(context: &mut crate::WasiCtx, fd: u32) -> String {
    context.descriptors.dir(fd, 0).map_or_else(|_| String::new(), |open| open.dir.grant().to_string())
}
