//! What code asks of the runtime: the instructions that are too rare or too large for a handler.
//!
//! Each takes the context of the running instance. A result of `Err(Stop::Failed)` has left its error in
//! [`VmStore::failure`](super::VmStore::failure).

use std::ptr::NonNull;

use super::{Exit, FuncRef, Stop, VmContext, VmStore};
use crate::error::Error;
use crate::instance::{self, InstanceEntity};
use crate::store::StoreInner;
use crate::trap::Trap;
use crate::types::{FuncType, TypeId};

/// `memory.grow`: grows a memory by so many pages of 64 KiB, and gives the pages before, or `None` if it cannot grow so
/// far. The base and length in each context that uses the memory are up to date afterwards.
///
/// # Errors
///
/// The store's limiter failed.
///
/// # Safety
///
/// `ctx` is the context of the running instance, which has this memory.
pub unsafe fn memory_grow(ctx: *mut VmContext, memory: u32, pages: u64) -> Result<Option<u64>, Stop> {
    // SAFETY: the caller's promise.
    let (store, instance) = unsafe { parts(ctx) };
    let memory = store.instances[instance].memory(memory);
    store.grow_memory(memory, pages).map_err(|error| failed(store, error))
}

/// `memory.init`: copies `len` bytes of a data segment, from `source` on, to a memory, from `at` on.
///
/// # Errors
///
/// [`Trap::MemoryOutOfBounds`]: the bytes do not all lie within the segment, or within the memory.
///
/// # Safety
///
/// `ctx` is the context of the running instance, which has this memory and segment.
pub unsafe fn memory_init(
    ctx: *mut VmContext,
    memory: u32,
    segment: u32,
    at: u64,
    source: u64,
    len: u64,
) -> Result<(), Trap> {
    // SAFETY: the caller's promise.
    unsafe { instance::memory_init(running(ctx), memory, segment, at, source, len) }
}

/// `data.drop`: empties a data segment.
///
/// # Safety
///
/// `ctx` is the context of the running instance, which has this segment.
pub unsafe fn data_drop(ctx: *mut VmContext, segment: u32) {
    // SAFETY: the caller's promise.
    let (store, instance) = unsafe { parts(ctx) };
    store.instances[instance].drop_data(segment);
}

/// `table.grow`: grows a table by so many elements, all of them `value`, and gives the elements before, or `None` if it
/// cannot grow so far. The base and length in each context that uses the table are up to date afterwards.
///
/// # Errors
///
/// The store's limiter failed.
///
/// # Safety
///
/// `ctx` is the context of the running instance, which has this table, and `value` is an element for it.
pub unsafe fn table_grow(ctx: *mut VmContext, table: u32, value: u64, count: u64) -> Result<Option<u64>, Stop> {
    // SAFETY: the caller's promise.
    let (store, instance) = unsafe { parts(ctx) };
    let table = store.instances[instance].table(table);
    store.grow_table(table, count, value).map_err(|error| failed(store, error))
}

/// `table.init`: copies `len` elements of an element segment, from `source` on, to a table, from `at` on.
///
/// # Errors
///
/// [`Trap::TableOutOfBounds`]: the elements do not all lie within the segment, or within the table.
///
/// # Safety
///
/// `ctx` is the context of the running instance, which has this table and segment.
pub unsafe fn table_init(
    ctx: *mut VmContext,
    table: u32,
    segment: u32,
    at: u64,
    source: u64,
    len: u64,
) -> Result<(), Trap> {
    // SAFETY: the caller's promise.
    unsafe { instance::table_init(running(ctx), table, segment, at, source, len) }
}

/// `elem.drop`: empties an element segment.
///
/// # Safety
///
/// `ctx` is the context of the running instance, which has this segment.
pub unsafe fn elem_drop(ctx: *mut VmContext, segment: u32) {
    // SAFETY: the caller's promise.
    let (store, instance) = unsafe { parts(ctx) };
    store.instances[instance].drop_elements(segment);
}

/// Calls a host function (a [`FuncRef`] whose `vmctx` is null). Its arguments stand at `slots`, and its results replace
/// them there. While it runs, the store's `stack_top` is behind them, so that it may call code in turn.
///
/// Memories may have grown and globals may have changed when it returns. A panic of the host function passes through.
///
/// # Errors
///
/// [`Stop::Failed`]: the host function failed.
///
/// # Safety
///
/// `caller` is the context of the running instance, and `func` lives. At `slots` there is room for the arguments and
/// results, on the value stack or in its slack, and everything that the running code still needs is before that.
pub unsafe fn call_host(caller: *mut VmContext, func: *const FuncRef, slots: *mut u64) -> Result<(), Stop> {
    // SAFETY: the caller's promise; code runs in a store that was lent to it exclusively.
    unsafe {
        let store = NonNull::new_unchecked((*caller).store).cast::<StoreInner>();
        crate::func::call_host(store, caller, func, slots)
    }
}

/// Enters a function of the other engine, and those that tail calls go to from there. Its arguments stand at `frame` on
/// the value stack, where its results replace them; while it runs, the store's `stack_top` is `top`.
///
/// # Safety
///
/// `store` is the store of the running code, and `func` one of its functions. At `frame` there is room for the arguments
/// and results, and everything that interpreted code still needs is before `top`.
pub unsafe fn enter(store: *mut VmStore, func: *const FuncRef, frame: *mut u64, top: *mut u64) -> Exit {
    // SAFETY: the caller's promise.
    unsafe {
        let inner = NonNull::new_unchecked(store).cast::<StoreInner>();
        let _top = crate::func::StackTop::set(inner, top);
        let exit = ((*func).enter)(func, store, frame);
        crate::func::follow_tail_calls(store, exit, frame)
    }
}

/// The number of the first instance whose machine code is this (its
/// [`machine_code`](VmContext::machine_code)); for backtraces.
///
/// # Safety
///
/// `store` is the store of code that runs or has just stopped.
pub unsafe fn instance_of_machine_code(store: *mut VmStore, machine_code: *const ()) -> Option<u32> {
    // SAFETY: the caller's promise; a store starts with its `VmStore`. The reference ends here.
    let store = unsafe { &*store.cast::<StoreInner>() };
    store.instances.iter().position(|it| it.module.code().machine_data() == machine_code).map(|at| at as u32)
}

/// The function type with this id.
///
/// # Safety
///
/// `store` is the store of code that runs, and one of its functions has this type.
pub unsafe fn func_type(store: *mut VmStore, id: TypeId) -> FuncType {
    // SAFETY: the caller's promise; a store starts with its `VmStore`. The reference ends here.
    unsafe { (*store.cast::<StoreInner>()).engine.types().get(id) }
}

/// The store of the running code, and the number of its instance.
///
/// # Safety
///
/// `ctx` is the context of the running instance. The reference ends before the code goes on.
unsafe fn parts<'a>(ctx: *mut VmContext) -> (&'a mut StoreInner, usize) {
    // SAFETY: the store was lent to the code exclusively, and the code waits. A store starts with its `VmStore`.
    unsafe { (&mut *(*ctx).store.cast::<StoreInner>(), (*ctx).instance as usize) }
}

/// The running instance.
///
/// # Safety
///
/// As for [`parts`].
unsafe fn running<'a>(ctx: *mut VmContext) -> &'a InstanceEntity {
    // SAFETY: the caller's promise.
    let (store, instance) = unsafe { parts(ctx) };
    &store.instances[instance]
}

#[cold]
fn failed(store: &mut StoreInner, error: Error) -> Stop {
    store.vm.failure = Some(error);
    Stop::Failed
}
