//! Closures as host functions.
//!
//! # Safety
//!
//! This module allows `unsafe`: it makes host functions whose `call` reads the closure's arguments from slots, and writes
//! its results there, with the same types that the function's type is made of.
#![allow(unsafe_code)]

use std::ptr::NonNull;
use std::sync::Arc;

use super::host::{HostFunc, HostHead};
use super::wasm_ty::{WasmResults, WasmTy, check_values, for_each_length, take};
use super::{read_values, write_values};
use crate::caller::Caller;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::store::{StoreContextMut, StoreId, StoreInner};
use crate::types::{FuncType, ValType};
use crate::value::Val;
use crate::vm::VmContext;

/// A closure that is a function of WebAssembly: of up to 16 [`WasmTy`] parameters, with a [`Caller`] before them if it
/// likes, that returns a [`WasmRet`].
pub trait IntoFunc<T, Params, Results>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_host_func(self, engine: &Engine, name: Option<(&str, &str)>) -> Arc<HostFunc>;
}

/// What a host function may return: nothing, a [`WasmTy`], a tuple of them, or a `Result` of these with an error that
/// becomes an [`Error`].
pub trait WasmRet {
    #[doc(hidden)]
    const TYPES: &'static [ValType];

    /// # Safety
    ///
    /// As many slots as the types take can be written.
    #[doc(hidden)]
    unsafe fn write(self, slots: *mut u64, store: StoreId) -> Result<()>;
}

impl<R: WasmResults> WasmRet for R {
    const TYPES: &'static [ValType] = R::TYPES;

    #[inline(always)]
    unsafe fn write(self, slots: *mut u64, store: StoreId) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { self.write(slots, store) };
        Ok(())
    }
}

impl<R: WasmResults, E: Into<Error>> WasmRet for Result<R, E> {
    const TYPES: &'static [ValType] = R::TYPES;

    #[inline(always)]
    unsafe fn write(self, slots: *mut u64, store: StoreId) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { self.map_err(Into::into)?.write(slots, store) };
        Ok(())
    }
}

/// What a host function's closure is told of its caller.
///
/// # Safety
///
/// The store is a `Store<T>`'s, to which this gives exclusive access for `'a`; `caller` is null or a context of it.
#[inline(always)]
pub(super) unsafe fn caller<'a, T>(store: NonNull<StoreInner>, caller: *mut VmContext) -> Caller<'a, T> {
    // SAFETY: the caller's promises.
    unsafe {
        let instance = caller.as_ref().map(|context| context.instance);
        Caller::new(StoreContextMut::from_inner(store), instance)
    }
}

/// Implements [`IntoFunc`] for closures with and without a [`Caller`].
macro_rules! closures {
    ($(($($name:ident)*))*) => {$(
        #[allow(non_snake_case, unused_mut, unused_variables, reason = "one macro for every length")]
        impl<T: 'static, F, $($name: WasmTy,)* R: WasmRet> IntoFunc<T, ($($name,)*), R> for F
        where
            F: Fn($($name),*) -> R + Send + Sync + 'static,
        {
            fn into_host_func(self, engine: &Engine, name: Option<(&str, &str)>) -> Arc<HostFunc> {
                /// Calls the closure.
                #[inline(always)]
                unsafe fn call<F, $($name: WasmTy,)* R: WasmRet>(
                    host: &HostHead,
                    store: NonNull<StoreInner>,
                    _caller: *mut VmContext,
                    slots: *mut u64,
                ) -> Result<()>
                where
                    F: Fn($($name),*) -> R,
                {
                    let mut args = slots.cast_const();
                    // SAFETY: the arguments and the room for results are of the types that the function was made with.
                    unsafe {
                        let id = store.as_ref().id;
                        $(let $name = take::<$name>(&mut args, id);)*
                        host.closure::<F>()($($name),*).write(slots, id)
                    }
                }
                let ty = FuncType::new([$($name::TYPE),*], R::TYPES.iter().copied());
                // SAFETY: `call` is made for this closure and this type.
                unsafe { HostFunc::new(engine, ty, name, |host, store, from, slots| call::<F, $($name,)* R>(host, store, from, slots), self) }
            }
        }

        #[allow(non_snake_case, unused_mut, unused_variables, reason = "one macro for every length")]
        impl<T: 'static, F, $($name: WasmTy,)* R: WasmRet> IntoFunc<T, (Caller<'_, T>, $($name,)*), R> for F
        where
            F: Fn(Caller<'_, T>, $($name),*) -> R + Send + Sync + 'static,
        {
            fn into_host_func(self, engine: &Engine, name: Option<(&str, &str)>) -> Arc<HostFunc> {
                /// Calls the closure.
                #[inline(always)]
                unsafe fn call<T: 'static, F, $($name: WasmTy,)* R: WasmRet>(
                    host: &HostHead,
                    store: NonNull<StoreInner>,
                    context: *mut VmContext,
                    slots: *mut u64,
                ) -> Result<()>
                where
                    F: Fn(Caller<'_, T>, $($name),*) -> R,
                {
                    let mut args = slots.cast_const();
                    // SAFETY: as above, and the store's data is of the type that the function was made with.
                    unsafe {
                        let id = store.as_ref().id;
                        $(let $name = take::<$name>(&mut args, id);)*
                        host.closure::<F>()(caller(store, context), $($name),*).write(slots, id)
                    }
                }
                let ty = FuncType::new([$($name::TYPE),*], R::TYPES.iter().copied());
                // SAFETY: `call` is made for this closure and this type.
                unsafe { HostFunc::new(engine, ty, name, |host, store, from, slots| call::<T, F, $($name,)* R>(host, store, from, slots), self) }
            }
        }
    )*};
}

for_each_length!(closures);

/// How many parameters and how many results a host function may have, as for functions of modules.
const MAX_VALUES: usize = 1000;

/// A host function whose type is known at run time.
pub(crate) fn dynamic<T: 'static, F>(
    engine: &Engine,
    ty: FuncType,
    name: Option<(&str, &str)>,
    func: F,
) -> Arc<HostFunc>
where
    F: Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
{
    // The slack of the value stack has room for so many.
    assert!(
        ty.params().len() <= MAX_VALUES && ty.results().len() <= MAX_VALUES,
        "a host function with {} parameters and {} results: at most {MAX_VALUES} of each are possible",
        ty.params().len(),
        ty.results().len()
    );
    // SAFETY: `call` is made for this closure, and goes by the function's type.
    unsafe { HostFunc::new(engine, ty, name, |host, store, from, slots| call::<T, F>(host, store, from, slots), func) }
}

/// Calls a closure of [`dynamic`].
unsafe fn call<T: 'static, F>(
    host: &HostHead,
    store: NonNull<StoreInner>,
    context: *mut VmContext,
    slots: *mut u64,
) -> Result<()>
where
    F: Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()>,
{
    // SAFETY: the slots hold the arguments and have room for the results, and the store's data is a `T`.
    unsafe {
        let id = store.as_ref().id;
        let params = read_values(host.ty.params(), slots, id);
        let mut results: Vec<Val> =
            host.ty.results().iter().map(|ty| Val::default_for(*ty).unwrap_or(Val::FuncRef(None))).collect();
        host.closure::<F>()(caller(store, context), &params, &mut results)?;
        check_values(&results, host.ty.results(), "result of a host function", store.as_ref())?;
        write_values(&results, slots, id);
    }
    Ok(())
}
