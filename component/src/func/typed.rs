//! Functions whose types Rust knows.

use std::fmt;
use std::marker::PhantomData;

use falkirk_canonical_abi::{
    self as abi, ComponentType, FlatValues, FuncType, Guest, Lift, LiftContext, Lower, LowerContext, Mismatch,
    Observer, Types,
};
use falkirk_runtime::{AsContextMut, Error, Result};

use super::call::{Exchange, call_guest};
use super::passed::call_host;
use super::{Body, Func};

/// The parameters of a [`TypedFunc`] or host function: a tuple, also of one, or `()`.
pub trait Params: ComponentType {
    /// Whether these are a function's parameters.
    ///
    /// # Errors
    ///
    /// Where they differ.
    fn matches_params(types: &Types, ty: &FuncType) -> Result<(), Mismatch> {
        match (ty.params_tuple(), Self::LAYOUT.flat) {
            (None, 0) => Ok(()),
            (None, _) => Err(Mismatch::new("parameters", "none")),
            (Some(tuple), _) => Self::matches(types, tuple).map_err(|mismatch| mismatch.inside("the parameters")),
        }
    }
}

/// The result of a [`TypedFunc`] or host function: `()`, or a tuple of one.
pub trait Return {
    /// What crosses.
    type Value: ComponentType;

    /// From what crosses.
    fn from_value(value: Self::Value) -> Self;

    /// To what crosses.
    fn into_value(self) -> Self::Value;

    /// Whether this is a function's result.
    ///
    /// # Errors
    ///
    /// Where they differ.
    fn matches_result(types: &Types, ty: &FuncType) -> Result<(), Mismatch>;
}

impl Return for () {
    type Value = ();

    fn from_value((): ()) {}

    fn into_value(self) {}

    fn matches_result(types: &Types, ty: &FuncType) -> Result<(), Mismatch> {
        match ty.result() {
            None => Ok(()),
            Some(ty) => Err(Mismatch::new("no result", types.display(ty)).inside("the result")),
        }
    }
}

impl<A: ComponentType> Return for (A,) {
    type Value = A;

    #[inline]
    fn from_value(value: A) -> (A,) {
        (value,)
    }

    #[inline]
    fn into_value(self) -> A {
        self.0
    }

    fn matches_result(types: &Types, ty: &FuncType) -> Result<(), Mismatch> {
        match ty.result() {
            Some(ty) => A::matches(types, ty),
            None => Err(Mismatch::new("a result", "none")),
        }
        .map_err(|mismatch| mismatch.inside("the result"))
    }
}

macro_rules! params {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: ComponentType),*> Params for ($($name,)*) {}
    )*};
}

params! {
    ()
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
    (A B C D E F G H I J K L M)
    (A B C D E F G H I J K L M N)
    (A B C D E F G H I J K L M N O)
    (A B C D E F G H I J K L M N O P)
}

/// A component's function whose type was checked against Rust's. Its calls make no [`Val`](crate::Val), check no types
/// and look nothing up.
///
/// A `TypedFunc<(&'static str,), R>` can be kept and called with strings that live for a shorter time.
pub struct TypedFunc<P, R> {
    func: Func,
    // Not `fn(P) -> R`: then a function that is kept would be one of strings that live as long as it is kept.
    types: PhantomData<fn() -> (P, R)>,
}

impl<P: Params, R: Return> TypedFunc<P, R> {
    pub(super) fn new(func: Func) -> Result<TypedFunc<P, R>> {
        let (ty, types) = func.ty();
        let fits = P::matches_params(types, ty).and_then(|()| R::matches_result(types, ty));
        fits.map_err(|mismatch| Error::usage(format!("type of a typed function: {mismatch}; it is {func:?}")))?;
        Ok(TypedFunc { func, types: PhantomData })
    }
}

impl<P: Params + Lower, R: Return<Value: Lift>> TypedFunc<P, R> {
    /// Calls the function.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest: a trap, a limit, a host function's error. Also, with
    /// [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage), a handle of another resource than the function wants.
    ///
    /// # Panics
    ///
    /// The function is of another store.
    #[inline]
    pub fn call(&self, mut store: impl AsContextMut, params: P) -> Result<R> {
        let func = &*self.func.0;
        let store = store.as_context_mut();
        let exchange = Typed { ty: &func.ty, params, result: PhantomData::<R> };
        let value = match &func.body {
            Body::Guest(guest) => call_guest(store, func, guest, exchange)?,
            Body::Host(_) => call_host(store, func, exchange)?,
        };
        Ok(R::from_value(value))
    }
}

/// Values whose types Rust knows.
struct Typed<'a, P, R> {
    ty: &'a FuncType,
    params: P,
    result: PhantomData<R>,
}

impl<P: Lower, R: Return<Value: Lift>> Exchange for Typed<'_, P, R> {
    type Value = R::Value;

    #[inline]
    fn lower<G: Guest<Error = Error>, O: Observer>(
        &self,
        cx: &mut LowerContext<'_, G, O>,
        values: &mut FlatValues,
    ) -> Result<usize, abi::Error<Error>> {
        cx.lower_params(self.ty, &self.params, values)
    }

    #[inline]
    fn lift<O: Observer>(&self, cx: &mut LiftContext<'_, O>, values: &[u64]) -> Result<R::Value, abi::Trap> {
        cx.lift_result(self.ty, values)
    }
}

impl<P, R> TypedFunc<P, R> {
    /// The function, as one whose type is found out when it is called.
    pub fn func(&self) -> &Func {
        &self.func
    }
}

impl<P, R> Clone for TypedFunc<P, R> {
    fn clone(&self) -> Self {
        TypedFunc { func: self.func.clone(), types: PhantomData }
    }
}

impl<P, R> fmt::Debug for TypedFunc<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedFunc").field(&self.func).finish()
    }
}
