//! What a store is made of.
//!
//! # Safety
//!
//! This module allows `unsafe`: it makes and frees the one allocation that a store is, and its fields hold addresses
//! that code uses (see the parent module).
#![allow(unsafe_code)]

use std::any::Any;
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::{Engine, Interrupt, ValueStack};
use crate::error::{Error, Limit, Result};
use crate::func::HostFunc;
use crate::global::GlobalEntity;
use crate::instance::InstanceEntity;
use crate::limits::{DEFAULT_COUNT, ResourceLimiter};
use crate::memory::MemoryEntity;
use crate::table::TableEntity;
use crate::vm::VmStore;

/// What tells stores apart, in the whole process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StoreId(NonZeroU64);

impl StoreId {
    /// An id that no store has yet.
    fn next() -> StoreId {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        StoreId(NonZeroU64::new(id).expect("BUG: 2^64 stores were made"))
    }

    /// Panics if a handle of store `self` is used with store `other`.
    #[inline(always)]
    #[track_caller]
    pub fn check(self, other: StoreId, what: &str) {
        if self != other {
            wrong_store(what);
        }
    }
}

#[cold]
#[track_caller]
fn wrong_store(what: &str) -> ! {
    panic!("this {what} belongs to another store: a handle works only with the store that it came from")
}

/// The store's part that does not depend on the type of the embedder's data.
///
/// The engines' [`VmStore`] comes first, so that a `*mut VmStore` is a `*mut StoreInner`.
#[repr(C)]
pub(crate) struct StoreInner {
    pub vm: VmStore,
    pub id: StoreId,
    /// The end of the value stack, before its slack.
    pub stack_end: *mut u64,
    pub engine: Engine,
    pub interrupt: Arc<Interrupt>,
    pub instances: Vec<InstanceEntity>,
    /// How many of them no limit counts.
    pub uncounted_instances: usize,
    pub memories: Vec<MemoryEntity>,
    pub tables: Vec<TableEntity>,
    pub globals: Vec<GlobalEntity>,
    /// The host functions that the store refers to, by address; this only keeps them alive.
    host_funcs: HashMap<usize, Arc<HostFunc>>,
    pub extern_refs: Vec<Box<dyn Any + Send + Sync>>,
    /// See [`StoreContextMut::extension`](super::StoreContextMut::extension).
    pub extension: Option<Box<dyn Any + Send + Sync>>,
    #[cfg(feature = "trace")]
    pub observer: super::observer::ObserverSlot,
    limiter: Option<LimiterHook>,
    stack: ManuallyDrop<ValueStack>,
    /// The address of this, with leave to use the whole [`StoreData`].
    this: NonNull<StoreInner>,
}

/// Gets the limiter out of a store's data, whose type is forgotten.
type LimiterHook = unsafe fn(NonNull<StoreInner>) -> NonNull<dyn ResourceLimiter>;

/// Gets the limiter out of a store's data.
pub(crate) type LimiterFn<T> = Box<dyn FnMut(&mut T) -> &mut (dyn ResourceLimiter + 'static) + Send + Sync>;

/// The allocation that a [`Store`](super::Store) is. The insides come first, so that their address is its address.
#[repr(C)]
pub(crate) struct StoreData<T> {
    pub inner: StoreInner,
    limiter: Option<LimiterFn<T>>,
    pub data: ManuallyDrop<T>,
}

impl<T> StoreData<T> {
    /// Makes a store.
    pub fn new(engine: &Engine, data: T) -> NonNull<StoreData<T>> {
        let stack = engine.pools().take_stack();
        let fuel = if engine.config().settings().fuel { 0 } else { i64::MAX };
        let mut vm = VmStore::new(stack.start(), fuel, engine.config(), engine.backend().store_data());
        let interrupt = engine.watcher().interrupt(stack.end(), engine.wake());
        vm.limit = &raw const interrupt.limit;
        let inner = StoreInner {
            vm,
            id: StoreId::next(),
            stack_end: stack.end(),
            engine: engine.clone(),
            interrupt,
            instances: Vec::new(),
            uncounted_instances: 0,
            memories: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            host_funcs: HashMap::new(),
            extern_refs: Vec::new(),
            extension: None,
            #[cfg(feature = "trace")]
            observer: Default::default(),
            limiter: None,
            stack: ManuallyDrop::new(stack),
            this: NonNull::dangling(),
        };
        let store = Box::new(StoreData { inner, limiter: None, data: ManuallyDrop::new(data) });
        let store = NonNull::from(Box::leak(store));
        // SAFETY: the store was just made, and nobody else has its address.
        unsafe { (*store.as_ptr()).inner.this = store.cast() };
        store
    }

    /// Ends a store, and gives back its data.
    ///
    /// # Safety
    ///
    /// The store is not used again.
    pub unsafe fn into_data(this: NonNull<StoreData<T>>) -> T {
        // SAFETY: the store was made from a box. The data is taken out of it once, here.
        unsafe {
            let mut store = Box::from_raw(this.as_ptr());
            ManuallyDrop::take(&mut store.data)
        }
    }

    /// Has this function find the limiter.
    pub fn set_limiter(&mut self, limiter: LimiterFn<T>) {
        self.limiter = Some(limiter);
        self.inner.limiter = Some(|store| {
            // SAFETY: the hook is called with the address of the store that it was put into, whose data is a `T`.
            let store = unsafe { &mut *store.cast::<StoreData<T>>().as_ptr() };
            let limiter = store.limiter.as_mut().expect("BUG: the limiter's function comes with its hook");
            NonNull::from(limiter(&mut store.data))
        });
    }
}

impl StoreInner {
    /// Panics if a handle of store `id` is used with this store.
    #[inline(always)]
    #[track_caller]
    pub fn check(&self, id: StoreId, what: &str) {
        id.check(self.id, what);
    }

    /// The address of the part that code reads and writes, from which all of the store can be reached.
    pub fn vm_address(&self) -> *mut VmStore {
        self.this.cast().as_ptr()
    }

    /// The limiter, if there is one.
    pub fn limiter(&mut self) -> Option<&mut dyn ResourceLimiter> {
        let hook = self.limiter?;
        // SAFETY: the hook belongs to this store. What it gives is part of the embedder's data, which is borrowed with
        // the store.
        Some(unsafe { hook(self.this).as_mut() })
    }

    /// Keeps a host function for as long as the store lives.
    pub fn keep_host_func(&mut self, func: Arc<HostFunc>) {
        // The same function is often linked many times over; the list need not grow with that.
        let address = Arc::as_ptr(&func).addr();
        self.host_funcs.entry(address).or_insert(func);
    }

    /// Checks that there may be one more of something of which the store has `count`.
    pub fn check_count(
        &mut self,
        what: &str,
        count: usize,
        allowed: impl FnOnce(&dyn ResourceLimiter) -> usize,
    ) -> Result<()> {
        let allowed = self.limiter().map_or(DEFAULT_COUNT, |limiter| allowed(limiter));
        if count < allowed {
            return Ok(());
        }
        Err(Error::limit_reached(Limit::Instances, format!("the store has {count} {what}, and may have {allowed}")))
    }
}

impl Drop for StoreInner {
    fn drop(&mut self) {
        let pools = self.engine.pools();
        for memory in self.memories.drain(..) {
            memory.recycle(pools);
        }
        // SAFETY: the stack is not used again.
        pools.put_stack(unsafe { ManuallyDrop::take(&mut self.stack) });
    }
}
