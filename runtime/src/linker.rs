//! Imports by name.

mod define;
mod hint;

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::{Error, LinkError, Result};
use crate::externs::Extern;
use crate::func::{Func, HostFunc};
use crate::instance::Instance;
use crate::module::{Import, Module};
use crate::store::{AsContextMut, StoreInner};

/// Definitions under pairs of names, from which modules get their imports.
///
/// Host functions that were defined with [`Linker::func_wrap`] or [`Linker::func_new`] belong to no store, so one linker
/// serves many stores. What was defined from a store works with that store only.
pub struct Linker<T: 'static> {
    engine: Engine,
    /// Module names, then names.
    modules: HashMap<Box<str>, HashMap<Box<str>, Definition>>,
    allow_shadowing: bool,
    /// `T` is what the host functions take; a linker holds none.
    data: PhantomData<fn(T)>,
}

/// What is defined under a name.
#[derive(Clone)]
enum Definition {
    /// Something of a store.
    Extern(Extern),
    /// A function for any store.
    HostFunc(Arc<HostFunc>),
}

impl Definition {
    /// What this is in a store.
    fn to_extern(&self, store: &mut StoreInner) -> Extern {
        match self {
            Definition::Extern(item) => *item,
            Definition::HostFunc(func) => Func::from_host(store, func.clone()).into(),
        }
    }
}

impl<T> Linker<T> {
    /// A linker with no definitions, for modules of this engine.
    pub fn new(engine: &Engine) -> Linker<T> {
        Linker { engine: engine.clone(), modules: HashMap::new(), allow_shadowing: false, data: PhantomData }
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

    /// What is defined under this name, as something of this store.
    ///
    /// # Panics
    ///
    /// The store is of another engine.
    pub fn get(&self, mut store: impl AsContextMut<Data = T>, module: &str, name: &str) -> Option<Extern> {
        let store = store.as_context_mut().into_inner();
        assert!(Engine::same(&self.engine, &store.engine), "this linker was made for another engine than the store");
        Some(self.find(module, name)?.to_extern(store))
    }

    /// Instantiates a module, its imports taken from the definitions.
    ///
    /// # Errors
    ///
    /// Those of [`Instance::new`], and [`LinkError::UnknownImport`] with what is there instead.
    ///
    /// # Panics
    ///
    /// A definition that the module imports is of another store.
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = T>, module: &Module) -> Result<Instance> {
        self.check(module)?;
        let inner = store.as_context_mut().into_inner();
        let imports = module.info().imports.iter();
        let imports: Vec<Extern> =
            imports.map(|import| Ok(self.resolve(module, import)?.to_extern(inner))).collect::<Result<_>>()?;
        Instance::new(store, module, &imports)
    }

    /// Looks up a module's imports once, for many instances.
    ///
    /// # Errors
    ///
    /// [`LinkError::UnknownImport`]. Types are checked when an instance is made.
    pub fn instantiate_pre(&self, module: &Module) -> Result<InstancePre<T>> {
        self.check(module)?;
        let imports = module.info().imports.iter().map(|import| self.resolve(module, import).cloned());
        Ok(InstancePre { imports: imports.collect::<Result<_>>()?, module: module.clone(), data: PhantomData })
    }

    /// Host functions have the types of the linker's engine, which mean nothing to another.
    fn check(&self, module: &Module) -> Result<()> {
        match Engine::same(&self.engine, module.engine()) {
            true => Ok(()),
            false => Err(Error::usage("the module was made by another engine than the linker")),
        }
    }

    fn find(&self, module: &str, name: &str) -> Option<&Definition> {
        self.modules.get(module)?.get(name)
    }

    /// The definition for an import.
    fn resolve(&self, module: &Module, import: &Import) -> Result<&Definition> {
        self.find(&import.module, &import.name).ok_or_else(|| self.unknown_import(module, import))
    }

    #[cold]
    fn unknown_import(&self, module: &Module, import: &Import) -> Error {
        let names = self.modules.iter().map(|(module, names)| (&**module, names.keys().map(|name| &**name)));
        let error = LinkError::UnknownImport {
            module: import.module.clone(),
            name: import.name.clone(),
            wanted: module.info().import_type(import).to_string(),
            hint: hint::hint(names, &import.module, &import.name),
        };
        error.into()
    }
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        let Linker { engine, modules, allow_shadowing, data } = self;
        Linker { engine: engine.clone(), modules: modules.clone(), allow_shadowing: *allow_shadowing, data: *data }
    }
}

impl<T> fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.modules.iter().map(|(module, names)| (module, names.keys().collect::<Vec<_>>()));
        f.debug_map().entries(names).finish()
    }
}

/// A module whose imports were looked up. Made with [`Linker::instantiate_pre`].
pub struct InstancePre<T: 'static> {
    module: Module,
    imports: Arc<[Definition]>,
    data: PhantomData<fn(T)>,
}

impl<T> InstancePre<T> {
    /// Instantiates the module.
    ///
    /// # Errors
    ///
    /// Those of [`Instance::new`].
    ///
    /// # Panics
    ///
    /// A definition that the module imports is of another store.
    pub fn instantiate(&self, mut store: impl AsContextMut<Data = T>) -> Result<Instance> {
        let inner = store.as_context_mut().into_inner();
        let imports: Vec<Extern> = self.imports.iter().map(|definition| definition.to_extern(inner)).collect();
        Instance::new(store, &self.module, &imports)
    }

    /// The module.
    pub fn module(&self) -> &Module {
        &self.module
    }
}

impl<T> Clone for InstancePre<T> {
    fn clone(&self) -> Self {
        InstancePre { module: self.module.clone(), imports: self.imports.clone(), data: PhantomData }
    }
}

impl<T> fmt::Debug for InstancePre<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InstancePre").field(&self.module).finish()
    }
}

#[cfg(test)]
mod tests;
