//! Descriptors: what is done with something that is open.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::IoSlice;
use std::sync::Arc;

use falkirk_component::Handle;

use super::values::*;
use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::files::{Access, Dir, DirEntry, File, Opened, Stat};
use crate::preview2::Result;
use crate::preview2::io::{Input, Origin, Output};
use crate::preview2::resources::Resource;
use crate::report::Effect;
use crate::streams::{InputStream, OutputStream};

/// A `descriptor`.
#[derive(Clone, Debug)]
pub(in crate::preview2) struct Descriptor {
    object: Opened,
    flags: DescriptorFlags,
}

/// A `directory-entry-stream`.
#[derive(Debug)]
pub(in crate::preview2) struct Entries(std::vec::IntoIter<DirEntry>);

/// What a function of files gives: a result, or the interface's error code; or a trap.
pub(super) type Outcome<T> = Result<Result<T, FileError>>;

/// How many bytes are read at once: a guest may ask for more than there is memory.
const MOST: u64 = 64 * 1024;

impl Descriptor {
    /// Something that was opened like this.
    pub fn new(object: Opened, mut flags: DescriptorFlags) -> Descriptor {
        let may_change = matches!(&object, Opened::Dir(dir) if dir.access() == Access::ReadWrite);
        flags.set(DescriptorFlags::MUTATE_DIRECTORY, may_change);
        Descriptor { object, flags }
    }

    /// A directory that was granted.
    pub fn granted(dir: &Dir) -> Descriptor {
        Descriptor::new(Opened::Dir(dir.clone()), DescriptorFlags::READ)
    }

    fn file(&self) -> crate::Result<&Arc<File>> {
        match &self.object {
            Opened::File(file) => Ok(file),
            Opened::Dir(_) => Err(ErrorCode::Badf),
        }
    }

    pub fn dir(&self) -> crate::Result<&Dir> {
        match &self.object {
            Opened::Dir(dir) => Ok(dir),
            Opened::File(_) => Err(ErrorCode::Notdir),
        }
    }

    fn stat(&self) -> crate::Result<Stat> {
        match &self.object {
            Opened::File(file) => file.stat(),
            Opened::Dir(dir) => dir.stat_self(),
        }
    }

    /// The name of the granted directory that this was found in.
    pub fn grant(&self) -> &str {
        match &self.object {
            Opened::File(file) => file.grant(),
            Opened::Dir(dir) => dir.grant(),
        }
    }
}

/// Does something with a descriptor; notes what was denied of it, or else used.
fn with<T>(
    cx: &mut WasiCtx,
    effect: Effect,
    this: Handle,
    operation: impl FnOnce(&Descriptor) -> crate::Result<T>,
) -> Result<Result<T, FileError>> {
    let descriptor = cx.resources.get::<Descriptor>(this)?;
    let result = operation(descriptor);
    cx.report.directory_used(descriptor.grant(), effect, &result);
    Ok(result.map_err(|code| {
        cx.report.path_denied(code, "", descriptor.grant());
        code.into()
    }))
}

/// Gives what an operation has made a handle.
pub(super) fn adopt<R: Resource>(cx: &mut WasiCtx, made: Result<R, FileError>) -> Outcome<Handle> {
    match made {
        Ok(resource) => cx.resources.add(resource).map(Ok),
        Err(code) => Ok(Err(code)),
    }
}

pub(super) fn read_via_stream(cx: &mut WasiCtx, this: Handle, offset: u64) -> Outcome<Handle> {
    let made = with(cx, Effect::Reads, this, |descriptor| {
        // The one function of files that says what is wrong with a directory.
        let file = descriptor.file().map_err(|_| ErrorCode::Isdir)?.clone();
        if !file.is_readable() {
            return Err(ErrorCode::Badf);
        }
        Ok(Input::new(InputStream::File { file, offset }, Origin::File))
    })?;
    adopt(cx, made)
}

pub(super) fn write_via_stream(cx: &mut WasiCtx, this: Handle, offset: u64) -> Outcome<Handle> {
    let made = with(cx, Effect::Changes, this, |descriptor| {
        Ok(Output::new(OutputStream::File { file: writable(descriptor)?, offset }, Origin::File))
    })?;
    adopt(cx, made)
}

pub(super) fn append_via_stream(cx: &mut WasiCtx, this: Handle) -> Outcome<Handle> {
    let made = with(cx, Effect::Changes, this, |descriptor| {
        Ok(Output::new(OutputStream::Append(writable(descriptor)?), Origin::File))
    })?;
    adopt(cx, made)
}

/// The file, if it was opened to be written.
fn writable(descriptor: &Descriptor) -> crate::Result<Arc<File>> {
    let file = descriptor.file()?;
    if file.is_writable() { Ok(file.clone()) } else { Err(ErrorCode::Badf) }
}

