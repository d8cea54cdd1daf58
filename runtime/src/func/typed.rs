//! Functions whose types Rust knows.
//!
//! # Safety
//!
//! This module allows `unsafe`: it calls a function with slots of the types that were checked when the [`TypedFunc`] was
//! made.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;

use super::call::enter;
use super::wasm_ty::check_values;
use super::{Func, WasmParams, WasmResults};
use crate::error::{Error, Result};
use crate::store::{AsContextMut, StoreInner};
use crate::types::ValType;

/// A function with parameters `P` and results `R`, which were checked once, so that calls need no checks and no
/// allocation. Made with [`Func::typed`] or [`Instance::get_typed_func`](crate::Instance::get_typed_func).
///
/// [The book](crate#in-the-book) explains it in chapter 2.
pub struct TypedFunc<P, R> {
    func: Func,
    /// Whether a parameter's type is more precise than Rust's, so that arguments must be checked at each call.
    checked: bool,
    types: PhantomData<fn(P) -> R>,
}

impl<P, R> Clone for TypedFunc<P, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, R> Copy for TypedFunc<P, R> {}

impl<P, R> fmt::Debug for TypedFunc<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedFunc").field(&self.func).finish()
    }
}

impl<P: WasmParams, R: WasmResults> TypedFunc<P, R> {
    /// Checks the function's type.
    pub(super) fn new(func: Func, store: &StoreInner) -> Result<TypedFunc<P, R>> {
        let ty = func.ty_in(store);
        let mut checked = false;
        // A reference that Rust's type does not describe in full is checked when it is passed.
        let param = |(rust, wasm): (&ValType, &ValType)| match (rust, wasm) {
            _ if rust.matches(*wasm) => true,
            (ValType::Ref(rust), ValType::Ref(wasm)) if wasm.heap.matches(rust.heap) => {
                checked = true;
                true
            }
            _ => false,
        };
        let (params, results) = (ty.params(), ty.results());
        let fits = P::TYPES.len() == params.len()
            && R::TYPES.len() == results.len()
            && P::TYPES.iter().zip(params).all(param)
            && results.iter().zip(R::TYPES).all(|(wasm, rust)| wasm.matches(*rust));
        if !fits {
            let found = crate::types::FuncType::new(P::TYPES.iter().copied(), R::TYPES.iter().copied());
            return Err(Error::usage(format!("type of a typed function: found {ty}, wanted {found}")));
        }
        Ok(TypedFunc { func, checked, types: PhantomData })
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest: a trap, a limit, a host function's error. Also, with
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage), a reference that is not of the parameter's type.
    ///
    /// # Panics
    ///
    /// The function, or a reference among the arguments, is of another store.
    #[inline]
    pub fn call(&self, mut store: impl AsContextMut, params: P) -> Result<R> {
        let store = store.as_context_mut().as_ptr();
        // SAFETY: the context gives exclusive access, and the function's parameters and results are `P` and `R`.
        unsafe {
            self.func.store.check(store.as_ref().id, "function");
            enter(
                store,
                self.func.func_ref,
                |store, slots| {
                    if self.checked {
                        check_values(&params.to_vals(), self.func.ty_in(store).params(), "argument", store)?;
                    }
                    params.write(slots, store.id);
                    Ok(())
                },
                |store, slots| R::read(slots, store.id),
            )
        }
    }

    /// The function, as one whose type is known at run time.
    pub fn func(&self) -> Func {
        self.func
    }
}
