//! Functions: the guest's and the host's, called in one way (specification, sections 4.2.6 and 4.5.5).
//!
//! # Safety
//!
//! This module allows `unsafe`: a [`Func`] holds the address of a [`FuncRef`], which stands in an instance's context or in
//! a host function that the store keeps. Either lives as long as the store, so the address is good wherever the store's
//! id was checked.
#![allow(unsafe_code)]

mod call;
mod host;
mod into_func;
mod slots;
mod typed;
mod wasm_ty;

use std::ptr::NonNull;
use std::sync::Arc;

pub(crate) use call::{enter, follow_tail_calls};
pub(crate) use host::{HostFunc, StackTop, call_host};
pub(crate) use into_func::dynamic;
pub use into_func::{IntoFunc, WasmRet};
pub use slots::SlotFunc;
pub use typed::TypedFunc;
pub use wasm_ty::{WasmParams, WasmResults, WasmTy};

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::store::{AsContext, AsContextMut, StoreId, StoreInner};
use crate::types::{FuncType, TypeId, ValType};
use crate::value::Val;
use crate::vm::FuncRef;

/// A function of a store: of an instance, or of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Func {
    store: StoreId,
    /// Lives as long as the store.
    func_ref: NonNull<FuncRef>,
}

// SAFETY: the address is only followed together with the store.
unsafe impl Send for Func {}
// SAFETY: as above.
unsafe impl Sync for Func {}