pub(super) fn advise(cx: &mut WasiCtx, this: Handle, offset: u64, length: u64, advice: Advice) -> Outcome<()> {
    with(cx, Effect::Reads, this, |descriptor| descriptor.file()?.advise(offset, length, advice.into()))
}

pub(super) fn sync_data(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    with(cx, Effect::Reads, this, |descriptor| match &descriptor.object {
        Opened::File(file) => file.sync(false),
        Opened::Dir(dir) => dir.sync(),
    })
}

pub(super) fn sync(cx: &mut WasiCtx, this: Handle) -> Outcome<()> {
    with(cx, Effect::Reads, this, |descriptor| match &descriptor.object {
        Opened::File(file) => file.sync(true),
        Opened::Dir(dir) => dir.sync(),
    })
}

pub(super) fn get_flags(cx: &mut WasiCtx, this: Handle) -> Outcome<DescriptorFlags> {
    with(cx, Effect::Nothing, this, |descriptor| Ok(descriptor.flags))
}

pub(super) fn get_type(cx: &mut WasiCtx, this: Handle) -> Outcome<DescriptorType> {
    with(cx, Effect::Nothing, this, |descriptor| match &descriptor.object {
        Opened::File(file) => Ok(file.stat()?.file_type.into()),
        Opened::Dir(_) => Ok(DescriptorType::Directory),
    })
}

pub(super) fn set_size(cx: &mut WasiCtx, this: Handle, size: u64) -> Outcome<()> {
    with(cx, Effect::Changes, this, |descriptor| descriptor.file()?.set_size(size))
}

pub(super) fn set_times(cx: &mut WasiCtx, this: Handle, accessed: NewTimestamp, modified: NewTimestamp) -> Outcome<()> {
    with(cx, Effect::Changes, this, |descriptor| {
        let (accessed, modified) = (accessed.try_into()?, modified.try_into()?);
        match &descriptor.object {
            Opened::File(file) => file.set_times(accessed, modified),
            Opened::Dir(dir) => dir.set_times_self(accessed, modified),
        }
    })
}

pub(super) fn read(cx: &mut WasiCtx, this: Handle, length: u64, offset: u64) -> Outcome<(Vec<u8>, bool)> {
    with(cx, Effect::Reads, this, |descriptor| {
        let mut bytes = Vec::with_capacity(length.min(MOST) as usize);
        let read = descriptor.file()?.read_into(&mut bytes, offset)?;
        Ok((bytes, read == 0 && length > 0))
    })
}

pub(super) fn write(cx: &mut WasiCtx, this: Handle, buffer: Vec<u8>, offset: u64) -> Outcome<u64> {
    with(cx, Effect::Changes, this, |descriptor| {
        Ok(descriptor.file()?.write_at(&[IoSlice::new(&buffer)], offset)? as u64)
    })
}

pub(super) fn read_directory(cx: &mut WasiCtx, this: Handle) -> Outcome<Handle> {
    let made = with(cx, Effect::Reads, this, |descriptor| Ok(Entries(descriptor.dir()?.entries()?.into_iter())))?;
    adopt(cx, made)
}

pub(super) fn read_directory_entry(cx: &mut WasiCtx, this: Handle) -> Outcome<Option<DirectoryEntry>> {
    let Some(entry) = cx.resources.get::<Entries>(this)?.0.next() else { return Ok(Ok(None)) };
    let kind = entry.file_type.into();
    Ok(match String::from_utf8(entry.name) {
        Ok(name) => Ok(Some(DirectoryEntry { kind, name })),
        Err(_) => Err(FileError::IllegalByteSequence),
    })
}

pub(super) fn stat(cx: &mut WasiCtx, this: Handle) -> Outcome<DescriptorStat> {
    with(cx, Effect::Reads, this, |descriptor| Ok(descriptor.stat()?.into()))
}

pub(super) fn is_same_object(cx: &mut WasiCtx, this: Handle, other: Handle) -> Result<bool> {
    let other = cx.resources.get::<Descriptor>(other)?.clone();
    let same = match (&cx.resources.get::<Descriptor>(this)?.object, &other.object) {
        (Opened::File(one), Opened::File(two)) => one.is_same(two),
        (Opened::Dir(one), Opened::Dir(two)) => one.is_same(two),
        _ => Ok(false),
    };
    Ok(same.unwrap_or(false))
}

pub(super) fn metadata_hash(cx: &mut WasiCtx, this: Handle) -> Outcome<MetadataHashValue> {
    with(cx, Effect::Reads, this, |descriptor| Ok(hash(&descriptor.stat()?)))
}

/// Two numbers that depend on what a file is, how long it is and when it was changed.
pub(super) fn hash(stat: &Stat) -> MetadataHashValue {
    let mut hasher = DefaultHasher::new();
    (stat.device, stat.inode, stat.size, stat.modified).hash(&mut hasher);
    let lower = hasher.finish();
    (stat.links, stat.changed).hash(&mut hasher);
    MetadataHashValue { lower, upper: hasher.finish() }
}
