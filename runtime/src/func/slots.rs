//! Functions of numbers, called with slots: for layers that make their own values, such as the canonical ABI.
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads and writes slots by types that were checked once, when the [`SlotFunc`] or the
//! host function was made. All of these are numbers, of which any bits are a value.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use super::Func;
use super::call::enter;
use super::host::{HostFunc, HostHead};
use super::into_func::caller;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::store::{AsContext, AsContextMut, StoreInner};
use crate::types::{FuncType, ValType};
use crate::vm::VmContext;

/// How many parameters and how many results a function has at most that is called with slots.
const MAX_SLOTS: usize = 64;

/// A function whose parameters and results are numbers, called with a slot of 64 bits for each. A 32-bit number is the
/// lower half of its slot, and the upper half is zero. Calls check nothing and allocate nothing.
#[derive(Clone, Copy, Debug)]
pub struct SlotFunc {
    func: Func,
    params: u8,
    results: u8,
    /// Which parameters are of 32 bits.
    narrow_params: u64,
    /// Which results are of 32 bits.
    narrow_results: u64,
}

impl Func {
    /// This function, to be called with slots.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): a parameter or result is not a number, or there are more than 64.
    ///
    /// # Panics
    ///
    /// The function is of another store.
    pub fn slots(&self, store: impl AsContext) -> Result<SlotFunc> {
        let ty = self.ty(store);
        check(&ty)?;
        let (params, results) = (ty.params().len() as u8, ty.results().len() as u8);
        let (narrow_params, narrow_results) = (narrow(ty.params()), narrow(ty.results()));
        Ok(SlotFunc { func: *self, params, results, narrow_params, narrow_results })
    }

    /// A function of the host that is called with slots: the closure finds its arguments in them, from the first one on,
    /// and puts its results there. There are as many slots as there are parameters or results, whichever is more.
    ///
    /// # Panics
    ///
    /// A parameter or result is not a number, or there are more than 64.
    pub fn wrap_slots<T, F>(mut store: impl AsContextMut<Data = T>, ty: FuncType, func: F) -> Func
    where
        T: 'static,
        F: Fn(Caller<'_, T>, &mut [u64]) -> Result<()> + Send + Sync + 'static,
    {
        if let Err(error) = check(&ty) {
            panic!("{error}");
        }
        let store = store.as_context_mut().into_inner();
        let slots = ty.params().len().max(ty.results().len());
        let closure =
            SlotClosure { func, slots, narrow_params: narrow(ty.params()), narrow_results: narrow(ty.results()) };
        // SAFETY: `call` is made for this closure. It uses as many slots as the type has, and leaves results of its types.
        let host = unsafe {
            HostFunc::new(&store.engine, ty, None, |host, store, from, at| call::<T, F>(host, store, from, at), closure)
        };
        Func::from_host(store, host)
    }
}

impl SlotFunc {
    /// Calls the function.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest: a trap, a limit, a host function's error.
    ///
    /// # Panics
    ///
    /// The function is of another store, or there are not as many slots as it has parameters and results.
    #[inline]
    pub fn call(&self, mut store: impl AsContextMut, params: &[u64], results: &mut [u64]) -> Result<()> {
        assert_eq!(params.len(), usize::from(self.params), "a function was called with too many or too few parameters");
        assert_eq!(results.len(), usize::from(self.results), "a function has more or fewer results than wanted");
        let store = store.as_context_mut().as_ptr();
        // SAFETY: the context gives exclusive access to the store, the function is of this store, and its parameters and
        // results take a slot each.
        unsafe {
            let func = self.func.func_ref(store.as_ref().id);
            enter(
                store,
                func,
                |_, slots| {
                    for (i, param) in params.iter().enumerate() {
                        slots.add(i).write(cut(self.narrow_params, i, *param));
                    }
                    Ok(())
                },
                |_, slots| {
                    for (i, result) in results.iter_mut().enumerate() {
                        *result = cut(self.narrow_results, i, slots.add(i).read());
                    }
                },
            )
        }
    }

