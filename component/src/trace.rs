//! Watching what crosses (cargo feature `trace`): who calls whom, and what the canonical ABI does for it.
//!
//! An [`Observer`] is set on a store. While there is one, each call of a component's function makes a `Tracer`, which
//! the contexts of the canonical ABI tell their steps; while there is none, a call looks for it once and goes on with
//! contexts that tell nobody.
//!
//! ```
//! use falkirk_component::trace::{Event, Observer, set_observer};
//! # use falkirk_component::{Component, Linker, abi};
//! # use falkirk_runtime::{Config, Engine, Result, Store};
//! # use std::sync::{Arc, Mutex};
//! # fn main() -> Result<()> {
//! # let engine = Engine::with_backend(&Config::new(), Arc::new(falkirk_interp::Interpreter))?;
//! # let component = Component::new(&engine, r#"(component
//! #     (core module $M (func (export "not") (param i32) (result i32) (i32.eqz (local.get 0))))
//! #     (core instance $m (instantiate $M))
//! #     (func (export "not") (param "a" bool) (result bool) (canon lift (core func $m "not"))))"#)?;
//! struct Lines(Arc<Mutex<Vec<String>>>);
//!
//! impl Observer for Lines {
//!     fn event(&mut self, event: Event<'_>) {
//!         let line = match event {
//!             Event::Call(call) => format!("{}: {}", call.name, call.signature()),
//!             Event::Abi(_, abi::Event::Flat { values, .. }) => format!("{values:?}"),
//!             _ => return,
//!         };
//!         self.0.lock().expect("nobody panics").push(line);
//!     }
//! }
//!
//! let lines = Arc::new(Mutex::new(Vec::new()));
//! let mut store = Store::new(&engine, ());
//! set_observer(&mut store, Some(Box::new(Lines(lines.clone()))));
//! let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
//! let not = instance.get_typed_func::<(bool,), (bool,)>("not")?;
//! not.call(&mut store, (true,))?;
//! assert_eq!(*lines.lock().expect("nobody panics"), ["not: func(a: bool) -> bool", "[1]", "[0]"]);
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use falkirk_canonical_abi::{self as abi, FuncType, HandleMove, InstanceId, Options, ResourceType, Types};
use falkirk_runtime::{AsContextMut, Error, Result, StoreContextMut};

use crate::func::{FuncInner, View};
use crate::plan::Plan;
use crate::state::state;
use crate::types::FuncLine;

/// Is told what crosses between the components of a store, and between them and the host.
///
/// It is told while a call is at work, so it must not use the store.
pub trait Observer: Send {
    /// Something happened.
    fn event(&mut self, event: Event<'_>);
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A component is being instantiated.
    Instance {
        /// The new instance.
        instance: InstanceId,
        /// The instance that it lies in.
        parent: Option<InstanceId>,
        /// What the component calls itself, or else the first of its modules that has a name.
        name: Option<&'a str>,
    },
    /// A function is called.
    Call(Call<'a>),
    /// What the canonical ABI does for a call.
    Abi(Call<'a>, abi::Event<'a>),
    /// The function returns.
    Return(Call<'a>),
    /// The call failed.
    Failed(&'a Error),
    /// A guest uses `resource.new`, `resource.rep` or `resource.drop`.
    Handle {
        /// The guest.
        instance: InstanceId,
        /// Which of the three.
        movement: HandleMove,
        /// The handle's index in the guest's table.
        index: u32,
        /// The resource's type.
        resource: ResourceType,
        /// Its representation.
        rep: u32,
    },
}

/// A call of a component's function, or of the host's by a component.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The function's name: see [`Func::name`](crate::Func::name).
    pub name: &'a str,
    /// Its type.
    pub ty: &'a FuncType,
    /// The types that its type uses.
    pub types: &'a Types,
    /// Who calls; nothing if that is the host.
    pub caller: Option<Guest>,
    /// Who is called; nothing if that is the host.
    pub callee: Option<Guest>,
}

/// A component's instance that takes part in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The instance.
    pub instance: InstanceId,
    /// The [number](falkirk_runtime::Memory::number) of the memory that values go through, if they go through one.
    pub memory: Option<u32>,
    /// The options of its function.
    pub options: Options,
}

impl<'a> Call<'a> {
    /// The function's type, as text.
    pub fn signature(&self) -> impl fmt::Display + use<'a> {
        FuncLine { types: self.types, ty: self.ty }
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { name, caller, callee, .. } = self;
        write!(f, "Call {{ {name}: {}, caller: {caller:?}, callee: {callee:?} }}", self.signature())
    }
}

/// Has an observer told what crosses in a store; `None` takes that back.
///
/// Set it before components are instantiated. Only then does it see all handles come and go, and calls between components
/// that were linked before may go through machine code which tells nobody.
pub fn set_observer(mut store: impl AsContextMut, observer: Option<Box<dyn Observer>>) {
    state(&mut store.as_context_mut()).observer = observer.map(|observer| Shared(Arc::new(Mutex::new(observer))));
}

/// Whether somebody watches.
pub(crate) fn is_watched<T>(store: &mut StoreContextMut<'_, T>) -> bool {
    state(store).observer.is_some()
}

/// An observer, as a store and its running calls share it.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Box<dyn Observer>>>);

impl Shared {
    fn tell(&self, event: Event<'_>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).event(event);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an observer")
    }
}

/// Who tells a store's observer of one call.
pub(crate) struct Tracer<'a> {
    observer: Shared,
    call: Call<'a>,
}

