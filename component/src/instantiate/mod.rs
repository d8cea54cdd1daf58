//! Instantiation: the steps of a [`Plan`], one after the other.

mod canon;

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use falkirk_canonical_abi::{InstanceId, Name, ResourceIndex, ResourceType};
use falkirk_runtime::{
    self as runtime, AsContext, Error, Extern, Func as CoreFunc, Limit, Module, Result, StoreContextMut,
};

use crate::item::{ComponentItem, Exports, Item};
use crate::plan::{Capture, CoreSort, Plan, Ref, Sort, Step};
use crate::state::state;

/// How many instantiations may lie inside one another.
const MAX_DEPTH: u32 = 100;

/// How many steps an instantiation may take, with those inside it. A small binary can ask for any number of them, and what
/// they make stays in the store.
const MAX_STEPS: u64 = 2_000_000;

/// A component that is instantiated, and what it gets.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub plan: &'a Plan,
    pub captures: &'a [Item],
    pub args: &'a Exports,
    /// The instance that instantiates it.
    pub parent: Option<InstanceId>,
    /// How many instantiations this lies in.
    pub depth: u32,
    /// How many steps all of them have taken.
    pub steps: &'a Cell<u64>,
}

/// Instantiates a component; what the instance exports.
pub(crate) fn instantiate<T: 'static>(store: &mut StoreContextMut<'_, T>, request: Request<'_>) -> Result<Exports> {
    if request.depth > MAX_DEPTH {
        let details = format!("components instantiate one another more than {MAX_DEPTH} deep");
        return Err(Error::limit_reached(Limit::Implementation, details));
    }
    request.steps.set(request.steps.get() + request.plan.size);
    if request.steps.get() > MAX_STEPS {
        let details = format!("a component is instantiated in more than {MAX_STEPS} steps");
        return Err(Error::limit_reached(Limit::Implementation, details));
    }
    let id = state(store).add_instance(request.parent)?;
    #[cfg(feature = "trace")]
    crate::trace::instantiated(store, id, request.parent, request.plan);
    let mut building = Building::new(id, request);
    for step in &request.plan.steps {
        building.step(store, step)?;
    }
    Ok(building.exports)
}

/// The resource type of a number that no step has said anything of yet.
const UNKNOWN: ResourceType = ResourceType { id: u32::MAX, implementer: InstanceId::HOST };

/// An instance that is being made: its index spaces so far.
struct Building<'a> {
    id: InstanceId,
    request: Request<'a>,
    items: [Vec<Item>; 4],
    core: [Vec<Extern>; 4],
    core_instances: Vec<CoreInstance>,
    resources: Vec<ResourceType>,
    /// The resources as functions share them, until there is a new one.
    shared_resources: Option<Arc<[ResourceType]>>,
    exports: Exports,
}

/// An instance in the core index space.
enum CoreInstance {
    /// Of a module.
    Module(runtime::Instance),
    /// Made of single items.
    Bag(HashMap<String, Extern>),
}

impl CoreInstance {
    fn get(&self, store: impl AsContext, name: &str) -> Extern {
        let item = match self {
            CoreInstance::Module(instance) => instance.get_export(store, name),
            CoreInstance::Bag(items) => items.get(name).copied(),
        };
        item.expect("BUG: a valid component uses an export that is not there")
    }
}

impl<'a> Building<'a> {
    fn new(id: InstanceId, request: Request<'a>) -> Building<'a> {
        Building {
            id,
            request,
            items: Default::default(),
            core: Default::default(),
            core_instances: Vec::new(),
            resources: vec![UNKNOWN; request.plan.resources as usize],
            shared_resources: None,
            exports: BTreeMap::new(),
        }
    }

    fn step<T: 'static>(&mut self, store: &mut StoreContextMut<'_, T>, step: &Step) -> Result<()> {
        match step {
            Step::Import(name, sort) => {
                let item = self.request.args.get(name).expect("BUG: an import is not given").clone();
                self.push(*sort, item);
            }
            Step::ImportResource(name, resource) => match self.request.args.get(name) {
                Some(Item::Resource(ty)) => self.bind(*resource, *ty),
                _ => panic!("BUG: an imported resource is not given"),
            },
            Step::Module(module) => self.push(Sort::Module, Item::Module(module.clone())),
            Step::CoreInstantiate { module, args } => self.core_instantiate(store, *module, args)?,
            Step::CoreBag(items) => {
                let item =
                    |(name, sort, index): &(String, CoreSort, u32)| (name.clone(), self.core_item(*sort, *index));
                let bag = items.iter().map(item).collect();
                self.core_instances.push(CoreInstance::Bag(bag));
            }
            Step::Component(plan) => {
                let captures = plan.captures.iter().map(|capture| self.captured(*capture)).collect();
                self.push(Sort::Component, Item::Component(Arc::new(ComponentItem { plan: plan.clone(), captures })));
            }
            Step::Instantiate { component, args } => self.instantiate(store, *component, args)?,
            Step::Bag(items) => {
                let items = items.iter().map(|(name, item)| (name.clone(), self.get(*item))).collect();
                self.push(Sort::Instance, Item::Instance(Arc::new(items)));
            }
            Step::Alias { sort, instance, name } => {
                let item = self.instance(*instance).get(name).expect("BUG: an aliased export is not there").clone();
                self.push(*sort, item);
            }
            Step::CoreAlias { sort, instance, name } => {
                let item = self.core_instances[*instance as usize].get(&*store, name);
                self.core[*sort as usize].push(item);
            }
            Step::Outer { sort, capture } => self.push(*sort, self.request.captures[*capture as usize].clone()),
            Step::Again(sort, index) => self.push(*sort, self.item(*sort, *index).clone()),
            Step::Resource { resource, dtor } => {
                let dtor = dtor.map(|index| self.core_func(index).slots(&*store)).transpose()?;
                let ty = state(store).add_resource(self.id, dtor);
                self.bind(*resource, ty);
            }
            Step::Bind { resource, instance, path } => self.bind(*resource, self.resource_at(*instance, path)),
            Step::Same { resource, other } => self.bind(*resource, self.resource(*other)),
            Step::Lift { core, ty, options, name } => self.lift(store, *core, ty, *options, name)?,
            Step::Lower { func, options } => self.lower(store, *func, *options)?,
            Step::ResourceNew(resource) => self.resource_new(store, *resource),
            Step::ResourceRep(resource) => self.resource_rep(store, *resource),
            Step::ResourceDrop(resource) => self.resource_drop(store, *resource),
            Step::Export(name, item) => _ = self.exports.insert(name.clone(), self.get(*item)),
        }
        Ok(())
    }

