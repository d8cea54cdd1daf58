//! Instances of components.

use std::sync::Arc;

use falkirk_runtime::{Error, Module, Result};

use crate::func::{Func, Params, Return, TypedFunc};
use crate::item::{Exports, Item};
use crate::linker::version;

/// An instance of a component in a store: what it exports. A clone is another handle to the same instance.
#[derive(Clone, Debug)]
pub struct Instance(pub(crate) Arc<Exports>);

/// Something that an instance exports.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Export {
    /// A function.
    Func(Func),
    /// An instance: an interface, say.
    Instance(Instance),
    /// A core module.
    Module(Module),
    /// A component, which only components can instantiate.
    Component,
    /// A type or a resource type.
    Type,
}

impl Instance {
    /// The exported function with this name. One of an exported instance is `instance#function`, as in
    /// `example:greeting/hello@1.0.0#greet`.
    pub fn get_func(&self, name: &str) -> Option<Func> {
        match self.get_export(name)? {
            Export::Func(func) => Some(func),
            _ => None,
        }
    }

    /// The exported function with this name, as [`Instance::get_func`], with a type that Rust knows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage): there is no such function, or it has another type. The
    /// message says what there is, or where the types differ.
    pub fn get_typed_func<P: Params, R: Return>(&self, name: &str) -> Result<TypedFunc<P, R>> {
        let func = self.get_func(name).ok_or_else(|| Error::usage(self.no_function(name)))?;
        func.typed().map_err(|error| Error::usage(format!("function \"{name}\": {error}")))
    }

    /// The exported instance with this name.
    pub fn get_instance(&self, name: &str) -> Option<Instance> {
        match self.get_export(name)? {
            Export::Instance(instance) => Some(instance),
            _ => None,
        }
    }

    /// The exported interface with this name, or with the same name in the latest version that is compatible: asked for
    /// `example:greeting/hello@1.0.0`, it may give `@1.2.0`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage): there is none. The message says what there is.
    pub fn interface(&self, name: &str) -> Result<Instance> {
        match version::find(&self.0, name) {
            Some(Item::Instance(exports)) => Ok(Instance(exports.clone())),
            _ => Err(Error::usage(self.no_interface(name))),
        }
    }

    /// What to say when an interface is not there.
    fn no_interface(&self, name: &str) -> String {
        let instances = self.0.iter().filter(|(_, item)| matches!(item, Item::Instance(_)));
        let names: Vec<String> = instances.take(10).map(|(name, _)| format!("\"{name}\"")).collect();
        match names.is_empty() {
            true => format!("there is no exported interface \"{name}\"; the component exports no interfaces"),
            false => format!("there is no exported interface \"{name}\"; there is {}", names.join(", ")),
        }
    }

    /// The export with this name, or with this path of names joined by `#`.
    pub fn get_export(&self, name: &str) -> Option<Export> {
        if let Some(item) = self.0.get(name) {
            return Some(Export::of(item));
        }
        let (outer, inner) = name.split_once('#')?;
        self.get_instance(outer)?.get_export(inner)
    }

    /// All exports, by name.
    pub fn exports(&self) -> impl Iterator<Item = (&str, Export)> {
        self.0.iter().map(|(name, item)| (&**name, Export::of(item)))
    }

    /// What to say when a function is not there.
    pub fn no_function(&self, name: &str) -> String {
        let found = match self.get_export(name) {
            Some(_) => format!("the export \"{name}\" is not a function"),
            None => format!("there is no export \"{name}\""),
        };
        let names = self.func_names();
        match names.is_empty() {
            true => format!("{found}; the component exports no functions"),
            false => format!("{found}; exported functions are {}", names.join(", ")),
        }
    }

    /// The names of the first few functions, also of those in instances.
    fn func_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (name, export) in self.exports() {
            match export {
                Export::Func(_) => names.push(format!("\"{name}\"")),
                Export::Instance(instance) => {
                    let funcs = instance.0.iter().filter(|(_, item)| matches!(item, Item::Func(_)));
                    names.extend(funcs.map(|(func, _)| format!("\"{name}#{func}\"")));
                }
                _ => {}
            }
            if names.len() >= 10 {
                break;
            }
        }
        names.truncate(10);
        names
    }
}

impl Export {
    fn of(item: &Item) -> Export {
        match item {
            Item::Func(func) => Export::Func(func.clone()),
            Item::Instance(exports) => Export::Instance(Instance(exports.clone())),
            Item::Module(module) => Export::Module(module.clone()),
            Item::Component(_) => Export::Component,
            Item::Resource(_) | Item::Type => Export::Type,
        }
    }

    pub(crate) fn to_item(&self) -> Option<Item> {
        match self {
            Export::Func(func) => Some(Item::Func(func.clone())),
            Export::Instance(instance) => Some(Item::Instance(instance.0.clone())),
            Export::Module(module) => Some(Item::Module(module.clone())),
            Export::Component | Export::Type => None,
        }
    }
}