impl Func {
    /// A function of the host from a closure whose type says what it takes and returns.
    ///
    /// ```
    /// # use falkirk_runtime::*;
    /// # fn wrap(store: &mut Store<u32>) {
    /// let add = Func::wrap(&mut *store, |a: i32, b: i32| a + b);
    /// let count = Func::wrap(&mut *store, |mut caller: Caller<'_, u32>| *caller.data_mut() += 1);
    /// # }
    /// ```
    pub fn wrap<T: 'static, Params, Results>(
        mut store: impl AsContextMut<Data = T>,
        func: impl IntoFunc<T, Params, Results>,
    ) -> Func {
        let store = store.as_context_mut().into_inner();
        Func::from_host(store, func.into_host_func(&store.engine, None))
    }

    /// A function of the host whose type is known at run time.
    ///
    /// The closure gets the arguments, and sets the results. These start as zero or null, and must be of the function's
    /// result types when the closure returns.
    ///
    /// # Panics
    ///
    /// The type has more than 1,000 parameters or more than 1,000 results.
    pub fn new<T: 'static>(
        mut store: impl AsContextMut<Data = T>,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Func {
        let store = store.as_context_mut().into_inner();
        Func::from_host(store, dynamic(&store.engine, ty, None, func))
    }

    /// Calls the function, and puts its results into `results`.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Usage`](crate::ErrorKind::Usage): the arguments are not of the parameters' number and types, or
    ///   `results` is not as long as the function has results;
    /// - whatever stops the guest: a trap, a limit, a host function's error.
    ///
    /// # Panics
    ///
    /// The function, or a reference among the arguments, is of another store.
    pub fn call(&self, mut store: impl AsContextMut, params: &[Val], results: &mut [Val]) -> Result<()> {
        let store = store.as_context_mut().as_ptr();
        // SAFETY: the context gives exclusive access, and slots are written and read by the function's type.
        unsafe {
            self.store.check(store.as_ref().id, "function");
            let ty = self.ty_in(store.as_ref());
            if results.len() != ty.results().len() {
                let (found, wanted) = (results.len(), ty.results().len());
                return Err(Error::usage(format!("room for results: found {found}, wanted {wanted}")));
            }
            enter(
                store,
                self.func_ref,
                |store, slots| {
                    wasm_ty::check_values(params, ty.params(), "argument", store)?;
                    write_values(params, slots, store.id);
                    Ok(())
                },
                |store, slots| results.copy_from_slice(&read_values(ty.results(), slots, store.id)),
            )
        }
    }

    /// The function's type.
    ///
    /// # Panics
    ///
    /// The function is of another store.
    pub fn ty(&self, store: impl AsContext) -> FuncType {
        self.ty_in(store.as_context().inner()).clone()
    }

    /// The instance whose module defines this function, and the function's index there; `None` for one of the host.
    ///
    /// # Panics
    ///
    /// The function is of another store.
    pub fn origin(&self, store: impl AsContext) -> Option<(Instance, u32)> {
        let store = store.as_context().inner();
        let func_ref = self.func_ref(store.id);
        // SAFETY: both live as long as the store.
        unsafe {
            let vmctx = (*func_ref.as_ptr()).vmctx.as_ref()?;
            Some((Instance::from_index(store.id, vmctx.instance), (*func_ref.as_ptr()).index))
        }
    }

    /// This function with a type that Rust knows, for calls that need no checks.
    ///
    /// A parameter may be less precise than the function's: a [`Func`] for a `(ref $t)`. It is checked at each call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): the function has another type.
    ///
    /// # Panics
    ///
    /// The function is of another store.
    pub fn typed<P: WasmParams, R: WasmResults>(&self, store: impl AsContext) -> Result<TypedFunc<P, R>> {
        TypedFunc::new(*self, store.as_context().inner())
    }

    /// A host function, which the store keeps from now on.
    pub(crate) fn from_host(store: &mut StoreInner, func: Arc<HostFunc>) -> Func {
        let func_ref = func.func_ref();
        store.keep_host_func(func);
        Func { store: store.id, func_ref }
    }

    /// The function that a `FuncRef` is for.
    ///
    /// # Safety
    ///
    /// It lives as long as the store with this id.
    pub(crate) unsafe fn from_func_ref(store: StoreId, func_ref: NonNull<FuncRef>) -> Func {
        Func { store, func_ref }
    }

    /// The function that a slot refers to.
    ///
    /// # Safety
    ///
    /// The slot holds null or a reference to a function of this store.
    pub(crate) unsafe fn from_slot(slot: u64, store: StoreId) -> Option<Func> {
        NonNull::new(std::ptr::with_exposed_provenance_mut(slot as usize)).map(|func_ref| Func { store, func_ref })
    }

    /// What stands in a slot for this: its reference's address.
    pub(crate) fn to_slot(self, store: StoreId) -> u64 {
        self.store.check(store, "function");
        self.func_ref.as_ptr().expose_provenance() as u64
    }

    /// The reference that code knows this function by, if the function is of the store with this id.
    pub(crate) fn func_ref(&self, store: StoreId) -> NonNull<FuncRef> {
        self.store.check(store, "function");
        self.func_ref
    }

    pub(crate) fn type_id(&self, store: &StoreInner) -> TypeId {
        self.store.check(store.id, "function");
        // SAFETY: the store was checked.
        unsafe { self.func_ref.as_ref().type_id }
    }

    /// The type, without its clone.
    fn ty_in<'a>(&self, store: &'a StoreInner) -> &'a FuncType {
        self.store.check(store.id, "function");
        // SAFETY: the store was checked, so the reference and the context that it belongs to live.
        unsafe {
            match host::host_head(self.func_ref) {
                Some(host) => &host.ty,
                None => {
                    let FuncRef { vmctx, index, .. } = *self.func_ref.as_ptr();
                    store.instances[(*vmctx).instance as usize].module.info().func_type(index)
                }
            }
        }
    }
}

/// Reads values of these types from consecutive slots.
///
/// # Safety
///
/// The slots hold such values, of this store.
unsafe fn read_values(types: &[ValType], mut slots: *const u64, store: StoreId) -> Vec<Val> {
    let read = |ty: &ValType| {
        // SAFETY: the caller's promise.
        unsafe {
            let value = Val::read(*ty, slots, store);
            slots = slots.add(ty.slots());
            value
        }
    };
    types.iter().map(read).collect()
}

/// Writes values to consecutive slots.
///
/// # Safety
///
/// There are as many slots as the values take.
unsafe fn write_values(values: &[Val], mut slots: *mut u64, store: StoreId) {
    for value in values {
        // SAFETY: the caller's promise.
        unsafe {
            value.write(slots, store);
            slots = slots.add(if matches!(value, Val::V128(_)) { 2 } else { 1 });
        }
    }
}

#[cfg(test)]
mod tests;
