//! Making definitions.

use std::collections::HashMap;

use super::{Definition, Linker};
use crate::caller::Caller;
use crate::error::{Error, LinkError, Result};
use crate::externs::Extern;
use crate::func::{IntoFunc, dynamic};
use crate::instance::Instance;
use crate::module::{EntityType, Module};
use crate::store::{AsContext, AsContextMut};
use crate::types::FuncType;
use crate::value::Val;

impl<T> Linker<T> {
    /// Defines a host function from a closure whose type says what it takes and returns; see
    /// [`Func::wrap`](crate::Func::wrap).
    ///
    /// ```
    /// # use falkirk_runtime::*;
    /// # fn define(linker: &mut Linker<Vec<i32>>) -> Result<()> {
    /// linker.func_wrap("log", "number", |mut caller: Caller<'_, Vec<i32>>, number: i32| caller.data_mut().push(number))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`], unless shadowing is allowed. So it is for all definitions.
    pub fn func_wrap<Params, Results>(
        &mut self,
        module: &str,
        name: &str,
        func: impl IntoFunc<T, Params, Results>,
    ) -> Result<&mut Linker<T>> {
        let func = func.into_host_func(&self.engine, Some((module, name)));
        self.insert(module, name, Definition::HostFunc(func))
    }

    /// Defines a host function whose type is known at run time; see [`Func::new`](crate::Func::new).
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    ///
    /// # Panics
    ///
    /// The type has more than 1,000 parameters or more than 1,000 results.
    pub fn func_new(
        &mut self,
        module: &str,
        name: &str,
        ty: FuncType,
        func: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<()> + Send + Sync + 'static,
    ) -> Result<&mut Linker<T>> {
        let func = dynamic(&self.engine, ty, Some((module, name)), func);
        self.insert(module, name, Definition::HostFunc(func))
    }

    /// Defines something of a store.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`].
    ///
    /// # Panics
    ///
    /// The item is of another store.
    pub fn define(
        &mut self,
        store: impl AsContext<Data = T>,
        module: &str,
        name: &str,
        item: impl Into<Extern>,
    ) -> Result<&mut Linker<T>> {
        let item = item.into();
        item.check(store.as_context().inner().id);
        self.insert(module, name, Definition::Extern(item))
    }

    /// Defines all exports of an instance, under a module name and the exports' names.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`]. The exports before that one are defined.
    ///
    /// # Panics
    ///
    /// The instance is of another store.
    pub fn instance(
        &mut self,
        store: impl AsContext<Data = T>,
        module: &str,
        instance: Instance,
    ) -> Result<&mut Linker<T>> {
        let store = store.as_context();
        for (name, item) in instance.exports(&store) {
            self.insert(module, name, Definition::Extern(item))?;
        }
        Ok(self)
    }

    /// Instantiates a module, and defines its exports under this module name.
    ///
    /// # Errors
    ///
    /// Those of [`Linker::instantiate`] and [`Linker::instance`].
    pub fn module(
        &mut self,
        mut store: impl AsContextMut<Data = T>,
        name: &str,
        module: &Module,
    ) -> Result<&mut Linker<T>> {
        let instance = self.instantiate(&mut store, module)?;
        self.instance(&store, name, instance)
    }

    /// Defines everything that is defined under a module name under another module name too.
    ///
    /// # Errors
    ///
    /// [`LinkError::Duplicate`]. Some names may be defined then.
    pub fn alias_module(&mut self, module: &str, alias: &str) -> Result<&mut Linker<T>> {
        let names: HashMap<Box<str>, Definition> = self.modules.get(module).cloned().unwrap_or_default();
        for (name, definition) in names {
            self.insert(alias, &name, definition)?;
        }
        Ok(self)
    }

    /// Defines every function that the module imports and nothing defines yet, as one that fails when it is called, with
    /// an error that names the import.
    ///
    /// # Errors
    ///
    /// None so far.
    pub fn define_unknown_imports_as_traps(&mut self, module: &Module) -> Result<()> {
        let info = module.info();
        for import in &info.imports {
            let EntityType::Func(ty) = import.entity else { continue };
            if self.find(&import.module, &import.name).is_some() {
                continue;
            }
            let message =
                format!("the guest called \"{}\" \"{}\", an import that nothing defines", import.module, import.name);
            let ty = info.types[ty as usize].0.clone();
            self.func_new(&import.module, &import.name, ty, move |_, _, _| Err(Error::msg(&message)))?;
        }
        Ok(())
    }

    fn insert(&mut self, module: &str, name: &str, definition: Definition) -> Result<&mut Linker<T>> {
        if !self.modules.contains_key(module) {
            self.modules.insert(module.into(), HashMap::new());
        }
        let names = self.modules.get_mut(module).expect("BUG: inserted just above");
        if !self.allow_shadowing && names.contains_key(name) {
            return Err(LinkError::Duplicate { module: module.into(), name: name.into() }.into());
        }
        names.insert(name.into(), definition);
        Ok(self)
    }
}
