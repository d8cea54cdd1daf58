//! The functions of preview 1: one table, from which they are linked, traced and described.

use falkirk_runtime::{Caller, Error, ExitStatus, Linker, Memory};

use super::call::Call;
use super::layout::Version;
use super::{data, fd, path, poll, readdir, sock, trace, values};
use crate::context::WasiCtx;
use crate::error::{ErrorCode, Result};
use crate::report::Denial;

/// A function of preview 1.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// Its parameters. All functions but `proc_exit` give an `errno`; what else they give is written where a parameter
    /// says.
    pub params: &'static [Param],
}

/// A parameter of a [`Function`].
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What its number stands for.
    pub kind: Kind,
}

/// Makes the kinds of parameters, and a type for each.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $ty:ty;)*) => {
        /// What a parameter stands for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl Kind {
            /// How many bits it has.
            pub fn bits(self) -> u32 {
                match self { $(Kind::$kind => <$ty>::BITS,)* }
            }
        }

        /// The types that have the kinds' values.
        mod types {
            $(pub type $kind = $ty;)*
        }
    };
}

kinds! {
    /// A descriptor.
    Fd = u32;
    /// A path's address; its length comes next.
    Path = u32;
    /// An address.
    Pointer = u32;
    /// How many bytes (or buffers) there are at the address before.
    Length = u32;
    /// A list of buffers to write from.
    WriteVectors = u32;
    /// A list of buffers to read to.
    ReadVectors = u32;
    /// A number.
    Number = u32;
    /// A distance in a file.
    Offset = i64;
    /// A place in a file, a size or a cookie.
    Filesize = u64;
    /// What a distance is from.
    Whence = u32;
    /// A clock.
    ClockId = u32;
    /// Nanoseconds.
    Timestamp = u64;
    /// Rights.
    Rights = u64;
    /// How a descriptor reads and writes.
    FdFlags = u32;
    /// How a file is opened.
    OFlags = u32;
    /// Whether a link is followed.
    LookupFlags = u32;
    /// Which times are set.
    FstFlags = u32;
    /// How a socket receives.
    RiFlags = u32;
    /// Which ends of a connection are meant.
    SdFlags = u32;
    /// Where 16 bits of result go.
    OutU16 = u32;
    /// Where 32 bits of result go.
    OutU32 = u32;
    /// Where 64 bits of result go.
    OutU64 = u32;
}

/// Makes the table, and the function that links what it has.
macro_rules! functions {
    ($($(#[doc = $doc:literal])* $group:ident::$name:ident($($param:ident: $kind:ident),*);)*) => {
        /// All functions of preview 1 that give an `errno`; [`PROC_EXIT`] is the other one.
        pub static FUNCTIONS: &[Function] = &[$(Function {
            name: stringify!($name),
            doc: concat!($($doc),*),
            params: &[$(Param { name: stringify!($param), kind: Kind::$kind }),*],
        }),*];

        /// Defines all functions in a linker.
        pub(super) fn link<T: 'static>(
            linker: &mut Linker<T>,
            version: Version,
            context: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
        ) -> Result<(), Error> {
            $(if version == Version::Snapshot1 || stringify!($name) != "sock_accept" {
                linker.func_wrap(
                    version.module(),
                    stringify!($name),
                    move |mut caller: Caller<'_, T>, $($param: types::$kind),*| {
                        let arguments = [$($param as u64),*];
                        enter(&mut caller, version, context, stringify!($name), &arguments, |call| {
                            $group::$name(call, $($param),*)
                        })
                    },
                )?;
            })*
            link_exit(linker, version, context)
        }
    };
}

