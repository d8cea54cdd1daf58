//! Descriptors: the numbers that preview 1 knows things by.

use std::sync::Arc;

use super::layout::rights;
use crate::context::Preopen;
use crate::error::{ErrorCode, Result};
use crate::files::{Dir, DirEntry, File, FileType, Stat};
use crate::poll::{Interest, Pollable};
use crate::report::Given;
use crate::streams::{HostHandle, InputStream, OutputStream, Wait};

/// What a guest has open. Numbers are given out from the lowest that is free.
#[derive(Debug)]
pub(crate) struct Descriptors {
    slots: Vec<Option<Descriptor>>,
    /// No number below this one is free.
    free: usize,
}

/// How many descriptors a guest may have: things in memory take none of the host's, which has its own limit.
const MOST: usize = 1 << 16;

/// Something that is open.
#[derive(Debug)]
pub(super) struct Descriptor {
    pub object: Object,
    pub rights: Rights,
    /// No operation waits (`fdflags::NONBLOCK`).
    pub nonblock: bool,
    /// The flags about when a write is done, as they were given.
    pub sync_flags: u16,
    /// What it is of what every guest is given.
    pub given: Option<Given>,
    /// A file that a standard stream was redirected to: nobody has to ask whether it is ready.
    pub regular: bool,
}

/// What a descriptor stands for.
#[derive(Debug)]
pub(super) enum Object {
    Input(InputStream),
    Output(OutputStream),
    File(Arc<File>),
    Dir(OpenDir),
    Listener(HostHandle),
    Socket(HostHandle),
}

/// A directory that is open.
#[derive(Debug)]
pub(super) struct OpenDir {
    pub dir: Dir,
    /// The name it was granted under, if it was.
    pub preopen: Option<Arc<str>>,
    /// What was in it when the guest began to list it.
    pub listing: Option<Vec<DirEntry>>,
}

/// What may be done with a descriptor, and with those that are opened through it.
///
/// Most programs ask for fewer rights than they use, and other runtimes let them, so a right is only missed where a
/// guest has *given it up* with `fd_fdstat_set_rights`. What a guest was not granted is not a matter of rights at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rights {
    pub base: u64,
    pub inheriting: u64,
    given_up: u64,
    given_up_inheriting: u64,
}

impl Rights {
    pub fn new(base: u64, inheriting: u64) -> Rights {
        Rights { base, inheriting, given_up: 0, given_up_inheriting: 0 }
    }

    /// Gives up all but these.
    pub fn limit(&mut self, base: u64, inheriting: u64) -> Result<()> {
        if base & !self.base != 0 || inheriting & !self.inheriting != 0 {
            return Err(ErrorCode::Notcapable);
        }
        *self = Rights { base, inheriting, given_up: !base, given_up_inheriting: !inheriting };
        Ok(())
    }

    /// The rights of something that is opened through this with these, of which some mean something for it.
    pub fn inherit(&self, base: u64, inheriting: u64, meaningful: u64) -> Result<Rights> {
        if (base | inheriting) & rights::ALL & self.given_up_inheriting != 0 {
            return Err(ErrorCode::Notcapable);
        }
        Ok(Rights {
            base: base & meaningful,
            inheriting: inheriting & self.inheriting,
            given_up: self.given_up_inheriting,
            given_up_inheriting: self.given_up_inheriting,
        })
    }

    #[inline]
    fn require(&self, wanted: u64) -> Result<()> {
        if self.given_up & wanted == 0 { Ok(()) } else { Err(ErrorCode::Notcapable) }
    }
}

impl Descriptors {
    /// Standard input, output and error, then the directories, then the sockets. Directories come first, since C
    /// programs look for them from 3 on until there is something else.
    pub fn new(
        stdio: (&InputStream, &OutputStream, &OutputStream),
        preopens: &[Preopen],
        listeners: &[HostHandle],
    ) -> Descriptors {
        let (stdin, stdout, stderr) = stdio;
        let mut slots =
            vec![Object::Input(stdin.clone()), Object::Output(stdout.clone()), Object::Output(stderr.clone())];
        slots.extend(preopens.iter().map(|Preopen { name, dir }| {
            Object::Dir(OpenDir { dir: dir.clone(), preopen: Some(name.clone()), listing: None })
        }));
        slots.extend(listeners.iter().cloned().map(Object::Listener));
        let mut slots: Vec<_> = slots.into_iter().map(|object| Some(Descriptor::new(object))).collect();
        for (slot, given) in slots.iter_mut().zip([Given::Stdin, Given::Stdout, Given::Stderr]) {
            slot.as_mut().expect("BUG: nothing is closed yet").given = Some(given);
        }
        Descriptors { free: slots.len(), slots }
    }

    /// The descriptor with this number, for which the guest has not given up these rights.
    #[inline]
    pub(super) fn get(&mut self, fd: u32, rights: u64) -> Result<&mut Descriptor> {
        let descriptor = self.slots.get_mut(fd as usize).and_then(Option::as_mut).ok_or(ErrorCode::Badf)?;
        descriptor.rights.require(rights)?;
        Ok(descriptor)
    }