/// Somebody to tell of a call, if somebody watches.
#[inline]
pub(crate) fn tracer<'a, T>(
    store: &mut StoreContextMut<'_, T>,
    func: &'a FuncInner,
    caller: Option<&View>,
    callee: Option<&View>,
) -> Option<Tracer<'a>> {
    let observer = state(store).observer.as_ref()?;
    Some(Tracer::new(observer.clone(), func, caller, callee))
}

impl<'a> Tracer<'a> {
    #[cold]
    fn new(observer: Shared, func: &'a FuncInner, caller: Option<&View>, callee: Option<&View>) -> Tracer<'a> {
        let guest = |view: &View| Guest {
            instance: view.instance,
            memory: view.memory.map(|memory| memory.number()),
            options: view.options,
        };
        let FuncInner { name, ty, types, .. } = func;
        let call = Call { name, ty, types, caller: caller.map(guest), callee: callee.map(guest) };
        Tracer { observer, call }
    }

    /// Does a call, and tells how it begins and ends.
    #[cold]
    #[inline(never)]
    pub fn watch<V>(mut self, call: impl FnOnce(&mut Tracer<'a>) -> Result<V>) -> Result<V> {
        self.observer.tell(Event::Call(self.call));
        let result = call(&mut self);
        self.observer.tell(match &result {
            Ok(_) => Event::Return(self.call),
            Err(error) => Event::Failed(error),
        });
        result
    }
}

impl abi::Observer for Tracer<'_> {
    fn event(&mut self, event: abi::Event<'_>) {
        self.observer.tell(Event::Abi(self.call, event));
    }
}

/// Tells of a new instance, if somebody watches.
pub(crate) fn instantiated<T>(
    store: &mut StoreContextMut<'_, T>,
    instance: InstanceId,
    parent: Option<InstanceId>,
    plan: &Plan,
) {
    if let Some(observer) = &state(store).observer {
        let name = plan.name.as_deref().or_else(|| plan.modules().find_map(|module| module.name()));
        observer.tell(Event::Instance { instance, parent, name });
    }
}

/// Tells what a guest did to a handle, if somebody watches.
#[inline]
pub(crate) fn moved<T>(
    store: &mut StoreContextMut<'_, T>,
    instance: InstanceId,
    movement: HandleMove,
    resource: ResourceType,
    index: u32,
    rep: u32,
) {
    if let Some(observer) = &state(store).observer {
        observer.tell(Event::Handle { instance, movement, index, resource, rep });
    }
}