functions! {
    /// Gives the arguments.
    values::args_get(argv: Pointer, argv_buf: Pointer);
    /// Gives the number of arguments, and how many bytes they take.
    values::args_sizes_get(argc: OutU32, argv_buf_size: OutU32);
    /// Gives the environment variables.
    values::environ_get(environ: Pointer, environ_buf: Pointer);
    /// Gives the number of environment variables, and how many bytes they take.
    values::environ_sizes_get(environc: OutU32, environ_buf_size: OutU32);
    /// Gives the resolution of a clock.
    values::clock_res_get(id: ClockId, resolution: OutU64);
    /// Gives what a clock shows.
    values::clock_time_get(id: ClockId, precision: Timestamp, time: OutU64);
    /// Tells how a file will be used.
    fd::fd_advise(fd: Fd, offset: Filesize, len: Filesize, advice: Number);
    /// Sees to it that there is room in a file.
    fd::fd_allocate(fd: Fd, offset: Filesize, len: Filesize);
    /// Closes a descriptor.
    fd::fd_close(fd: Fd);
    /// Waits until a file's bytes are on its device.
    fd::fd_datasync(fd: Fd);
    /// Gives the kind, the flags and the rights of a descriptor.
    fd::fd_fdstat_get(fd: Fd, stat: Pointer);
    /// Sets the flags of a descriptor.
    fd::fd_fdstat_set_flags(fd: Fd, flags: FdFlags);
    /// Gives up rights of a descriptor.
    fd::fd_fdstat_set_rights(fd: Fd, base: Rights, inheriting: Rights);
    /// Gives what is known of an open file.
    fd::fd_filestat_get(fd: Fd, buf: Pointer);
    /// Cuts a file off, or makes it longer.
    fd::fd_filestat_set_size(fd: Fd, size: Filesize);
    /// Sets the times of an open file.
    fd::fd_filestat_set_times(fd: Fd, atim: Timestamp, mtim: Timestamp, fst_flags: FstFlags);
    /// Reads at an offset.
    data::fd_pread(fd: Fd, iovs: ReadVectors, iovs_len: Length, offset: Filesize, nread: OutU32);
    /// Says whether a descriptor is a directory that was granted, and how long its name is.
    fd::fd_prestat_get(fd: Fd, buf: Pointer);
    /// Gives the name of a directory that was granted.
    fd::fd_prestat_dir_name(fd: Fd, path: Pointer, path_len: Number);
    /// Writes at an offset.
    data::fd_pwrite(fd: Fd, iovs: WriteVectors, iovs_len: Length, offset: Filesize, nwritten: OutU32);
    /// Reads.
    data::fd_read(fd: Fd, iovs: ReadVectors, iovs_len: Length, nread: OutU32);
    /// Lists a directory.
    readdir::fd_readdir(fd: Fd, buf: Pointer, buf_len: Number, cookie: Filesize, bufused: OutU32);
    /// Gives a descriptor another number.
    fd::fd_renumber(fd: Fd, to: Fd);
    /// Moves a file's position.
    data::fd_seek(fd: Fd, offset: Offset, whence: Whence, newoffset: OutU64);
    /// Waits until a file's bytes and metadata are on its device.
    fd::fd_sync(fd: Fd);
    /// Gives a file's position.
    data::fd_tell(fd: Fd, offset: OutU64);
    // ANCHOR: fd_write
    /// Writes.
    data::fd_write(fd: Fd, iovs: WriteVectors, iovs_len: Length, nwritten: OutU32);
    // ANCHOR_END: fd_write
    /// Makes a directory.
    path::path_create_directory(fd: Fd, path: Path, path_len: Length);
    /// Gives what is known of a file.
    path::path_filestat_get(fd: Fd, flags: LookupFlags, path: Path, path_len: Length, buf: Pointer);
    /// Sets the times of a file.
    path::path_filestat_set_times(
        fd: Fd, flags: LookupFlags, path: Path, path_len: Length, atim: Timestamp, mtim: Timestamp, fst_flags: FstFlags
    );
    /// Gives a file a further name.
    path::path_link(
        old_fd: Fd, old_flags: LookupFlags, old_path: Path, old_path_len: Length,
        new_fd: Fd, new_path: Path, new_path_len: Length
    );
    /// Opens a file or a directory.
    path::path_open(
        fd: Fd, dirflags: LookupFlags, path: Path, path_len: Length, oflags: OFlags,
        fs_rights_base: Rights, fs_rights_inheriting: Rights, fdflags: FdFlags, opened_fd: OutU32
    );
    /// Gives where a symbolic link points to.
    path::path_readlink(fd: Fd, path: Path, path_len: Length, buf: Pointer, buf_len: Number, bufused: OutU32);
    /// Removes an empty directory.
    path::path_remove_directory(fd: Fd, path: Path, path_len: Length);
    /// Gives a file or directory another name.
    path::path_rename(
        fd: Fd, old_path: Path, old_path_len: Length, new_fd: Fd, new_path: Path, new_path_len: Length
    );
    /// Makes a symbolic link.
    path::path_symlink(old_path: Path, old_path_len: Length, fd: Fd, new_path: Path, new_path_len: Length);
    /// Removes a file's name.
    path::path_unlink_file(fd: Fd, path: Path, path_len: Length);
    /// Waits for clocks and descriptors.
    poll::poll_oneoff(subscriptions: Pointer, events: Pointer, nsubscriptions: Number, nevents: OutU32);
    /// Sends a signal to the guest itself, which no guest can.
    values::proc_raise(sig: Number);
    /// Lets other threads of the host run.
    values::sched_yield();
    /// Gives random bytes.
    values::random_get(buf: Pointer, buf_len: Number);
    /// Accepts a connection.
    sock::sock_accept(fd: Fd, flags: FdFlags, accepted_fd: OutU32);
    /// Receives from a connection.
    sock::sock_recv(
        fd: Fd, ri_data: ReadVectors, ri_data_len: Length, ri_flags: RiFlags, ro_datalen: OutU32, ro_flags: OutU16
    );
    /// Sends to a connection.
    sock::sock_send(fd: Fd, si_data: WriteVectors, si_data_len: Length, si_flags: Number, so_datalen: OutU32);
    /// Shuts a connection down.
    sock::sock_shutdown(fd: Fd, how: SdFlags);
}

