//! What components import, by name.
//!
//! | file | what it does |
//! | --- | --- |
//! | `define.rs` | makes definitions |
//! | `link.rs` | finds and checks what a component imports |
//! | `matches.rs` | compares the types of functions and modules |
//! | `subtypes.rs` | compares the types of components |
//! | `version.rs` | finds a name in another version |

mod define;
mod link;
mod matches;
mod subtypes;
pub(crate) mod version;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use falkirk_runtime::{AsContextMut, Engine, Error, Module, Result, StoreContextMut};

use crate::component::Component;
use crate::func::HostFunction;
use crate::instance::Instance;
use crate::instantiate::{Request, instantiate};
use crate::item::Item;
use crate::resource::HostResource;
pub use define::LinkerInstance;
pub use version::is_compatible;

/// Definitions by name, from which components get their imports.
///
/// A component imports functions, resources and, most often, *interfaces*: instances with names such as
/// `wasi:io/streams@0.2.3`. What is imported from an interface is defined in the [`LinkerInstance`] of that name. An
/// interface serves imports of any version that semantic versioning calls compatible: one that is defined as
/// `wasi:io/streams@0.2.12` serves `@0.2.3`, and one defined as `@1.4.0` serves `@1.0.2`. Types are checked in any case.
///
/// Host functions, resources and modules belong to no store, so that one linker serves many. What was defined from an
/// instance works with that instance's store only.
///
/// ```
/// use falkirk_component::{Component, Linker};
/// # use falkirk_runtime::{Config, Engine, Result, Store, StoreContextMut};
/// # use std::sync::Arc;
/// # fn main() -> Result<()> {
/// # let engine = Engine::with_backend(&Config::new(), Arc::new(falkirk_interp::Interpreter))?;
/// let component = Component::new(&engine, r#"(component
///     (import "example:clock/now@1.0.0" (instance $clock (export "seconds" (func (result u64)))))
///     (core func $seconds (canon lower (func $clock "seconds")))
///     (core module $M
///         (import "clock" "seconds" (func $seconds (result i64)))
///         (func (export "minutes") (result i64) (i64.div_u (call $seconds) (i64.const 60))))
///     (core instance $m (instantiate $M (with "clock" (instance (export "seconds" (func $seconds))))))
///     (func (export "minutes") (result u64) (canon lift (core func $m "minutes"))))"#)?;
/// let mut linker = Linker::new(&engine);
/// let mut clock = linker.instance("example:clock/now@1.2.0")?; // a later version will do
/// clock.func_wrap("seconds", |store: StoreContextMut<'_, u64>, (): ()| Ok((*store.data(),)))?;
///
/// let mut store = Store::new(&engine, 600);
/// let instance = linker.instantiate(&mut store, &component)?;
/// let minutes = instance.get_typed_func::<(), (u64,)>("minutes")?;
/// assert_eq!(minutes.call(&mut store, ())?, (10,));
/// # Ok(())
/// # }
/// ```
///
/// [The book](crate#in-the-book) explains it in chapters 15 and 19.
pub struct Linker<T: 'static> {
    engine: Engine,
    root: Names<T>,
    allow_shadowing: bool,
}

/// Definitions by name.
type Names<T> = BTreeMap<Box<str>, Definition<T>>;

/// The destructor of a host's resource type.
type HostDtor<T> = Arc<dyn Fn(StoreContextMut<'_, T>, u32) -> Result<()> + Send + Sync>;

/// What is defined under a name.
enum Definition<T: 'static> {
    /// A function of the host.
    Func(Arc<dyn HostFunction<T>>),
    /// An instance of the host.
    Instance(Names<T>),
    /// A core module.
    Module(Module),
    /// A component.
    Component(Component),
    /// A resource type of the host.
    Resource(HostResource, Option<HostDtor<T>>),
    /// Something of a store.
    Item(Item),
}

impl<T> Linker<T> {
    /// A linker with no definitions, for components of this engine.
    pub fn new(engine: &Engine) -> Linker<T> {
        Linker { engine: engine.clone(), root: Names::new(), allow_shadowing: false }
    }

    /// The engine that this linker is for.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether a further definition of a name replaces the one before, instead of being an error. Default: no.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Linker<T> {
        self.allow_shadowing = allow;
        self
    }

    /// The definitions that are in no interface.
    pub fn root(&mut self) -> LinkerInstance<'_, T> {
        LinkerInstance::new(&mut self.root, "", self.allow_shadowing)
    }

    /// The definitions of the instance with this name, an interface most often. It may have some already.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`](falkirk_runtime::LinkError::Duplicate): the name is something else.
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_, T>> {
        self.root().into_instance(name)
    }

    /// Instantiates a component, its imports taken from the definitions.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Link`](falkirk_runtime::ErrorKind::Link): an import is missing, or what is defined does not fit;
    /// - whatever stops the start functions of the component's modules.
    ///
    /// # Panics
    ///
    /// A definition that the component imports is of another store.
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = T>, component: &Component) -> Result<Instance> {
        let mut store = store.as_context_mut();
        if !Engine::same(store.engine(), component.engine()) {
            return Err(Error::usage("the component was made by another engine than the store"));
        }
        let args = self.link(&mut store, component)?;
        let steps = Cell::new(0);
        let request =
            Request { plan: component.plan(), captures: &[], args: &args, parent: None, depth: 0, steps: &steps };
        Ok(Instance(Arc::new(instantiate(&mut store, request)?)))
    }
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        let Linker { engine, root, allow_shadowing } = self;
        Linker { engine: engine.clone(), root: root.clone(), allow_shadowing: *allow_shadowing }
    }
}

impl<T> Clone for Definition<T> {
    fn clone(&self) -> Self {
        match self {
            Definition::Func(func) => Definition::Func(func.clone()),
            Definition::Instance(names) => Definition::Instance(names.clone()),
            Definition::Module(module) => Definition::Module(module.clone()),
            Definition::Component(component) => Definition::Component(component.clone()),
            Definition::Resource(resource, dtor) => Definition::Resource(*resource, dtor.clone()),
            Definition::Item(item) => Definition::Item(item.clone()),
        }
    }
}

impl<T> Definition<T> {
    /// What a message calls this.
    fn sort(&self) -> &'static str {
        match self {
            Definition::Func(_) => "a function of the host",
            Definition::Instance(_) => "an instance",
            Definition::Module(_) => "a core module",
            Definition::Component(_) => "a component",
            Definition::Resource(..) => "a resource of the host",
            Definition::Item(item) => item.sort(),
        }
    }
}

impl<T> fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.root.iter().map(|(name, definition)| (name, definition.sort()))).finish()
    }
}
