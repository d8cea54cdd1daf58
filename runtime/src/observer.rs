//! Watching a store's guests step by step (cargo feature `trace`).

use crate::types::FuncType;
use crate::value::Val;
pub use crate::vm::GuestFrame;

/// Is told what a store's guests do. See [`Store::set_observer`](crate::Store::set_observer).
///
/// Calls of host functions, the host's accesses to linear memory and its growth are always reported; the guest's own functions and
/// instructions only with [`Config::tracing`](crate::Config::tracing).
pub trait Observer: Send {
    /// Something happened.
    fn event(&mut self, event: Event<'_>);
}

/// A function of a guest, as an [`Event`] names it.
#[derive(Clone, Copy, Debug)]
pub struct FunctionId<'a> {
    /// The name of the function's module, if it has one.
    pub module: Option<&'a str>,
    /// The function's index in its module.
    pub index: u32,
    /// The function's name, if it has one.
    pub name: Option<&'a str>,
    /// The function's type.
    pub ty: &'a FuncType,
}

/// Something that happened in a store.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A function of a guest is entered.
    Enter {
        /// The function.
        function: FunctionId<'a>,
        /// Its arguments.
        args: &'a [Val],
    },
    /// A function of a guest returns.
    Exit {
        /// The function.
        function: FunctionId<'a>,
        /// Its results.
        results: &'a [Val],
    },
    /// A function of the host is entered.
    HostEnter {
        /// The module name it was defined with in a [`Linker`](crate::Linker), or `host`.
        module: &'a str,
        /// The name it was defined with, or nothing.
        name: &'a str,
        /// Its arguments.
        args: &'a [Val],
    },
    /// A function of the host returns. One that fails does not.
    HostExit {
        /// As for `HostEnter`.
        module: &'a str,
        /// As for `HostEnter`.
        name: &'a str,
        /// Its results.
        results: &'a [Val],
    },
    /// The host reads linear memory.
    HostRead {
        /// The memory's number in the store.
        memory: u32,
        /// The address of the first byte.
        address: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The host writes linear memory.
    HostWrite {
        /// The memory's number in the store.
        memory: u32,
        /// The address of the first byte.
        address: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A memory has grown, by the guest or by the host.
    MemoryGrow {
        /// The memory's number in the store.
        memory: u32,
        /// How many pages of 64 KiB it had.
        before: u64,
        /// How many it has now.
        after: u64,
    },
    /// An instruction is about to run.
    Instruction {
        /// The function it is in.
        function: FunctionId<'a>,
        /// Its offset in the module's bytes.
        offset: usize,
        /// The instruction in the text format.
        text: &'a str,
        /// The values it takes from the stack, the top one last.
        operands: &'a [Val],
        /// What its function has: locals, operand stack, memories, globals.
        frame: GuestFrame<'a>,
    },
    /// A call from the host ended with an error. Nothing that was entered since the call returns.
    Stopped {
        /// The error's message.
        error: &'a str,
    },
}
