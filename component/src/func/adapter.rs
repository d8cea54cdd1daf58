//! Calls of one component's into another: values go from memory to memory, and the host makes no value of them. Where
//! the engine compiles, most calls do not come here: see `fuse/`.

use falkirk_canonical_abi::{Copier, FlatValues, Lends, LiftContext, LowerContext, Observer, TaskId, post_return};
use falkirk_runtime::{AsContextMut, Result, StoreContextMut};

use super::view::{Both, end_lends, failure, trap};
use super::{FuncInner, GuestFunc, Side, View};
use crate::state::state;

/// Calls a guest's function for another guest, whose arguments are in the slots. The result goes there, or where they
/// say.
///
/// The steps are those of `call.rs` with those of `host.rs` around them.
pub(crate) fn call_guest_from_guest<T: 'static>(
    store: &mut StoreContextMut<'_, T>,
    caller: &View,
    func: &FuncInner,
    callee: &GuestFunc,
    slots: &mut [u64],
) -> Result<()> {
    #[cfg(feature = "trace")]
    if let Some(tracer) = crate::trace::tracer(store, func, Some(caller), Some(&callee.view)) {
        return tracer.watch(|watch| cross(store, caller, func, callee, slots, watch));
    }
    cross(store, caller, func, callee, slots, &mut ())
}

/// As [`call_guest_from_guest`], and tells `watch` what crosses.
fn cross<T: 'static>(
    store: &mut StoreContextMut<'_, T>,
    caller: &View,
    func: &FuncInner,
    callee: &GuestFunc,
    slots: &mut [u64],
    watch: &mut impl Observer,
) -> Result<()> {
    let GuestFunc { view, core } = callee;
    let components = state(store);
    components.rules.enter(view.instance, Some(caller.instance)).map_err(trap)?;
    let task = func.ty.borrows().then(|| components.instance(view.instance).begin_task());
    let pointer = func.ty.result_pointer(slots);
    let crossing = Crossing::new(caller, view, func);

    let mut values = FlatValues::default();
    let (count, lends) = crossing.params(store, task, slots, &mut values, watch)?;

    let mut results = [0];
    let results = &mut results[..core.results()];
    core.call(&mut *store, &values[..count], results)?;

    if let Some(task) = task {
        state(store).instance(view.instance).end_task(task).map_err(trap)?;
    }
    let count = crossing.result(store, results, pointer, &mut values, watch)?;
    slots[..count].copy_from_slice(&values[..count]);
    if view.post_return.is_some() {
        let mut side = Side { store: store.as_context_mut(), view };
        post_return(&mut side, results, watch).map_err(failure)?;
    }
    let components = state(store);
    if !lends.is_empty() {
        end_lends(components.instance(caller.instance), lends, watch);
    }
    components.rules.leave(view.instance, Some(caller.instance));
    Ok(())
}

/// Two guests, one of which calls the other.
struct Crossing<'a> {
    caller: &'a View,
    callee: &'a View,
    func: &'a FuncInner,
    /// Whether both have one memory, as two functions of one instance do. Out of a memory nothing can be copied into
    /// itself; there values are lifted and lowered.
    shared: bool,
}

impl<'a> Crossing<'a> {
    fn new(caller: &'a View, callee: &'a View, func: &'a FuncInner) -> Crossing<'a> {
        let shared = caller.memory.is_some() && caller.memory == callee.memory;
        Crossing { caller, callee, func, shared }
    }

    /// The parameters go over: how many core values they are there, and what the caller lends.
    fn params<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        task: Option<TaskId>,
        slots: &[u64],
        values: &mut FlatValues,
        watch: &mut impl Observer,
    ) -> Result<(usize, Lends)> {
        let Crossing { caller, callee, func, shared } = *self;
        if shared {
            let mut side = Side { store: store.as_context_mut(), view: caller };
            let mut cx = LiftContext::observed(&mut side, caller.options, func.env(), &mut *watch);
            let vals = cx.lift_params_vals(&func.ty, slots).map_err(trap)?;
            let lends = cx.lends;
            side.view = callee;
            let mut cx = LowerContext::observed(&mut side, callee.options, func.env(), &mut *watch);
            cx.task = task;
            return Ok((cx.lower_params_vals(&func.ty, &vals, values).map_err(failure)?, lends));
        }
        let mut both = Both { store, source: caller, target: callee };
        let mut copier = Copier::observed(&mut both, caller.options, callee.options, func.env(), watch);
        copier.task = task;
        let count = copier.copy_params(&func.ty, slots, values).map_err(failure)?;
        Ok((count, copier.lends))
    }

    /// The result comes back: how many core values it is there.
    fn result<T>(
        &self,
        store: &mut StoreContextMut<'_, T>,
        results: &[u64],
        pointer: Option<u64>,
        values: &mut FlatValues,
        watch: &mut impl Observer,
    ) -> Result<usize> {
        let Crossing { caller, callee, func, shared } = *self;
        if shared {
            let mut side = Side { store: store.as_context_mut(), view: callee };
            let mut cx = LiftContext::observed(&mut side, callee.options, func.env(), &mut *watch);
            let val = cx.lift_result_val(&func.ty, results).map_err(trap)?;
            side.view = caller;
            let mut cx = LowerContext::observed(&mut side, caller.options, func.env(), &mut *watch);
            return cx.lower_result_val(&func.ty, val.as_ref(), pointer, values).map_err(failure);
        }
        let mut both = Both { store, source: callee, target: caller };
        let mut copier = Copier::observed(&mut both, callee.options, caller.options, func.env(), watch);
        copier.copy_result(&func.ty, results, pointer, values).map_err(failure)
    }
}
