//! The store: everything that instances are made of, and the embedder's data.
//!
//! # Safety
//!
//! This module allows `unsafe`: a store is reached both from here and, as a `*mut VmStore`, from the code that it runs.
//! So nobody holds a reference to a [`StoreInner`] while code runs. [`Store`] and the contexts hold a pointer; the
//! references made from it end before the next call into a guest. A [`StoreContextMut`] stands for exclusive access to
//! the store and a [`StoreContext`] for shared access, as `&mut` and `&` would, and their lifetimes say for how long.
#![allow(unsafe_code)]

mod context;
mod extension;
mod inner;
mod interrupt;
#[cfg(feature = "trace")]
pub(crate) mod observer;

use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

pub use context::{AsContext, AsContextMut, StoreContext, StoreContextMut};
pub use inner::StoreId;
pub(crate) use inner::{StoreData, StoreInner};
pub use interrupt::InterruptHandle;

use crate::engine::Engine;
use crate::error::Result;
use crate::limits::ResourceLimiter;

/// A store: instances with their memories, tables, globals and functions, and data of the embedder's that host
/// functions can reach.
///
/// Everything made in a store lives until the store is dropped. Handles such as [`Func`](crate::Func) or
/// [`Memory`](crate::Memory) are small numbers that name something in one store; used with another store they
/// **panic**.
///
/// [The book](crate#in-the-book) explains it in chapters 2 and 19.
pub struct Store<T: 'static> {
    data: NonNull<StoreData<T>>,
}

// SAFETY: a store owns what its pointer leads to. All of that is `Send`: host functions, extern references and the
// limiter by their bounds, the rest as plain data and memory that only the holder of the store touches.
unsafe impl<T: Send> Send for Store<T> {}
// SAFETY: through a shared store nothing is changed (the observer stands behind a mutex).
unsafe impl<T: Sync> Sync for Store<T> {}

impl<T> Store<T> {
    /// A store with this data.
    pub fn new(engine: &Engine, data: T) -> Store<T> {
        Store { data: StoreData::new(engine, data) }
    }

    /// The embedder's data.
    pub fn data(&self) -> &T {
        self.as_context().into_data()
    }

    /// The embedder's data.
    pub fn data_mut(&mut self) -> &mut T {
        self.as_context_mut().into_data_mut()
    }

    /// Ends the store, and gives back its data.
    pub fn into_data(self) -> T {
        let this = ManuallyDrop::new(self);
        // SAFETY: the store is not used again, and is not dropped.
        unsafe { StoreData::into_data(this.data) }
    }

    /// The engine of this store.
    pub fn engine(&self) -> &Engine {
        &self.as_context().inner().engine
    }

    /// Has a part of the store's data decide what memories and tables may be made and grow.
    ///
    /// ```
    /// # use falkirk_runtime::*;
    /// # fn limit(engine: &Engine) {
    /// let limits = StoreLimitsBuilder::new().memory_size(1 << 20).build();
    /// let mut store = Store::new(engine, limits);
    /// store.limiter(|limits| limits);
    /// # }
    /// ```
    pub fn limiter(
        &mut self,
        limiter: impl FnMut(&mut T) -> &mut (dyn ResourceLimiter + 'static) + Send + Sync + 'static,
    ) {
        self.as_context_mut().into_all().set_limiter(Box::new(limiter));
    }

    /// Sets the fuel that is left, at most `i64::MAX`. Each call and each loop iteration uses some.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.as_context_mut().set_fuel(fuel)
    }

    /// The fuel that is left.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn get_fuel(&self) -> Result<u64> {
        self.as_context().get_fuel()
    }

    /// A handle that stops this store's calls from another thread.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.as_context().interrupt_handle()
    }

    /// Takes back an interrupt that no call has noticed yet, and a deadline with it.
    pub fn clear_interrupt(&mut self) {
        self.set_deadline(None);
    }

    /// Stops the store's calls when this much time has passed, to about a millisecond; `None` takes that back.
    ///
    /// From then on, the call that is running and every further one ends with
    /// [`Limit::Interrupted`](crate::Limit::Interrupted), until another deadline is set. A host function that is running
    /// is not disturbed.
    ///
    /// # Panics
    ///
    /// This is the engine's first deadline, and the operating system does not start the thread that watches deadlines.
    pub fn set_deadline(&mut self, from_now: Option<Duration>) {
        let inner = self.as_context_mut().into_inner();
        // A time that the clock cannot express will not come.
        let deadline = from_now.and_then(|duration| Instant::now().checked_add(duration));
        inner.engine.watcher().set(&inner.interrupt, deadline);
    }

    /// Has an observer told what the store's guests do; `None` takes that back.
    #[cfg(feature = "trace")]
    pub fn set_observer(&mut self, observer: Option<Box<dyn crate::observer::Observer>>) {
        self.as_context_mut().into_inner().observer.set(observer);
    }
}

impl<T> Drop for Store<T> {
    fn drop(&mut self) {
        // SAFETY: the store is not used again.
        drop(unsafe { StoreData::into_data(self.data) });
    }
}

impl<T: fmt::Debug> fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("data", self.data()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
