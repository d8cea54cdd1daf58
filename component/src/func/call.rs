//! Calls of the host's into a component: `canon lift`, synchronously.

use falkirk_canonical_abi::{self as abi, FlatValues, LiftContext, LowerContext, Val, post_return};
use falkirk_runtime::{Error, Result, StoreContextMut};

use super::passed::call_host;
use super::view::{failure, trap};
use super::{Body, FuncInner, GuestFunc, Side};
use crate::state::state;

/// Calls a guest's function from the host. `lower` gives it its parameters, `lift` takes its result.
///
/// In this order: may the instance be entered? Lower, call, lift; are all borrowed handles back? `post-return`. Only then
/// may the instance be entered again. Whatever traps on the way leaves it as it is: what trapped is never entered again.
#[inline]
pub(super) fn call_guest<T, V>(
    mut store: StoreContextMut<'_, T>,
    func: &FuncInner,
    guest: &GuestFunc,
    lower: impl FnOnce(&mut LowerContext<'_, Side<'_, T>>, &mut FlatValues) -> Result<usize, abi::Error<Error>>,
    lift: impl FnOnce(&mut LiftContext<'_>, &[u64]) -> Result<V, abi::Trap>,
) -> Result<V> {
    let GuestFunc { view, core } = guest;
    let components = state(&mut store);
    components.rules.enter(view.instance, None).map_err(trap)?;
    let task = func.ty.borrows().then(|| components.instance(view.instance).begin_task());
    let mut side = Side { store, view };

    let mut values = FlatValues::default();
    let mut cx = LowerContext::new(&mut side, view.options, func.env());
    cx.task = task;
    let count = match lower(&mut cx, &mut values) {
        Ok(count) => count,
        Err(error) => {
            if let abi::Error::Mismatch(_) = error {
                // The mistake is the host's. The guest may be called again.
                cx.take_back_handles();
                let components = state(&mut side.store);
                task.map_or(Ok(()), |task| components.instance(view.instance).end_task(task)).map_err(trap)?;
                components.rules.leave(view.instance, None);
            }
            return Err(failure(error));
        }
    };

    let mut results = [0];
    let results = &mut results[..core.results()];
    core.call(&mut side.store, &values[..count], results)?;

    let mut cx = LiftContext::new(&mut side, view.options, func.env());
    let value = lift(&mut cx, results).map_err(trap)?;
    if let Some(task) = task {
        state(&mut side.store).instance(view.instance).end_task(task).map_err(trap)?;
    }
    if view.post_return.is_some() {
        post_return(&mut side, results, &mut ()).map_err(failure)?;
    }
    state(&mut side.store).rules.leave(view.instance, None);
    Ok(value)
}

/// Calls a function with values whose types are found out now.
pub(super) fn call_vals<T: 'static>(
    store: StoreContextMut<'_, T>,
    func: &FuncInner,
    params: &[Val],
    results: &mut [Val],
) -> Result<()> {
    let wanted = usize::from(func.ty.result().is_some());
    if results.len() != wanted {
        return Err(Error::usage(format!("room for results: found {}, wanted {wanted}", results.len())));
    }
    let result = match &func.body {
        Body::Guest(guest) => call_guest(
            store,
            func,
            guest,
            |cx, values| cx.lower_params_vals(&func.ty, params, values),
            |cx, values| cx.lift_result_val(&func.ty, values),
        )?,
        Body::Host(_) => call_host(
            store,
            func,
            |cx, values| cx.lower_params_vals(&func.ty, params, values),
            |cx, values| cx.lift_result_val(&func.ty, values),
        )?,
    };
    if let (Some(result), Some(place)) = (result, results.first_mut()) {
        *place = result;
    }
    Ok(())
}
