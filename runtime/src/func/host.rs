//! Functions of the host: closures that code calls like any other function.
//!
//! # Safety
//!
//! This module allows `unsafe`: a host function starts with the [`FuncRef`] that code knows it by, so that the address
//! of the one is the address of the other. Only a `FuncRef` whose `vmctx` is null is taken for a host function.
#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::Result;
use crate::store::StoreInner;
use crate::types::FuncType;
use crate::vm::{Exit, FuncRef, HostFromMachine, MachineCode, Stop, VmContext, VmStore};

/// Calls a host function's closure: reads the arguments from the slots, and writes the results to them.
///
/// The store's address comes with exclusive access to it, and the closure is of the type that this was made for.
///
/// The value has no size, so that the type alone is enough to call it: what leads from machine code to the closure is
/// compiled for each, without a call of an address in between.
pub(super) trait HostCall:
    Fn(&HostHead, NonNull<StoreInner>, *mut VmContext, *mut u64) -> Result<()> + Copy + 'static
{
    /// The value of the type.
    #[inline(always)]
    fn value() -> Self {
        const { assert!(size_of::<Self>() == 0, "BUG: a host function's call has captured something") };
        // SAFETY: a value without size is nothing in memory, and one of this type was given to `HostFunc::new`.
        unsafe { NonNull::<Self>::dangling().read() }
    }
}

impl<C: Fn(&HostHead, NonNull<StoreInner>, *mut VmContext, *mut u64) -> Result<()> + Copy + 'static> HostCall for C {}

/// A [`HostCall`], as it is called where its type is not known.
type ErasedCall = unsafe fn(&HostHead, NonNull<StoreInner>, *mut VmContext, *mut u64) -> Result<()>;

/// A function of the host. It belongs to no store: linkers and stores share it.
#[repr(C)]
pub struct HostFunc<F: ?Sized = dyn Send + Sync> {
    pub(super) head: HostHead,
    pub(super) closure: F,
}

/// The part of a host function that does not depend on its closure's type.
#[repr(C)]
pub struct HostHead {
    func_ref: FuncRef,
    call: ErasedCall,
    /// How many slots the parameters or the results take, whichever is more, rounded up to keep the stack aligned.
    slots: usize,
    pub(super) ty: FuncType,
    /// The name it was defined with in a linker.
    name: Option<(Box<str>, Box<str>)>,
}

// SAFETY: the `FuncRef` of a host function has no addresses in it, and the closure is `Send`.
unsafe impl<F: ?Sized + Send> Send for HostFunc<F> {}
// SAFETY: as above, and the closure is `Sync`.
unsafe impl<F: ?Sized + Sync> Sync for HostFunc<F> {}

impl<F: Send + Sync + 'static> HostFunc<F> {
    /// A host function of this type.
    ///
    /// # Safety
    ///
    /// `call` is made for closures of type `F`, reads only the parameters' slots and writes only the results' slots, with
    /// values of their types.
    pub(super) unsafe fn new<C: HostCall>(
        engine: &Engine,
        ty: FuncType,
        name: Option<(&str, &str)>,
        _call: C,
        closure: F,
    ) -> Arc<HostFunc> {
        let func_ref = FuncRef {
            type_id: engine.types().intern(&ty),
            index: 0,
            vmctx: std::ptr::null_mut(),
            machine: MachineCode::new(engine.backend().machine_gate().cast_mut()),
            code: std::ptr::null(),
            enter: enter_host,
            bridge: call_from_machine::<C> as HostFromMachine as *const u8,
        };
        let slots = ty.param_slots().max(ty.result_slots()).next_multiple_of(2);
        let name = name.map(|(module, name)| (module.into(), name.into()));
        Arc::new(HostFunc { head: HostHead { func_ref, call: call_erased::<C>, slots, ty, name }, closure })
    }
}

impl HostHead {
    /// The closure.
    ///
    /// # Safety
    ///
    /// This is the head of a `HostFunc<F>`, seen through a pointer to all of it.
    #[inline(always)]
    pub(super) unsafe fn closure<F>(&self) -> &F {
        // SAFETY: the caller's promise.
        unsafe { &(*std::ptr::from_ref(self).cast::<HostFunc<F>>()).closure }
    }
}

impl HostFunc {
    /// The reference that code knows this function by.
    pub(super) fn func_ref(self: &Arc<Self>) -> NonNull<FuncRef> {
        // The address of all of the function, not only of its first field.
        let address = Arc::as_ptr(self).cast::<FuncRef>().cast_mut();
        NonNull::new(address).expect("BUG: the address in an Arc is not null")
    }
}

/// The host function behind a `FuncRef`; `None` if it is one of a guest.
///
/// # Safety
///
/// The `FuncRef` lives for `'a`.
pub(super) unsafe fn host_head<'a>(func: NonNull<FuncRef>) -> Option<&'a HostHead> {
    // SAFETY: the caller's promise, and only host functions have no context.
    unsafe { (*func.as_ptr()).vmctx.is_null().then(|| func.cast().as_ref()) }
}

/// [`FuncRef::enter`] of host functions.
unsafe fn enter_host(func: *const FuncRef, store: *mut VmStore, frame: *mut u64) -> Exit {
    // SAFETY: only host functions have this entry, and the store comes from the caller of it.
    let done = unsafe { call_host(NonNull::new_unchecked(store).cast(), std::ptr::null_mut(), func, frame) };
    match done {
        Ok(()) => Exit::DONE,
        Err(stop) => stop.into(),
    }
}

