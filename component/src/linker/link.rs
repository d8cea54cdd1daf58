//! Finding and checking what a component imports.

use std::sync::Arc;

use falkirk_canonical_abi::{FuncType, InstanceId, Name, ResourceIndex, ResourceType};
use falkirk_runtime::{
    AsContextMut, Caller, Engine, Error, Func as CoreFunc, FuncType as CoreFuncType, LinkError, Result,
    StoreContextMut, ValType,
};

use super::matches::{Wanted, check_func, check_module};
use super::subtypes::{Items, Subtyping};
use super::{Definition, HostDtor, Linker, Names, version};
use crate::component::Component;
use crate::func::{Body, Func, FuncInner, HostFunction};
use crate::item::{ComponentItem, Exports, Item};
use crate::plan::Plan;
use crate::resource::HostResource;
use crate::state::state;
use crate::types::{ItemType, ModuleType};

/// A resource type of which nothing is known: none is equal to it.
const UNKNOWN: ResourceType = ResourceType { id: u32::MAX, implementer: InstanceId::HOST };

impl<T> Linker<T> {
    /// What a component imports, checked.
    pub(super) fn link(&self, store: &mut StoreContextMut<'_, T>, component: &Component) -> Result<Exports> {
        let plan = component.plan();
        let mut linking = Linking { store, plan, resources: vec![None; plan.resources as usize] };
        let mut args = Exports::new();
        for (name, wanted) in &plan.imports {
            if let Some(item) = linking.import(&self.root, "", name, wanted)? {
                args.insert(name.clone(), item);
            }
        }
        Ok(args)
    }
}

/// A component that is being linked.
struct Linking<'a, 's, T: 'static> {
    store: &'a mut StoreContextMut<'s, T>,
    plan: &'a Plan,
    /// What its resource types are, as far as that is known.
    resources: Vec<Option<ResourceType>>,
}

impl<T> Linking<'_, '_, T> {
    /// What is defined for an import; nothing for types.
    fn import(&mut self, names: &Names<T>, path: &str, name: &Name, wanted: &ItemType) -> Result<Option<Item>> {
        if matches!(wanted, ItemType::Type(_) | ItemType::OtherType) {
            return Ok(None);
        }
        let place = if path.is_empty() { name.to_string() } else { format!("{path}#{name}") };
        match (version::find(names, name), wanted) {
            (Some(definition), _) => self.define(definition, &place, wanted).map(Some),
            (None, ItemType::Resource(index)) if let Some(ty) = self.resources[index.0 as usize] => {
                // Another interface's resource, which `use` brings into this one.
                Ok(Some(Item::Resource(ty)))
            }
            (None, ItemType::Instance(exports)) if exports.iter().all(|(_, wanted)| self.is_known(wanted)) => {
                self.define(&Definition::Instance(Names::new()), &place, wanted).map(Some)
            }
            (None, _) => Err(self.missing(names, path, place, name, wanted)),
        }
    }

    /// Whether nobody has to define this: a type, or a resource that was given before.
    fn is_known(&self, wanted: &ItemType) -> bool {
        match wanted {
            ItemType::Type(_) | ItemType::OtherType => true,
            ItemType::Resource(index) => self.resources[index.0 as usize].is_some(),
            _ => false,
        }
    }

    /// A definition as what an import wants.
    fn define(&mut self, definition: &Definition<T>, place: &str, wanted: &ItemType) -> Result<Item> {
        match (definition, wanted) {
            (Definition::Func(func), ItemType::Func(ty)) => self.host_func(func, place, wanted, ty),
            (Definition::Instance(names), ItemType::Instance(exports)) => {
                let mut items = Exports::new();
                for (name, wanted) in exports {
                    let item = self.import(names, place, name, wanted)?;
                    items.insert(name.clone(), item.unwrap_or(Item::Type));
                }
                Ok(Item::Instance(Arc::new(items)))
            }
            (Definition::Module(module), ItemType::Module(_)) => {
                self.item(&Item::Module(module.clone()), place, wanted)
            }
            (Definition::Component(component), ItemType::Component { imports, exports }) => {
                self.component(component, [imports, exports], place, wanted)
            }
            (Definition::Resource(resource, dtor), ItemType::Resource(index)) => {
                self.host_resource(*resource, dtor.as_ref());
                self.bind(*index, resource.ty(), place, wanted)
            }
            (Definition::Item(item), wanted) => self.item(item, place, wanted),
            (definition, wanted) => Err(self.mismatch(place, wanted, definition.sort(), None)),
        }
    }

    fn host_func(
        &self,
        func: &Arc<dyn HostFunction<T>>,
        place: &str,
        wanted: &ItemType,
        ty: &FuncType,
    ) -> Result<Item> {
        func.matches(&self.plan.types, ty).map_err(|mismatch| {
            let hint = format!("in Rust's types: {mismatch}");
            self.mismatch(place, wanted, "a function of the host with another type", Some(hint))
        })?;
        let body: Box<Arc<dyn HostFunction<T>>> = Box::new(func.clone());
        let resources = self.resources.iter().map(|resource| resource.unwrap_or(UNKNOWN)).collect();
        let (ty, types) = (ty.clone(), self.plan.types.clone());
        let name = place.into();
        Ok(Item::Func(Func(Arc::new(FuncInner { name, ty, types, resources, body: Body::Host(body) }))))
    }

