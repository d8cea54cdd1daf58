//! Making definitions.

use std::sync::Arc;

use falkirk_canonical_abi::{Lift, Lower, Val};
use falkirk_runtime::{LinkError, Module, Result, StoreContextMut};

use super::{Definition, Names};
use crate::component::Component;
use crate::func::{DynamicHost, Params, Return, TypedHost};
use crate::instance::{Export, Instance};
use crate::resource::HostResource;

/// The definitions of one instance in a [`Linker`](crate::Linker).
pub struct LinkerInstance<'a, T: 'static> {
    names: &'a mut Names<T>,
    /// The instance's name, for messages.
    path: String,
    allow_shadowing: bool,
}

impl<'a, T> LinkerInstance<'a, T> {
    pub(super) fn new(names: &'a mut Names<T>, path: &str, allow_shadowing: bool) -> LinkerInstance<'a, T> {
        LinkerInstance { names, path: path.to_owned(), allow_shadowing }
    }

    /// Defines a host function from a closure whose type says what it takes and returns: parameters as a tuple, the
    /// result as a tuple of one or as `()`. Types are compared when a component is linked that imports it.
    ///
    /// ```
    /// # use falkirk_component::Linker;
    /// # use falkirk_runtime::{Result, StoreContextMut};
    /// # fn define(linker: &mut Linker<Vec<String>>) -> Result<()> {
    /// linker.root().func_wrap("log", |mut store: StoreContextMut<'_, Vec<String>>, (text,): (String,)| {
    ///     store.data_mut().push(text);
    ///     Ok(())
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`], unless shadowing is allowed. So it is for all definitions.
    pub fn func_wrap<P, R, F>(&mut self, name: &str, func: F) -> Result<&mut Self>
    where
        F: Fn(StoreContextMut<'_, T>, P) -> Result<R> + Send + Sync + 'static,
        P: Params + Lift + 'static,
        R: Return<Value: Lower> + 'static,
    {
        self.insert(name, Definition::Func(Arc::new(TypedHost::new(func))))
    }

    /// Defines a host function that takes and gives [`Val`]s. It serves an import of any type; what it returns is checked
    /// when it returns.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    pub fn func_new(
        &mut self,
        name: &str,
        func: impl Fn(StoreContextMut<'_, T>, &[Val]) -> Result<Option<Val>> + Send + Sync + 'static,
    ) -> Result<&mut Self> {
        self.insert(name, Definition::Func(Arc::new(DynamicHost(func))))
    }

    /// Defines a resource type of the host. The destructor is given the representation when the last handle is dropped.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    pub fn resource(
        &mut self,
        name: &str,
        resource: HostResource,
        dtor: impl Fn(StoreContextMut<'_, T>, u32) -> Result<()> + Send + Sync + 'static,
    ) -> Result<&mut Self> {
        self.insert(name, Definition::Resource(resource, Some(Arc::new(dtor))))
    }

    /// Defines a core module.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    pub fn module(&mut self, name: &str, module: &Module) -> Result<&mut Self> {
        self.insert(name, Definition::Module(module.clone()))
    }

    /// Defines a component, for those that import one and instantiate it themselves. Types are compared when such a
    /// component is linked.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    pub fn component(&mut self, name: &str, component: &Component) -> Result<&mut Self> {
        self.insert(name, Definition::Component(component.clone()))
    }

    /// Defines what an instance of another component exports. With its store only.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    pub fn export(&mut self, name: &str, export: &Export) -> Result<&mut Self> {
        match export.to_item() {
            Some(item) => self.insert(name, Definition::Item(item)),
            None => Ok(self),
        }
    }

    /// Defines what an instance of another component exports under a name, as something with this name. Also a resource
    /// type. If there is no such export, nothing is defined.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    pub fn export_of(&mut self, name: &str, instance: &Instance, export: &str) -> Result<&mut Self> {
        match instance.0.get(export) {
            Some(item) => self.insert(name, Definition::Item(item.clone())),
            None => Ok(self),
        }
    }

    /// Defines all that an instance of another component exports, under the names of its exports.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`]. The exports before that one are defined.
    pub fn exports(&mut self, instance: &Instance) -> Result<&mut Self> {
        for (name, item) in instance.0.iter() {
            self.insert(name, Definition::Item(item.clone()))?;
        }
        Ok(self)
    }

    /// The definitions of an instance in this one. It may have some already.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`]: the name is something else.
    pub fn instance(&mut self, name: &str) -> Result<LinkerInstance<'_, T>> {
        LinkerInstance { names: self.names, path: self.path.clone(), allow_shadowing: self.allow_shadowing }
            .into_instance(name)
    }

    pub(super) fn into_instance(self, name: &str) -> Result<LinkerInstance<'a, T>> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}#{name}", self.path) };
        let definition = self.names.entry(name.into()).or_insert_with(|| Definition::Instance(Names::new()));
        if self.allow_shadowing && !matches!(definition, Definition::Instance(_)) {
            *definition = Definition::Instance(Names::new());
        }
        match definition {
            Definition::Instance(names) => Ok(LinkerInstance { names, path, allow_shadowing: self.allow_shadowing }),
            _ => Err(LinkError::Duplicate { module: self.path, name: name.to_owned() }.into()),
        }
    }

    fn insert(&mut self, name: &str, definition: Definition<T>) -> Result<&mut Self> {
        if !self.allow_shadowing && self.names.contains_key(name) {
            return Err(LinkError::Duplicate { module: self.path.clone(), name: name.to_owned() }.into());
        }
        self.names.insert(name.into(), definition);
        Ok(self)
    }
}