    /// The file with this number. What it is instead decides about the error, as in other runtimes.
    pub(super) fn file(&mut self, fd: u32, rights: u64) -> Result<&Arc<File>> {
        match &self.get(fd, rights)?.object {
            Object::File(file) => Ok(file),
            Object::Dir(_) => Err(ErrorCode::Badf),
            Object::Listener(_) | Object::Socket(_) => Err(ErrorCode::Inval),
            Object::Input(_) | Object::Output(_) => Err(ErrorCode::Spipe),
        }
    }

    /// The directory with this number.
    pub(super) fn dir(&mut self, fd: u32, rights: u64) -> Result<&mut OpenDir> {
        match &mut self.get(fd, rights)?.object {
            Object::Dir(dir) => Ok(dir),
            Object::Input(_) | Object::Output(_) => Err(ErrorCode::Badf),
            _ => Err(ErrorCode::Notdir),
        }
    }

    /// Gives something the lowest number that is free.
    pub(super) fn insert(&mut self, descriptor: Descriptor) -> Result<u32> {
        let free = (self.free..self.slots.len()).find(|&at| self.slots[at].is_none()).unwrap_or(self.slots.len());
        if free >= MOST {
            return Err(ErrorCode::Mfile);
        }
        if free == self.slots.len() {
            self.slots.push(None);
        }
        self.slots[free] = Some(descriptor);
        self.free = free + 1;
        Ok(free as u32)
    }

    /// Frees a number.
    pub(super) fn remove(&mut self, fd: u32) -> Result<Descriptor> {
        let descriptor = self.slots.get_mut(fd as usize).and_then(Option::take).ok_or(ErrorCode::Badf)?;
        self.free = self.free.min(fd as usize);
        Ok(descriptor)
    }

    /// Gives what has one number another, which something else has had.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<()> {
        self.get(from, 0)?;
        self.get(to, 0)?;
        if from != to {
            self.slots[to as usize] = Some(self.remove(from)?);
        }
        Ok(())
    }
}

impl Descriptor {
    pub fn new(object: Object) -> Descriptor {
        let rights = match &object {
            Object::Input(stream) => Rights::new(rights::FD_READ | stream_rights(stream.host()), 0),
            Object::Output(stream) => Rights::new(rights::FD_WRITE | stream_rights(stream.host()), 0),
            Object::File(_) => Rights::new(rights::FILE, 0),
            Object::Dir(_) => Rights::new(rights::DIR, rights::DIR | rights::FILE),
            Object::Listener(_) => Rights::new(rights::LISTENER, rights::SOCKET),
            Object::Socket(_) => Rights::new(rights::SOCKET, 0),
        };
        let regular = match &object {
            Object::Input(stream) => is_regular(stream.host()),
            Object::Output(stream) => is_regular(stream.host()),
            _ => false,
        };
        Descriptor { object, rights, nonblock: false, sync_flags: 0, given: None, regular }
    }

    /// Whether the host may wait in an operation: where it never would, or where the guest wants to wait and has the
    /// patience for it.
    pub fn wait(&self, patience: Wait) -> Wait {
        match self.regular {
            true => Wait::Yes,
            false if self.nonblock => Wait::No,
            false => patience,
        }
    }

    /// What kind of file it is.
    pub fn file_type(&self) -> Result<FileType> {
        Ok(self.stat()?.file_type)
    }

    /// What is known of it. Of what is in memory and no file, that is little.
    pub fn stat(&self) -> Result<Stat> {
        match &self.object {
            Object::Input(stream) => stream_stat(stream.host()),
            Object::Output(stream) => stream_stat(stream.host()),
            Object::File(file) => file.stat(),
            Object::Dir(open) => open.dir.stat_self(),
            Object::Listener(handle) | Object::Socket(handle) => handle.stat(),
        }
    }

    /// What to poll for before reading or writing.
    pub fn pollable(&self, interest: Interest) -> Result<Pollable> {
        match (&self.object, interest) {
            (Object::Input(stream), Interest::Read) => Ok(stream.pollable()),
            (Object::Output(stream), Interest::Write) => Ok(stream.pollable()),
            (Object::Input(_) | Object::Output(_), _) => Err(ErrorCode::Badf),
            (Object::File(file), _) => Ok(file.pollable(interest)),
            (Object::Dir(_), _) => Ok(Pollable::Ready),
            (Object::Listener(handle) | Object::Socket(handle), _) => Ok(Pollable::Host(handle.clone(), interest)),
        }
    }
}

/// A redirected file can be moved about in, as natively.
fn stream_rights(host: Option<&HostHandle>) -> u64 {
    if is_regular(host) { rights::STREAM | rights::FD_SEEK | rights::FD_TELL } else { rights::STREAM }
}

fn is_regular(host: Option<&HostHandle>) -> bool {
    matches!(stream_stat(host), Ok(Stat { file_type: FileType::RegularFile, .. }))
}

/// Character devices that are no terminals are not shown as such: C programs would take them for terminals.
fn stream_stat(host: Option<&HostHandle>) -> Result<Stat> {
    let Some(host) = host else { return Ok(Stat::default()) };
    let mut stat = host.stat()?;
    if stat.file_type == FileType::CharacterDevice && !host.is_terminal() {
        stat.file_type = FileType::Unknown;
    }
    Ok(stat)
}
