//! Ways to name a store: the store itself, references to it, and what a host function gets.
//!
//! # Safety
//!
//! This module allows `unsafe`: it makes references from a store's pointer. A context's lifetime borrows the store as
//! the reference it stands for would, so references made from it and bounded by it never overlap with running code,
//! which always has the exclusive context lent to it.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::{InterruptHandle, Store, StoreData, StoreId, StoreInner};
use crate::engine::Engine;
use crate::error::{Error, Limit, Result};

/// Shared access to a store, as `&Store<T>` gives it.
pub struct StoreContext<'a, T: 'static> {
    data: NonNull<StoreData<T>>,
    borrow: PhantomData<&'a StoreData<T>>,
}

/// Exclusive access to a store, as `&mut Store<T>` and a [`Caller`](crate::Caller) give it.
pub struct StoreContextMut<'a, T: 'static> {
    data: NonNull<StoreData<T>>,
    borrow: PhantomData<&'a mut StoreData<T>>,
}

// SAFETY: a context is what the reference in its marker is, and these are that reference's conditions.
unsafe impl<T: Sync> Send for StoreContext<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for StoreContext<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for StoreContextMut<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for StoreContextMut<'_, T> {}

/// What gives shared access to a store: a [`Store`], a [`Caller`](crate::Caller), a context, and references to these.
pub trait AsContext {
    /// The embedder's data in the store.
    type Data: 'static;

    /// The access.
    fn as_context(&self) -> StoreContext<'_, Self::Data>;
}

/// What gives exclusive access to a store: a [`Store`], a [`Caller`](crate::Caller), a [`StoreContextMut`], and mutable
/// references to these.
pub trait AsContextMut: AsContext {
    /// The access.
    fn as_context_mut(&mut self) -> StoreContextMut<'_, Self::Data>;
}

impl<'a, T> StoreContext<'a, T> {
    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.into_data()
    }

    /// The engine of the store.
    pub fn engine(&self) -> &Engine {
        &self.inner().engine
    }

    /// The fuel that is left; see [`Store::get_fuel`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn get_fuel(&self) -> Result<u64> {
        let store = self.inner();
        check_fuel(store)?;
        Ok(u64::try_from(store.vm.fuel).unwrap_or(0))
    }

    /// A handle that stops the store's calls from another thread; see [`Store::interrupt_handle`].
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.inner().interrupt.clone())
    }

    /// The embedder's data, for as long as the store is borrowed.
    pub(crate) fn into_data(self) -> &'a T {
        // SAFETY: this context stands for a shared borrow of the store.
        unsafe { &self.data.as_ref().data }
    }

    /// The store's insides.
    pub(crate) fn inner(self) -> &'a StoreInner {
        // SAFETY: as above.
        unsafe { &self.data.as_ref().inner }
    }
}

impl<T> Clone for StoreContext<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoreContext<'_, T> {}

impl<'a, T> StoreContextMut<'a, T> {
    /// A context from the address of a store.
    ///
    /// # Safety
    ///
    /// The address is a `Store<T>`'s, and whoever calls this has exclusive access to that store for `'a`.
    pub(crate) unsafe fn from_inner(store: NonNull<StoreInner>) -> StoreContextMut<'a, T> {
        StoreContextMut { data: store.cast(), borrow: PhantomData }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.as_context().into_data()
    }

    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        self.as_context_mut().into_data_mut()
    }

    /// A handle that stops the store's calls from another thread; see [`Store::interrupt_handle`].
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.as_context().interrupt_handle()
    }

    /// Ends a host function that has waited long enough: if the store has been asked to stop, this notices it. Other host
    /// functions need not ask, since guests notice by themselves.
    ///
    /// # Errors
    ///
    /// [`Limit::Interrupted`]: it has been.
    pub fn check_interrupt(&mut self) -> Result<()> {
        let interrupt = &self.as_context().inner().interrupt;
        if !interrupt.limit.take_interrupt() {
            return Ok(());
        }
        // A deadline that has passed stops the guests further out too, and every further call.
        if interrupt.expired() {
            interrupt.limit.interrupt();
        }
        Err(Limit::Interrupted.into())
    }

    /// The engine of the store.
    pub fn engine(&self) -> &Engine {
        &self.as_context().inner().engine
    }

    /// What tells the store apart from all others of the process, for who keeps something about stores.
    #[inline]
    pub fn id(&self) -> StoreId {
        self.as_context().inner().id
    }

    /// Sets the fuel that is left; see [`Store::set_fuel`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        let store = self.as_context_mut().into_inner();
        check_fuel(store)?;
        store.vm.fuel = i64::try_from(fuel).unwrap_or(i64::MAX);
        Ok(())
    }

    /// The fuel that is left; see [`Store::get_fuel`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn get_fuel(&self) -> Result<u64> {
        self.as_context().get_fuel()
    }

    /// The address of the store.
    pub(crate) fn as_ptr(&self) -> NonNull<StoreInner> {
        self.data.cast()
    }

    /// The embedder's data, for as long as the store is borrowed.
    pub(crate) fn into_data_mut(self) -> &'a mut T {
        self.into_parts().1
    }

    /// The store's insides, until the next call into a guest.
    pub(crate) fn into_inner(self) -> &'a mut StoreInner {
        self.into_parts().0
    }

    /// The store's insides and the embedder's data, until the next call into a guest.
    pub(crate) fn into_parts(self) -> (&'a mut StoreInner, &'a mut T) {
        // SAFETY: this context stands for an exclusive borrow of the store, and ends here.
        let data = unsafe { &mut *self.data.as_ptr() };
        (&mut data.inner, &mut data.data)
    }

    /// The whole of the store.
    pub(crate) fn into_all(self) -> &'a mut StoreData<T> {
        // SAFETY: as above.
        unsafe { &mut *self.data.as_ptr() }
    }
}

/// Fuel can only be set and read where it is counted.
fn check_fuel(store: &StoreInner) -> Result<()> {
    match store.engine.config().settings().fuel {
        true => Ok(()),
        false => Err(Error::usage("this engine does not count fuel: turn it on with Config::consume_fuel(true)")),
    }
}

impl<T> AsContext for Store<T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext { data: self.data, borrow: PhantomData }
    }
}

impl<T> AsContextMut for Store<T> {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut { data: self.data, borrow: PhantomData }
    }
}

impl<T> AsContext for StoreContext<'_, T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        *self
    }
}

impl<T> AsContext for StoreContextMut<'_, T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        StoreContext { data: self.data, borrow: PhantomData }
    }
}

impl<T> AsContextMut for StoreContextMut<'_, T> {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        StoreContextMut { data: self.data, borrow: PhantomData }
    }
}

impl<C: AsContext> AsContext for &C {
    type Data = C::Data;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContext> AsContext for &mut C {
    type Data = C::Data;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, C::Data> {
        C::as_context(self)
    }
}

impl<C: AsContextMut> AsContextMut for &mut C {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, C::Data> {
        C::as_context_mut(self)
    }
}
