//! Calls of a component's into the host: `canon lower` of a function that the host implements.

use std::marker::PhantomData;

use falkirk_canonical_abi::{
    FlatValues, FuncType, Lift, LiftContext, Lower, LowerContext, Mismatch, Observer, Types, Val,
};
use falkirk_runtime::{AsContextMut, Error, Result, StoreContextMut};

use super::view::{end_lends, failure, trap};
use super::{FuncInner, Params, Return, Side};
use crate::state::state;

/// A function of the host, for stores with data `T`.
pub(crate) trait HostFunction<T>: Send + Sync {
    /// Whether it is of a function's type.
    fn matches(&self, types: &Types, ty: &FuncType) -> Result<(), Mismatch>;

    /// Calls it from a guest: the arguments are in the slots, and the result goes there, or where they say.
    fn call(&self, side: &mut Side<'_, T>, func: &FuncInner, slots: &mut [u64]) -> Result<()>;

    /// Calls it from the host.
    fn call_vals(&self, store: StoreContextMut<'_, T>, params: &[Val]) -> Result<Option<Val>>;
}

/// A closure whose type says what it takes and gives.
pub(crate) struct TypedHost<F, P, R>(F, PhantomData<fn(P) -> R>);

impl<F, P, R> TypedHost<F, P, R> {
    pub fn new(closure: F) -> Self {
        TypedHost(closure, PhantomData)
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
            return tracer.watch(|watch| self.cross(side, func, slots, watch));
        }
        self.cross(side, func, slots, &mut ())
    }

    fn call_vals(&self, _: StoreContextMut<'_, T>, _: &[Val]) -> Result<Option<Val>> {
        Err(Error::usage("a typed function of the host, which a component only passes on, cannot be called through it"))
    }
}

/// A closure that gets and gives values whose types are found out when it is called.
pub(crate) struct DynamicHost<F>(pub F);

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
            return tracer.watch(|watch| self.cross(side, func, slots, watch));
        }
        self.cross(side, func, slots, &mut ())
    }

    fn call_vals(&self, store: StoreContextMut<'_, T>, params: &[Val]) -> Result<Option<Val>> {
        (self.0)(store, params)
    }
}

impl<F, P, R> TypedHost<F, P, R> {
    /// Calls the closure from a guest, and tells `watch` what crosses.
    fn cross<T>(
        &self,
        side: &mut Side<'_, T>,
        func: &FuncInner,
        slots: &mut [u64],
        watch: &mut impl Observer,
    ) -> Result<()>
    where
        F: Fn(StoreContextMut<'_, T>, P) -> Result<R>,
        P: Lift,
        R: Return<Value: Lower>,
    {
        let options = side.view.options;
        let mut cx = LiftContext::observed(side, options, func.env(), &mut *watch);
        let params = cx.lift_params::<P>(&func.ty, slots).map_err(trap)?;
        let lends = cx.lends;
        let pointer = func.ty.result_pointer(slots);
        let result = (self.0)(side.store.as_context_mut(), params)?.into_value();
        let mut values = FlatValues::default();
        let mut cx = LowerContext::observed(side, options, func.env(), &mut *watch);
        let count = cx.lower_result(&func.ty, &result, pointer, &mut values).map_err(failure)?;
        slots[..count].copy_from_slice(&values[..count]);
        if !lends.is_empty() {
            end_lends(state(&mut side.store).instance(side.view.instance), lends, watch);
        }
        Ok(())
    }
}

impl<F> DynamicHost<F> {
    /// Calls the closure from a guest, and tells `watch` what crosses.
    fn cross<T>(
        &self,
        side: &mut Side<'_, T>,
        func: &FuncInner,
        slots: &mut [u64],
        watch: &mut impl Observer,
    ) -> Result<()>
    where
        F: Fn(StoreContextMut<'_, T>, &[Val]) -> Result<Option<Val>>,
    {
        let options = side.view.options;
        let mut cx = LiftContext::observed(side, options, func.env(), &mut *watch);
        let params = cx.lift_params_vals(&func.ty, slots).map_err(trap)?;
        let lends = cx.lends;
        let pointer = func.ty.result_pointer(slots);
        let result = (self.0)(side.store.as_context_mut(), &params)?;
        let mut values = FlatValues::default();
        let mut cx = LowerContext::observed(side, options, func.env(), &mut *watch);
        let count = cx.lower_result_val(&func.ty, result.as_ref(), pointer, &mut values).map_err(failure)?;
        slots[..count].copy_from_slice(&values[..count]);
        if !lends.is_empty() {
            end_lends(state(&mut side.store).instance(side.view.instance), lends, watch);
        }
        Ok(())
    }
}
