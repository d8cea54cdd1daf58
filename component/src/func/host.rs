//! Calls of a component's into the host: `canon lower` of a function that the host implements.

use std::marker::PhantomData;

use falkirk_canonical_abi::{
    FlatValues, FuncType, Guest, Lends, Lift, LiftContext, Lower, LowerContext, Mismatch, Observer, Options, Types, Val,
};
use falkirk_runtime::{AsContextMut, Error, Result, StoreContextMut};

use super::passed::Lobby;
use super::view::{end_lends, failure, trap};
use super::{FuncInner, Params, Return, Side};
use crate::state::state;

/// A function of the host, for stores with data `T`.
pub(crate) trait HostFunction<T>: Send + Sync {
    /// Whether it is of a function's type.
    fn matches(&self, types: &Types, ty: &FuncType) -> Result<(), Mismatch>;

    /// Calls it from a guest: the arguments are in the slots, and the result goes there, or where they say.
    fn call(&self, side: &mut Side<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()>;

    /// Calls it from the host, in the same way.
    fn call_from_host(&self, lobby: &mut Lobby<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()>;
}

/// Who calls a function of the host: a guest, or the host itself.
pub(super) trait Caller<T: 'static>: Guest<Error = Error> {
    /// How it sees values.
    fn options(&self) -> Options;

    /// The store.
    fn store(&mut self) -> StoreContextMut<'_, T>;

    /// What it has lent to a call comes back.
    fn end_lends<O: Observer>(&mut self, lends: Lends, watch: &mut O);
}

impl<T> Caller<T> for Side<'_, T> {
    #[inline]
    fn options(&self) -> Options {
        self.view.options
    }

    #[inline]
    fn store(&mut self) -> StoreContextMut<'_, T> {
        self.store.as_context_mut()
    }

    #[inline]
    fn end_lends<O: Observer>(&mut self, lends: Lends, watch: &mut O) {
        if !lends.is_empty() {
            end_lends(state(&mut self.store).instance(self.view.instance), lends, watch);
        }
    }
}

/// A closure whose type says what it takes and gives.
pub(crate) struct TypedHost<F, P, R>(F, PhantomData<fn(P) -> R>);

impl<F, P, R> TypedHost<F, P, R> {
    pub fn new(closure: F) -> Self {
        TypedHost(closure, PhantomData)
    }

    fn serve<T, C, O>(&self, caller: &mut C, func: &FuncInner, slots: &mut [u64], watch: &mut O) -> Result<()>
    where
        T: 'static,
        C: Caller<T>,
        O: Observer,
        F: Fn(StoreContextMut<'_, T>, P) -> Result<R>,
        P: Params + Lift,
        R: Return<Value: Lower>,
    {
        let options = caller.options();
        let mut cx = LiftContext::observed(caller, options, func.env(), &mut *watch);
        let params = cx.lift_params::<P>(&func.ty, slots).map_err(trap)?;
        let lends = cx.lends;
        let pointer = func.ty.result_pointer(slots);
        let result = (self.0)(caller.store(), params)?.into_value();
        let mut values = FlatValues::default();
        let mut cx = LowerContext::observed(caller, options, func.env(), &mut *watch);
        let count = cx.lower_result(&func.ty, &result, pointer, &mut values).map_err(failure)?;
        slots[..count].copy_from_slice(&values[..count]);
        caller.end_lends(lends, watch);
        Ok(())
    }
}

impl<T, F, P, R> HostFunction<T> for TypedHost<F, P, R>
where
    T: 'static,
    F: Fn(StoreContextMut<'_, T>, P) -> Result<R> + Send + Sync,
    P: Params + Lift,
    R: Return<Value: Lower>,
{
    fn matches(&self, types: &Types, ty: &FuncType) -> Result<(), Mismatch> {
        P::matches_params(types, ty)?;
        R::matches_result(types, ty)
    }

    fn call(&self, side: &mut Side<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()> {
        #[cfg(feature = "trace")]
        if let Some(tracer) = crate::trace::tracer(&mut side.store, func, Some(side.view), None) {
            return tracer.watch(|watch| self.serve(side, func, slots, watch));
        }
        self.serve(side, func, slots, &mut ())
    }

    fn call_from_host(&self, lobby: &mut Lobby<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()> {
        self.serve(lobby, func, slots, &mut ())
    }
}

/// A closure that gets and gives values whose types are found out when it is called.
pub(crate) struct DynamicHost<F>(pub F);

impl<F> DynamicHost<F> {
    fn serve<T, C, O>(&self, caller: &mut C, func: &FuncInner, slots: &mut [u64], watch: &mut O) -> Result<()>
    where
        T: 'static,
        C: Caller<T>,
        O: Observer,
        F: Fn(StoreContextMut<'_, T>, &[Val]) -> Result<Option<Val>>,
    {
        let options = caller.options();
        let mut cx = LiftContext::observed(caller, options, func.env(), &mut *watch);
        let params = cx.lift_params_vals(&func.ty, slots).map_err(trap)?;
        let lends = cx.lends;
        let pointer = func.ty.result_pointer(slots);
        let result = (self.0)(caller.store(), &params)?;
        let mut values = FlatValues::default();
        let mut cx = LowerContext::observed(caller, options, func.env(), &mut *watch);
        let count = cx.lower_result_val(&func.ty, result.as_ref(), pointer, &mut values).map_err(failure)?;
        slots[..count].copy_from_slice(&values[..count]);
        caller.end_lends(lends, watch);
        Ok(())
    }
}

impl<T, F> HostFunction<T> for DynamicHost<F>
where
    T: 'static,
    F: Fn(StoreContextMut<'_, T>, &[Val]) -> Result<Option<Val>> + Send + Sync,
{
    fn matches(&self, _: &Types, _: &FuncType) -> Result<(), Mismatch> {
        Ok(())
    }

    fn call(&self, side: &mut Side<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()> {
        #[cfg(feature = "trace")]
        if let Some(tracer) = crate::trace::tracer(&mut side.store, func, Some(side.view), None) {
            return tracer.watch(|watch| self.serve(side, func, slots, watch));
        }
        self.serve(side, func, slots, &mut ())
    }

    fn call_from_host(&self, lobby: &mut Lobby<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()> {
        self.serve(lobby, func, slots, &mut ())
    }
}
