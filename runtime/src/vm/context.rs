//! The context of an instance, and the references to functions.

use std::sync::atomic::AtomicPtr;

use super::stack_limit::StackLimit;
use super::store::VmStore;
use crate::types::TypeId;

/// The base and length of a linear memory, as code reads them.
///
/// Every instance that uses a memory has a copy of its own; growing the memory updates them all.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct VmMemory {
    /// The address of byte 0.
    pub base: *mut u8,
    /// The length in bytes.
    pub len: usize,
}

/// The base and length of a table, as code reads them; copied like [`VmMemory`].
///
/// An element is a `*const FuncRef` or, in tables of `externref`, a handle (its index plus one); zero is null.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct VmTable {
    /// The address of element 0.
    pub base: *mut u64,
    /// The length in elements.
    pub len: usize,
}

/// Where a function's code starts. The interpreter's lazy translation replaces it with a release store.
pub type CodeEntry = AtomicPtr<u64>;

/// Enters a function from the host.
///
/// The arguments are in the slots at `frame`, which is the store's `stack_top`; the results replace them there.
/// On [`Stop`](super::Stop) other than done, the store has the reason.
pub type HostEntry = unsafe fn(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> super::Exit;

/// How a JIT's gate calls a host function, by its [`FuncRef::bridge`]: the caller's context, the function, and the slots
/// of its arguments and results, which are not on the value stack. The answer is 0, or 1 with the reason in the store.
pub type HostFromMachine = unsafe extern "C" fn(*mut VmContext, *const FuncRef, *mut u64) -> u32;

/// The address of machine code that follows the JIT's own calling convention.
pub type MachineCode = AtomicPtr<u8>;

/// What a reference to a function refers to. Tables and slots hold its address; null is address 0.
#[repr(C)]
#[derive(Debug)]
pub struct FuncRef {
    /// The interned type; checked by `call_indirect`.
    pub type_id: TypeId,
    /// The function's index in its module or, for a host function, among the store's host functions.
    pub index: u32,
    /// The instance it belongs to; null for a host function.
    pub vmctx: *mut VmContext,
    /// What machine code calls. A function without machine code has an address there that finds its way to it (see
    /// [`Backend::machine_gate`](crate::engine::Backend::machine_gate)); null where the engine has no JIT.
    pub machine: MachineCode,
    /// The interpreter's code for it; null for a host function, and where the engine has no interpreter.
    pub code: *const CodeEntry,
    /// How the host enters it.
    pub enter: HostEntry,
    /// What leads from slots to the function: the JIT's bridge to machine code of this type; for a host function, its
    /// [`HostFromMachine`](super::HostFromMachine); null for a function of the interpreter.
    pub bridge: *const u8,
}

/// The head of an instance's context. The arrays that [`VmLayout`](super::VmLayout) describes follow it.
#[repr(C)]
#[derive(Debug)]
pub struct VmContext {
    /// Memory 0 (length 0 where the module has none).
    pub memory0: VmMemory,
    /// The end of the value stack, which an interrupt pulls to zero: one comparison checks for both.
    pub stack_limit: *const StackLimit,
    /// The entries of the functions that the module defines (not of those it imports).
    pub code: *const CodeEntry,
    /// The store's part that code reads and writes.
    pub store: *mut VmStore,
    /// The library functions that machine code calls (what [`ModuleCode::builtins`](crate::engine::ModuleCode::builtins)
    /// gave).
    pub builtins: *const (),
    /// The interpreter's own view of the module (what [`ModuleCode::data`](crate::engine::ModuleCode::data) gave).
    pub module_code: *const (),
    /// The JIT's own view of the module (what [`ModuleCode::machine_data`](crate::engine::ModuleCode::machine_data)
    /// gave).
    pub machine_code: *const (),
    /// Which instance of the store this is.
    pub instance: u32,
}

impl VmContext {
    /// The address of what stands `offset` bytes into the context.
    ///
    /// # Safety
    ///
    /// `this` is a live context and `offset` comes from its layout, for a `T`.
    #[inline(always)]
    pub unsafe fn at<T>(this: *mut VmContext, offset: u32) -> *mut T {
        // SAFETY: the layout's offsets stay within the context's one allocation.
        unsafe { this.byte_add(offset as usize).cast() }
    }
}