/// The function that does not return.
pub static PROC_EXIT: Function = Function {
    name: "proc_exit",
    doc: " Ends the guest with an exit status.",
    params: &[Param { name: "rval", kind: Kind::Number }],
};

/// Calls a function of the table for a guest, and gives the `errno`.
#[inline]
fn enter<T: 'static>(
    caller: &mut Caller<'_, T>,
    version: Version,
    context: impl Fn(&mut T) -> &mut WasiCtx,
    name: &'static str,
    arguments: &[u64],
    run: impl FnOnce(&mut Call<'_>) -> Result<()>,
) -> Result<u32, Error> {
    let Some(memory) = caller.get_memory("memory") else { return Err(no_memory(version, name)) };
    if context(caller.data_mut()).memory != Some(memory) {
        attach(caller, memory, &context);
    }
    let (bytes, data) = memory.data_and_store_mut(caller);
    let mut call = Call { memory: bytes, context: context(data), version };
    let result = match call.context.report.watches() {
        true => trace::traced(&mut call, name, arguments, run),
        false => run(&mut call),
    };
    match result {
        Ok(()) => Ok(0),
        Err(code) => failed(caller, code, context),
    }
}

/// A guest with this memory begins to call: an interrupt of its store ends its waiting.
#[cold]
fn attach<T: 'static>(caller: &mut Caller<'_, T>, memory: Memory, context: impl Fn(&mut T) -> &mut WasiCtx) {
    let (id, handle) = (caller.id(), caller.interrupt_handle());
    let context = context(caller.data_mut());
    context.memory = Some(memory);
    context.stop_with(id, handle);
}

/// The `errno` of a call that failed, unless the guest is to stop: its time is up, or it asked for what is withheld.
#[cold]
fn failed<T: 'static>(
    caller: &mut Caller<'_, T>,
    code: ErrorCode,
    context: impl Fn(&mut T) -> &mut WasiCtx,
) -> Result<u32, Error> {
    match code {
        ErrorCode::Intr => caller.check_interrupt()?,
        ErrorCode::Notcapable => {
            if let Some(given) = context(caller.data_mut()).withheld.take_trap() {
                return Err(Error::msg(Denial::Withheld(given).to_string()));
            }
        }
        _ => {}
    }
    Ok(u32::from(code.errno()))
}

#[cold]
fn no_memory(version: Version, name: &str) -> Error {
    let module = version.module();
    Error::msg(format!("`{module}.{name}` needs the memory that its caller exports as `memory`, and there is none"))
}

fn link_exit<T: 'static>(
    linker: &mut Linker<T>,
    version: Version,
    context: impl Fn(&mut T) -> &mut WasiCtx + Copy + Send + Sync + 'static,
) -> Result<(), Error> {
    let exit = move |mut caller: Caller<'_, T>, status: i32| -> Result<(), Error> {
        trace::exit(context(caller.data_mut()), version, status);
        Err(Error::host(ExitStatus(status)))
    };
    linker.func_wrap(version.module(), PROC_EXIT.name, exit).map(drop)
}
