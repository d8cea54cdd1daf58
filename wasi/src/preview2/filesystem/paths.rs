//! What is done with paths, which are relative to a directory that is open.

use falkirk_component::Handle;

use super::descriptor::{Descriptor, Outcome, adopt, hash};
use super::values::*;
use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::files::{Access, Dir, OpenOptions};
use crate::report::Effect;

/// Does something with a path; notes what was denied, or else used.
fn at<T>(
    cx: &mut WasiCtx,
    effect: Effect,
    this: Handle,
    path: &str,
    operation: impl FnOnce(&Dir, &[u8]) -> crate::Result<T>,
) -> Outcome<T> {
    let descriptor = cx.resources.get::<Descriptor>(this)?;
    let result = descriptor.dir().and_then(|dir| operation(dir, path.as_bytes()));
    cx.report.directory_used(descriptor.grant(), effect, &result);
    Ok(result.map_err(|code| {
        cx.report.path_denied(code, path, descriptor.grant());
        code.into()
    }))
}

/// Changes something with two paths; notes what was denied, and of which of the two, or else used.
fn two(
    cx: &mut WasiCtx,
    (this, path): (Handle, &str),
    (other, new_path): (Handle, &str),
    operation: impl FnOnce(&Dir, &[u8], &Dir, &[u8]) -> crate::Result<()>,
) -> Outcome<()> {
    let from = cx.resources.get::<Descriptor>(this)?.clone();
    let to = cx.resources.get::<Descriptor>(other)?;
    let result = from.dir().and_then(|dir| operation(dir, path.as_bytes(), to.dir()?, new_path.as_bytes()));
    cx.report.directory_used(from.grant(), Effect::Changes, &result);
    cx.report.directory_used(to.grant(), Effect::Changes, &result);
    Ok(result.map_err(|code| {
        let is_new = match code {
            ErrorCode::ReadOnlyGrant => from.dir().is_ok_and(|dir| dir.access() == Access::ReadWrite),
            _ => new_path.starts_with('/') || new_path.starts_with(".."),
        };
        let (path, grant) = if is_new { (new_path, to.grant()) } else { (path, from.grant()) };
        cx.report.path_denied(code, path, grant);
        code.into()
    }))
}

fn follows(flags: PathFlags) -> bool {
    flags.contains(PathFlags::SYMLINK_FOLLOW)
}

pub(super) fn create_directory_at(cx: &mut WasiCtx, this: Handle, path: String) -> Outcome<()> {
    at(cx, Effect::Changes, this, &path, |dir, path| dir.create_dir(path))
}

pub(super) fn remove_directory_at(cx: &mut WasiCtx, this: Handle, path: String) -> Outcome<()> {
    at(cx, Effect::Changes, this, &path, |dir, path| dir.remove_dir(path))
}

pub(super) fn unlink_file_at(cx: &mut WasiCtx, this: Handle, path: String) -> Outcome<()> {
    at(cx, Effect::Changes, this, &path, |dir, path| dir.unlink(path))
}

pub(super) fn stat_at(cx: &mut WasiCtx, this: Handle, path_flags: PathFlags, path: String) -> Outcome<DescriptorStat> {
    at(cx, Effect::Reads, this, &path, |dir, path| Ok(dir.stat(path, follows(path_flags))?.into()))
}

pub(super) fn set_times_at(
    cx: &mut WasiCtx,
    this: Handle,
    path_flags: PathFlags,
    path: String,
    accessed: NewTimestamp,
    modified: NewTimestamp,
) -> Outcome<()> {
    at(cx, Effect::Changes, this, &path, |dir, path| {
        dir.set_times(path, follows(path_flags), accessed.try_into()?, modified.try_into()?)
    })
}

pub(super) fn metadata_hash_at(
    cx: &mut WasiCtx,
    this: Handle,
    path_flags: PathFlags,
    path: String,
) -> Outcome<MetadataHashValue> {
    at(cx, Effect::Reads, this, &path, |dir, path| Ok(hash(&dir.stat(path, follows(path_flags))?)))
}

pub(super) fn readlink_at(cx: &mut WasiCtx, this: Handle, path: String) -> Outcome<String> {
    at(cx, Effect::Reads, this, &path, |dir, path| {
        String::from_utf8(dir.read_link(path)?).map_err(|_| ErrorCode::Ilseq)
    })
}

pub(super) fn symlink_at(cx: &mut WasiCtx, this: Handle, target: String, path: String) -> Outcome<()> {
    // What is wrong is the target more often than the path.
    let named = if target.starts_with('/') { &target } else { &path };
    at(cx, Effect::Changes, this, named, |dir, _| dir.symlink(target.as_bytes(), path.as_bytes()))
}

pub(super) fn link_at(
    cx: &mut WasiCtx,
    this: Handle,
    path_flags: PathFlags,
    path: String,
    new_descriptor: Handle,
    new_path: String,
) -> Outcome<()> {
    two(cx, (this, &path), (new_descriptor, &new_path), |from, path, to, new_path| {
        // No host can give a name to what a link points to without a moment in which the link may change.
        if follows(path_flags) { Err(ErrorCode::Inval) } else { from.link(path, to, new_path) }
    })
}

pub(super) fn rename_at(
    cx: &mut WasiCtx,
    this: Handle,
    path: String,
    new_descriptor: Handle,
    new_path: String,
) -> Outcome<()> {
    two(cx, (this, &path), (new_descriptor, &new_path), Dir::rename)
}

pub(super) fn open_at(
    cx: &mut WasiCtx,
    this: Handle,
    path_flags: PathFlags,
    path: String,
    open_flags: OpenFlags,
    flags: DescriptorFlags,
) -> Outcome<Handle> {
    let changes = flags.contains(DescriptorFlags::WRITE)
        || open_flags.contains(OpenFlags::CREATE)
        || open_flags.contains(OpenFlags::TRUNCATE);
    let effect = if changes { Effect::Changes } else { Effect::Reads };
    let opened = at(cx, effect, this, &path, |dir, path| {
        if flags.contains(DescriptorFlags::MUTATE_DIRECTORY) && dir.access() == Access::ReadOnly {
            return Err(ErrorCode::ReadOnlyGrant);
        }
        Ok(Descriptor::new(dir.open(path, options(path_flags, open_flags, flags))?, flags))
    })?;
    adopt(cx, opened)
}

/// What the flags say about how to open.
fn options(path_flags: PathFlags, open_flags: OpenFlags, flags: DescriptorFlags) -> OpenOptions {
    OpenOptions {
        read: flags.contains(DescriptorFlags::READ),
        write: flags.contains(DescriptorFlags::WRITE),
        append: false,
        create: open_flags.contains(OpenFlags::CREATE),
        exclusive: open_flags.contains(OpenFlags::EXCLUSIVE),
        truncate: open_flags.contains(OpenFlags::TRUNCATE),
        directory: open_flags.contains(OpenFlags::DIRECTORY),
        follow: follows(path_flags),
        nonblock: false,
        data_sync: flags.contains(DescriptorFlags::DATA_INTEGRITY_SYNC),
        sync: flags.contains(DescriptorFlags::FILE_INTEGRITY_SYNC)
            || flags.contains(DescriptorFlags::REQUESTED_WRITE_SYNC),
    }
}
