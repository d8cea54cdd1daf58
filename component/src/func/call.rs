//! Calls of the host's into a component: `canon lift`, synchronously.

use falkirk_canonical_abi::{
    self as abi, FlatValues, FuncType, Guest, LiftContext, LowerContext, Observer, Val, post_return,
};
use falkirk_runtime::{Error, Result, StoreContextMut};

use super::passed::call_host;
use super::view::{failure, trap};
use super::{Body, FuncInner, GuestFunc, Side};
use crate::state::state;

/// What the host gives a guest's function and takes from it.
pub(super) trait Exchange {
    /// What is taken.
    type Value;

    /// Gives the parameters.
    fn lower<G: Guest<Error = Error>, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        values: &mut FlatValues,
    ) -> Result<usize, abi::Error<Error>>;

    /// Takes the result.
    fn lift<O: Observer>(&self, cx: &mut LiftContext<'_, O>, values: &[u64]) -> Result<Self::Value, abi::Trap>;
}

/// Calls a guest's function from the host.
#[inline]
pub(super) fn call_guest<T, X: Exchange>(
    #[cfg_attr(not(feature = "trace"), allow(unused_mut))] mut store: StoreContextMut<'_, T>,
    func: &FuncInner,
    guest: &GuestFunc,
    exchange: X,
) -> Result<X::Value> {
    #[cfg(feature = "trace")]
    if let Some(tracer) = crate::trace::tracer(&mut store, func, None, Some(&guest.view)) {
        return tracer.watch(|watch| cross(store, func, guest, exchange, watch));
    }
    cross(store, func, guest, exchange, &mut ())
}

/// Calls a guest's function from the host, and tells `watch` what crosses.
///
/// In this order: may the instance be entered? Lower, call, lift; are all borrowed handles back? `post-return`. Only then
/// may the instance be entered again. Whatever traps on the way leaves it as it is: what trapped is never entered again.
#[inline]
fn cross<T, X: Exchange>(
    mut store: StoreContextMut<'_, T>,
    func: &FuncInner,
    guest: &GuestFunc,
    exchange: X,
    watch: &mut impl Observer,
) -> Result<X::Value> {
    let GuestFunc { view, core } = guest;
    let components = state(&mut store);
    components.rules.enter(view.instance, None).map_err(trap)?;
    let task = func.ty.borrows().then(|| components.instance(view.instance).begin_task());
    let mut side = Side { store, view };

    let mut values = FlatValues::default();
    let mut cx = LowerContext::observed(&mut side, view.options, func.env(), &mut *watch);
    cx.task = task;
    let count = match exchange.lower(&mut cx, &mut values) {
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

    let mut cx = LiftContext::observed(&mut side, view.options, func.env(), &mut *watch);
    let value = exchange.lift(&mut cx, results).map_err(trap)?;
    if let Some(task) = task {
        state(&mut side.store).instance(view.instance).end_task(task).map_err(trap)?;
    }
    if view.post_return.is_some() {
        post_return(&mut side, results, watch).map_err(failure)?;
    }
    state(&mut side.store).rules.leave(view.instance, None);
    Ok(value)
}

/// Values whose types are found out when they cross.
struct Vals<'a> {
    ty: &'a FuncType,
    params: &'a [Val],
}

impl Exchange for Vals<'_> {
    type Value = Option<Val>;

    fn lower<G: Guest<Error = Error>, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        values: &mut FlatValues,
    ) -> Result<usize, abi::Error<Error>> {
        cx.lower_params_vals(self.ty, self.params, values)
    }

    fn lift<O: Observer>(&self, cx: &mut LiftContext<'_, O>, values: &[u64]) -> Result<Option<Val>, abi::Trap> {
        cx.lift_result_val(self.ty, values)
    }
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
        Body::Guest(guest) => call_guest(store, func, guest, Vals { ty: &func.ty, params })?,
        Body::Host(_) => call_host(store, func, Vals { ty: &func.ty, params })?,
    };
    if let (Some(result), Some(place)) = (result, results.first_mut()) {
        *place = result;
    }
    Ok(())
}