    /// The function.
    pub fn func(&self) -> Func {
        self.func
    }

    /// How many parameters there are.
    pub fn params(&self) -> usize {
        self.params.into()
    }

    /// How many results there are.
    pub fn results(&self) -> usize {
        self.results.into()
    }
}

/// The closure of a host function that is called with slots.
struct SlotClosure<F> {
    func: F,
    slots: usize,
    /// Which parameters are of 32 bits.
    narrow_params: u64,
    /// Which results are of 32 bits.
    narrow_results: u64,
}

/// Calls a closure of [`Func::wrap_slots`].
///
/// # Safety
///
/// The host function was made for closures of this type, and is called as its type says, in a store with data `T`.
unsafe fn call<T: 'static, F>(
    host: &HostHead,
    store: NonNull<StoreInner>,
    context: *mut VmContext,
    at: *mut u64,
) -> Result<()>
where
    F: Fn(Caller<'_, T>, &mut [u64]) -> Result<()>,
{
    // SAFETY: the arguments stand at `at`, where there is room for the results. While the closure runs the top of the
    // value stack is above them, so nobody else uses these slots.
    unsafe {
        let closure = host.closure::<SlotClosure<F>>();
        let slots = std::slice::from_raw_parts_mut(at, closure.slots);
        let params = slots.iter_mut().enumerate().take(host.ty.params().len());
        params.for_each(|(i, slot)| *slot = cut(closure.narrow_params, i, *slot));
        (closure.func)(caller(store, context), slots)?;
        let results = slots.iter_mut().enumerate().take(host.ty.results().len());
        results.for_each(|(i, slot)| *slot = cut(closure.narrow_results, i, *slot));
    }
    Ok(())
}

/// Every parameter and result is a number, and there are not too many.
fn check(ty: &FuncType) -> Result<()> {
    let is_number = |ty: &ValType| matches!(ty, ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64);
    let few = ty.params().len() <= MAX_SLOTS && ty.results().len() <= MAX_SLOTS;
    match few && ty.params().iter().chain(ty.results()).all(is_number) {
        true => Ok(()),
        false => Err(Error::usage(format!("found a function of type {ty}, wanted one of at most {MAX_SLOTS} numbers"))),
    }
}

/// Which of these types are of 32 bits: a bit for each.
fn narrow(types: &[ValType]) -> u64 {
    let bit = |(i, ty): (usize, &ValType)| u64::from(matches!(ty, ValType::I32 | ValType::F32)) << i;
    types.iter().enumerate().map(bit).sum()
}

/// A slot's value, cut to the 32 bits that its type has: code may leave anything in the upper half.
#[inline(always)]
fn cut(narrow: u64, position: usize, value: u64) -> u64 {
    if narrow >> position & 1 == 1 { u64::from(value as u32) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::testing::engine;

    #[test]
    fn numbers_of_32_bits_are_the_lower_half() {
        let mut store = Store::new(&engine(), 0u64);
        let ty = FuncType::new([ValType::I32, ValType::I64], [ValType::F32]);
        let func = Func::wrap_slots(&mut store, ty, |mut caller: Caller<'_, u64>, slots| {
            *caller.data_mut() = slots[0] + slots[1];
            slots[0] = u64::MAX;
            Ok(())
        });
        let slots = func.slots(&store).unwrap();
        assert_eq!((slots.params(), slots.results()), (2, 1));
        let mut results = [0];
        slots.call(&mut store, &[u64::MAX, 1 << 40], &mut results).unwrap();
        assert_eq!(*store.data(), (1 << 40) + u64::from(u32::MAX));
        assert_eq!(results, [u64::from(u32::MAX)]);
    }

    #[test]
    fn references_have_no_slots() {
        let mut store = Store::new(&engine(), ());
        let func = Func::new(&mut store, FuncType::new([ValType::FUNCREF], []), |_, _, _| Ok(()));
        let error = func.slots(&store).unwrap_err();
        assert_eq!(error.to_string(), "found a function of type (funcref) -> (), wanted one of at most 64 numbers");
    }
}