    fn core_instantiate<T: 'static>(
        &mut self,
        store: &mut StoreContextMut<'_, T>,
        module: u32,
        args: &[(String, u32)],
    ) -> Result<()> {
        let Item::Module(module) = self.item(Sort::Module, module).clone() else { panic!("BUG: not a module") };
        let imports = self.core_imports(&*store, &module, args);
        let instance = runtime::Instance::new(store, &module, &imports)?;
        self.core_instances.push(CoreInstance::Module(instance));
        Ok(())
    }

    fn core_imports(&self, store: impl AsContext, module: &Module, args: &[(String, u32)]) -> Vec<Extern> {
        let import = |import: runtime::ImportType<'_>| {
            let position = args.binary_search_by(|(name, _)| name.as_str().cmp(import.module()));
            let (_, instance) = args[position.expect("BUG: a valid component gives all imports of its modules")];
            self.core_instances[instance as usize].get(&store, import.name())
        };
        module.imports().map(import).collect()
    }

    fn instantiate<T: 'static>(
        &mut self,
        store: &mut StoreContextMut<'_, T>,
        component: u32,
        args: &[(Name, Ref)],
    ) -> Result<()> {
        let Item::Component(component) = self.item(Sort::Component, component).clone() else {
            panic!("BUG: not a component")
        };
        let args = args.iter().map(|(name, item)| (name.clone(), self.get(*item))).collect();
        let request = Request {
            plan: &component.plan,
            captures: &component.captures,
            args: &args,
            parent: Some(self.id),
            depth: self.request.depth + 1,
            steps: self.request.steps,
        };
        let exports = instantiate(store, request)?;
        self.push(Sort::Instance, Item::Instance(Arc::new(exports)));
        Ok(())
    }

    fn push(&mut self, sort: Sort, item: Item) {
        assert!(item.is(sort), "BUG: {} is in the index space of another sort", item.sort());
        self.items[sort as usize].push(item);
    }

    fn item(&self, sort: Sort, index: u32) -> &Item {
        &self.items[sort as usize][index as usize]
    }

    fn get(&self, item: Ref) -> Item {
        match item {
            Ref::Item(sort, index) => self.item(sort, index).clone(),
            Ref::Resource(resource) => Item::Resource(self.resource(resource)),
            Ref::Type => Item::Type,
        }
    }

    fn captured(&self, capture: Capture) -> Item {
        match capture {
            Capture::Local(sort, index) => self.item(sort, index).clone(),
            Capture::Captured(number) => self.request.captures[number as usize].clone(),
        }
    }

    fn instance(&self, index: u32) -> &Exports {
        match self.item(Sort::Instance, index) {
            Item::Instance(exports) => exports,
            _ => panic!("BUG: not an instance"),
        }
    }

    fn core_item(&self, sort: CoreSort, index: u32) -> Extern {
        self.core[sort as usize][index as usize]
    }

    fn core_func(&self, index: u32) -> CoreFunc {
        self.core_item(CoreSort::Func, index).into_func().expect("BUG: not a function")
    }

    fn resource(&self, resource: ResourceIndex) -> ResourceType {
        self.resources[resource.0 as usize]
    }

    /// The resource type that an instance exports under a path of names.
    fn resource_at(&self, instance: u32, path: &[Name]) -> ResourceType {
        let (last, path) = path.split_last().expect("BUG: a path without names");
        let mut exports = self.instance(instance);
        for name in path {
            exports = match exports.get(name) {
                Some(Item::Instance(exports)) => exports,
                _ => panic!("BUG: no instance `{name}`"),
            };
        }
        match exports.get(last) {
            Some(Item::Resource(ty)) => *ty,
            _ => panic!("BUG: no resource `{last}`"),
        }
    }

    fn bind(&mut self, resource: ResourceIndex, ty: ResourceType) {
        self.resources[resource.0 as usize] = ty;
        self.shared_resources = None;
    }

    fn shared_resources(&mut self) -> Arc<[ResourceType]> {
        self.shared_resources.get_or_insert_with(|| self.resources.as_slice().into()).clone()
    }
}
