//! Calls of the host's to a function of its own, which a component imports and exports again.
//!
//! No guest has a part in such a call, but the two ends know nothing of each other's types: the one may have `&str` where
//! the other has `String` or a [`Val`](falkirk_canonical_abi::Val). So values pass as they do with a guest, by the canonical
//! ABI, through a memory that is there for this one call.

use std::sync::Arc;

use falkirk_canonical_abi::{
    FlatValues, Guest, Heap, InstanceId, InstanceState, Lends, LiftContext, LowerContext, Observer, Options, PtrType,
    TypeEnv,
};
use falkirk_runtime::{AsContextMut, Error, Result, StoreContextMut};

use super::call::Exchange;
use super::host::Caller;
use super::view::{failure, trap};
use super::{Body, FuncInner, HostFunction};

/// No instance has this number, and it is not the host's either: a handle that is lent to this one stays a handle.
const NOBODY: InstanceId = InstanceId(u32::MAX - 1);

/// What stands between the two ends of a call within the host.
pub(crate) struct Lobby<'a, T: 'static> {
    store: StoreContextMut<'a, T>,
    heap: Heap,
}

impl<T> Guest for Lobby<'_, T> {
    type Error = Error;

    fn parts(&mut self) -> (&mut [u8], &mut InstanceState) {
        self.heap.parts()
    }

    fn realloc(&mut self, old: u64, old_size: u64, align: u32, new_size: u64) -> Result<u64> {
        self.heap.realloc(old, old_size, align, new_size).map_err(|never| match never {})
    }
}

impl<T> Caller<T> for Lobby<'_, T> {
    fn options(&self) -> Options {
        Options::default()
    }

    fn store(&mut self) -> StoreContextMut<'_, T> {
        self.store.as_context_mut()
    }

    fn end_lends<O: Observer>(&mut self, lends: Lends, _: &mut O) {
        self.heap.instance.end_lends(lends);
    }
}

/// Calls a function of the host from the host.
pub(super) fn call_host<T: 'static, X: Exchange>(
    store: StoreContextMut<'_, T>,
    func: &FuncInner,
    exchange: X,
) -> Result<X::Value> {
    let Body::Host(host) = &func.body else { panic!("BUG: a function of a guest is called as one of the host") };
    let Some(host) = host.downcast_ref::<Arc<dyn HostFunction<T>>>() else {
        panic!("this function belongs to another store: a handle works only with the store that it came from")
    };
    let mut heap = Heap::new([]);
    heap.instance = InstanceState::new(NOBODY);
    let mut lobby = Lobby { store, heap };

    let mut slots = FlatValues::default();
    let task = lobby.instance().begin_task();
    let mut cx = LowerContext::new(&mut lobby, Options::default(), func.env());
    cx.task = Some(task);
    let mut count = exchange.lower(&mut cx, &mut slots).map_err(failure)?;
    if func.ty.result_in_memory() {
        let shape = func.ty.result_layout().shape(PtrType::I32);
        let mut cx = LowerContext::new(&mut lobby, Options::default(), TypeEnv::NONE);
        slots[count] = cx.allocate(shape.align, shape.size.into()).map_err(failure)? as u64;
        count += 1;
    }
    let pointer = func.ty.result_pointer(&slots);

    host.call_from_host(&mut lobby, func, &mut slots[..count.max(1)])?;
    let mut cx = LiftContext::new(&mut lobby, Options::default(), func.env());
    exchange.lift(&mut cx, &[pointer.unwrap_or(slots[0])]).map_err(trap)
}