    /// A component that the embedder gives, to be instantiated by the one that imports it.
    fn component(
        &self,
        component: &Component,
        imports_and_exports: [&Items; 2],
        place: &str,
        wanted: &ItemType,
    ) -> Result<Item> {
        if !Engine::same(self.store.engine(), component.engine()) {
            return Err(Error::usage(format!(
                "import \"{place}\": the component was made by another engine than the store"
            )));
        }
        let known = (0..).zip(&self.resources).filter(|(_, resource)| resource.is_some());
        let known = known.map(|(index, _)| ResourceIndex(index)).collect();
        let plan = component.plan();
        Subtyping::new(&plan.types, &self.plan.types, known)
            .component([&plan.imports, &plan.exports], imports_and_exports)
            .map_err(|found| self.mismatch(place, wanted, &found, None))?;
        Ok(Item::Component(Arc::new(ComponentItem { plan: plan.clone(), captures: Vec::new() })))
    }

    /// Lets the store know a resource type of the host's.
    fn host_resource(&mut self, resource: HostResource, dtor: Option<&HostDtor<T>>) {
        let id = resource.ty().id;
        if state(self.store).knows_host_resource(id) {
            return;
        }
        let dtor = dtor.cloned().map(|dtor| {
            let ty = CoreFuncType::new([ValType::I32], []);
            let func = CoreFunc::wrap_slots(&mut *self.store, ty, move |mut caller: Caller<'_, T>, slots| {
                dtor(caller.as_context_mut(), slots[0] as u32)
            });
            func.slots(&*self.store).expect("BUG: a function of one number is one of numbers")
        });
        state(self.store).set_host_dtor(id, dtor);
    }

    /// Something of a store as what an import wants.
    fn item(&mut self, item: &Item, place: &str, wanted: &ItemType) -> Result<Item> {
        match (item, wanted) {
            (Item::Func(func), ItemType::Func(ty)) => {
                let types = Wanted { types: &self.plan.types, resources: &self.resources };
                check_func(&func.0, &types, ty).map_err(|found| self.mismatch(place, wanted, &found, None))?;
            }
            (Item::Instance(exports), ItemType::Instance(all)) => self.exports(exports, place, all)?,
            (Item::Module(module), ItemType::Module(ty)) => {
                check_module(&ModuleType::of(module), ty)
                    .map_err(|found| self.mismatch(place, wanted, &found, None))?;
            }
            (Item::Resource(ty), ItemType::Resource(index)) => return self.bind(*index, *ty, place, wanted),
            (_, ItemType::Component { .. }) => {
                let what = "components that come from an instance's exports, rather than from Linker::component";
                return Err(Error::usage(format!("import \"{place}\": not supported yet: {what}")));
            }
            (item, wanted) => return Err(self.mismatch(place, wanted, item.sort(), None)),
        }
        Ok(item.clone())
    }

    /// Checks what an instance exports.
    fn exports(&mut self, exports: &Exports, place: &str, wanted: &[(Name, ItemType)]) -> Result<()> {
        for (name, wanted) in wanted {
            if matches!(wanted, ItemType::Type(_) | ItemType::OtherType) {
                continue;
            }
            let place = format!("{place}#{name}");
            match exports.get(name) {
                Some(item) => _ = self.item(item, &place, wanted)?,
                None => {
                    let names: Vec<&str> = exports.keys().map(|name| &**name).collect();
                    return Err(self.unknown(place, wanted, hint_of(&names, "the instance exports")));
                }
            }
        }
        Ok(())
    }

    /// A resource type is known now; or else it must be the one that it was before.
    fn bind(&mut self, index: ResourceIndex, ty: ResourceType, place: &str, wanted: &ItemType) -> Result<Item> {
        match self.resources[index.0 as usize].replace(ty) {
            Some(before) if before != ty => {
                let hint = "two imports want the same resource".to_owned();
                Err(self.mismatch(place, wanted, "another resource than the one given before", Some(hint)))
            }
            _ => Ok(Item::Resource(ty)),
        }
    }

    #[cold]
    fn mismatch(&self, place: &str, wanted: &ItemType, found: &str, hint: Option<String>) -> Error {
        let wanted = wanted.display(&self.plan.types).to_string();
        LinkError::Component { name: place.to_owned(), wanted, found: Some(found.to_owned()), hint }.into()
    }

    #[cold]
    fn missing(&self, names: &Names<T>, path: &str, place: String, name: &str, wanted: &ItemType) -> Error {
        let others = version::other_versions(names, name);
        let hint = if others.is_empty() {
            let names: Vec<&str> = names.keys().map(|name| &**name).collect();
            let have = if path.is_empty() { "the linker has".to_owned() } else { format!("\"{path}\" has") };
            hint_of(&names, &have)
        } else {
            Some(format!("there is {}, a version that is not compatible", quoted(&others)))
        };
        self.unknown(place, wanted, hint)
    }

    #[cold]
    fn unknown(&self, name: String, wanted: &ItemType, hint: Option<String>) -> Error {
        let wanted = wanted.display(&self.plan.types).to_string();
        LinkError::Component { name, wanted, found: None, hint }.into()
    }
}

/// What there is instead.
fn hint_of(names: &[&str], have: &str) -> Option<String> {
    match names {
        [] => Some("nothing is defined there: define it with Linker::instance or Linker::root".to_owned()),
        names => Some(format!("{have} {}", quoted(names))),
    }
}

/// Names in quotes, not too many.
fn quoted(names: &[&str]) -> String {
    let mut text = names.iter().take(5).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        text += &format!(" and {} more", names.len() - 5);
    }
    text
}
