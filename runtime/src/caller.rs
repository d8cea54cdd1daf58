//! What a host function knows of its caller.

use crate::engine::Engine;
use crate::error::Result;
use crate::externs::Extern;
use crate::memory::Memory;
use crate::store::{AsContext, AsContextMut, InterruptHandle, StoreContext, StoreContextMut};

/// The store that a host function runs in, and the instance that called it.
///
/// A caller can be used wherever a store can be, for example to call back into the guest.
pub struct Caller<'a, T: 'static> {
    store: StoreContextMut<'a, T>,
    instance: Option<u32>,
}

impl<'a, T> Caller<'a, T> {
    pub(crate) fn new(store: StoreContextMut<'a, T>, instance: Option<u32>) -> Caller<'a, T> {
        Caller { store, instance }
    }

    /// The embedder's data in the store.
    pub fn data(&self) -> &T {
        self.store.data()
    }

    /// The embedder's data in the store.
    pub fn data_mut(&mut self) -> &mut T {
        self.store.data_mut()
    }

    /// The engine of the store.
    pub fn engine(&self) -> &Engine {
        self.store.engine()
    }

    /// The calling instance's export with this name; `None` also if the host itself is the caller.
    pub fn get_export(&self, name: &str) -> Option<Extern> {
        self.as_context().inner().find_export(self.instance?, name)
    }

    /// The memory that the calling instance exports under this name.
    pub fn get_memory(&self, name: &str) -> Option<Memory> {
        self.get_export(name)?.into_memory()
    }

    /// A handle that stops the store's calls from another thread; see
    /// [`Store::interrupt_handle`](crate::Store::interrupt_handle).
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.as_context().interrupt_handle()
    }

    /// What tells the store apart from all others; see [`StoreContextMut::id`](crate::StoreContextMut::id).
    pub fn id(&self) -> crate::StoreId {
        self.store.id()
    }

    /// Ends a host function that has waited long enough; see
    /// [`StoreContextMut::check_interrupt`](crate::StoreContextMut::check_interrupt).
    ///
    /// # Errors
    ///
    /// [`Limit::Interrupted`](crate::Limit::Interrupted): the store has been asked to stop.
    pub fn check_interrupt(&mut self) -> Result<()> {
        self.store.check_interrupt()
    }

    /// The fuel that is left; see [`Store::get_fuel`](crate::Store::get_fuel).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn get_fuel(&self) -> Result<u64> {
        self.store.get_fuel()
    }

    /// Sets the fuel that is left; see [`Store::set_fuel`](crate::Store::set_fuel).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): [`Config::consume_fuel`](crate::Config::consume_fuel) is off.
    pub fn set_fuel(&mut self, fuel: u64) -> Result<()> {
        self.store.set_fuel(fuel)
    }
}

impl<T> AsContext for Caller<'_, T> {
    type Data = T;

    #[inline]
    fn as_context(&self) -> StoreContext<'_, T> {
        self.store.as_context()
    }
}

impl<T> AsContextMut for Caller<'_, T> {
    #[inline]
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        self.store.as_context_mut()
    }
}