/// Calls a host function. `caller` is the context of the instance that calls, or null if the host does.
///
/// # Errors
///
/// [`Stop::Failed`], with the error in the store.
///
/// # Safety
///
/// `func` is a host function's. Whoever calls has exclusive access to the store and holds no reference into it. The
/// arguments stand at `slots`, where there is room for the results.
pub(crate) unsafe fn call_host(
    store: NonNull<StoreInner>,
    caller: *mut VmContext,
    func: *const FuncRef,
    slots: *mut u64,
) -> Result<(), Stop> {
    // SAFETY: the caller's promises; `func` is the start of a host function.
    unsafe {
        let host = &*func.cast::<HostHead>();
        let _top = StackTop::set(store, slots.add(host.slots));
        host.call(|host, store, caller, slots| (host.call)(host, store, caller, slots), store, caller, slots)
    }
}

/// [`HostHead::call`] of a host function.
unsafe fn call_erased<C: HostCall>(
    host: &HostHead,
    store: NonNull<StoreInner>,
    caller: *mut VmContext,
    slots: *mut u64,
) -> Result<()> {
    C::value()(host, store, caller, slots)
}

/// [`HostFromMachine`] of a host function. While it runs this thread runs no machine code, and no signal disturbs it.
///
/// A panic must not unwind through machine code. It waits in the store until the code has been left.
///
/// # Safety
///
/// Machine code calls this, and waits for the answer. The function's closure is called by `C`.
unsafe extern "C" fn call_from_machine<C: HostCall>(
    caller: *mut VmContext,
    func: *const FuncRef,
    slots: *mut u64,
) -> u32 {
    // SAFETY: the caller's promise. The limit lives as long as the store, which starts with its `VmStore`. A frame of
    // machine code is not on the value stack: what is there is all before its top.
    unsafe {
        let store = NonNull::new_unchecked((*caller).store).cast::<StoreInner>();
        let limit = &*(*caller).stack_limit;
        let thread = limit.running();
        limit.set_running(0);
        let host = &*func.cast::<HostHead>();
        let outcome = catch_unwind(AssertUnwindSafe(|| host.call(C::value(), store, caller, slots)));
        limit.set_running(thread);
        match outcome {
            Ok(Ok(())) if !limit.is_interrupted() => 0,
            outcome => refuse(&mut (*store.as_ptr()).vm, outcome),
        }
    }
}

/// Leaves in the store why a host function's caller must stop.
#[cold]
fn refuse(vm: &mut VmStore, outcome: std::thread::Result<Result<(), Stop>>) -> u32 {
    let stop = match outcome {
        Ok(Ok(())) => Stop::Interrupted,
        Ok(Err(stop)) => stop,
        Err(panic) => {
            vm.panic = Some(panic);
            Stop::Failed
        }
    };
    vm.exit = stop.into();
    1
}

impl HostHead {
    /// Calls the closure by `call`, with the store's `stack_top` left where it is.
    ///
    /// # Errors
    ///
    /// [`Stop::Failed`], with the error in the store.
    ///
    /// # Safety
    ///
    /// As for [`call_host`].
    #[inline(always)]
    unsafe fn call(
        &self,
        call: impl FnOnce(&HostHead, NonNull<StoreInner>, *mut VmContext, *mut u64) -> Result<()>,
        store: NonNull<StoreInner>,
        caller: *mut VmContext,
        slots: *mut u64,
    ) -> Result<(), Stop> {
        // SAFETY: the caller's promises.
        unsafe {
            #[cfg(feature = "trace")]
            let observed = (*store.as_ptr()).observer.is_present();
            #[cfg(feature = "trace")]
            if observed {
                self.observe(&*store.as_ptr(), slots, true);
            }
            let result = call(self, store, caller, slots);
            #[cfg(feature = "trace")]
            if observed && result.is_ok() {
                self.observe(&*store.as_ptr(), slots, false);
            }
            result.map_err(|error| {
                (*store.as_ptr()).vm.failure = Some(error);
                Stop::Failed
            })
        }
    }
}

/// The top of the value stack while a host function runs. It goes back to what it was, also by a panic.
pub(crate) struct StackTop {
    store: NonNull<StoreInner>,
    before: *mut u64,
}

impl StackTop {
    /// Raises the top to `top`, or to the next slot that is aligned to 16 bytes.
    ///
    /// # Safety
    ///
    /// The store outlives this.
    #[inline(always)]
    pub unsafe fn set(store: NonNull<StoreInner>, top: *mut u64) -> StackTop {
        let misaligned = top.addr() & 8;
        // SAFETY: the caller's promise.
        let before =
            unsafe { std::mem::replace(&mut (*store.as_ptr()).vm.stack_top, top.wrapping_byte_add(misaligned)) };
        StackTop { store, before }
    }
}

impl Drop for StackTop {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the store outlives this, by the promise to `set`.
        unsafe { (*self.store.as_ptr()).vm.stack_top = self.before };
    }
}

#[cfg(feature = "trace")]
impl HostHead {
    /// Tells the store's observer that this function is entered, or returns.
    ///
    /// # Safety
    ///
    /// The slots hold the arguments, or else the results.
    #[cold]
    unsafe fn observe(&self, store: &StoreInner, slots: *const u64, enter: bool) {
        use crate::observer::Event;
        let (module, name) = self.name.as_ref().map_or(("host", ""), |(module, name)| (module, name));
        let types = if enter { self.ty.params() } else { self.ty.results() };
        // SAFETY: the caller's promise.
        let values = unsafe { super::read_values(types, slots, store.id) };
        store.observer.tell(match enter {
            true => Event::HostEnter { module, name, args: &values },
            false => Event::HostExit { module, name, results: &values },
        });
    }
}
