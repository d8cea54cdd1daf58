//! What a component is once it has been read: the steps of its instantiation, in the order of the binary.
//!
//! A component's binary is a list of definitions, each of which adds something to one of twelve index spaces. A
//! [`Step`] is such a definition with its indices resolved: instantiating a component means doing its steps one after the
//! other, which fills the index spaces of the new instance. Types have no steps. They are resolved when the component is
//! read, and all that is left of them is which *resource* is which: a resource type has a number in its component, and
//! steps say where the resource with that number comes from.

use std::sync::Arc;

use falkirk_canonical_abi::{FuncType, Name, ResourceIndex, StringEncoding, Types};
use falkirk_runtime::Module;

use crate::types::ItemType;

/// A component that was read and validated.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Its name, if it has one (the section `component-name`).
    pub name: Option<Name>,
    /// The value types that its functions use.
    pub types: Arc<Types>,
    /// How many resource types it knows.
    pub resources: u32,
    /// What it wants, by name.
    pub imports: Vec<(Name, ItemType)>,
    /// What it gives, by name.
    pub exports: Vec<(Name, ItemType)>,
    /// How it is instantiated.
    pub steps: Vec<Step>,
    /// How much work its instantiation is, without those inside it: its steps, with the items that they list.
    pub size: u64,
    /// What it uses of the components around it, as they see it.
    pub captures: Vec<Capture>,
}

#[cfg(feature = "trace")]
impl Plan {
    /// The core modules that lie in the component.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.steps.iter().filter_map(|step| match step {
            Step::Module(module) => Some(module),
            _ => None,
        })
    }
}

/// Something of the component around: its own, or captured in turn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Capture {
    /// A core module or component in an index space of the component around.
    Local(Sort, u32),
    /// What the component around captures itself.
    Captured(u32),
}

/// The index spaces of a component that have items at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Core modules.
    Module,
    /// Functions of components.
    Func,
    /// Instances of components.
    Instance,
    /// Components.
    Component,
}

/// The core index spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoreSort {
    /// Core functions.
    Func,
    /// Core memories.
    Memory,
    /// Core tables.
    Table,
    /// Core globals.
    Global,
}

/// Something that is passed on: as an argument, or as an export.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ref {
    /// An item of an index space.
    Item(Sort, u32),
    /// A resource type.
    Resource(ResourceIndex),
    /// A type that is nothing at run time.
    Type,
}

/// A definition of a component.
#[derive(Debug)]
pub(crate) enum Step {
    /// The import with this name, a new item.
    Import(Name, Sort),
    /// The import with this name is a resource type.
    ImportResource(Name, ResourceIndex),
    /// A core module that lies in the component.
    Module(Module),
    /// An instance of a core module, with core instances for the module names of its imports, in the order of the names.
    CoreInstantiate { module: u32, args: Vec<(String, u32)> },
    /// A core instance made of single items.
    CoreBag(Vec<(String, CoreSort, u32)>),
    /// A component that lies in this one.
    Component(Arc<Plan>),
    /// An instance of a component.
    Instantiate { component: u32, args: Vec<(Name, Ref)> },
    /// An instance made of single items.
    Bag(Vec<(Name, Ref)>),
    /// What an instance exports.
    Alias { sort: Sort, instance: u32, name: Name },
    /// What a core instance exports.
    CoreAlias { sort: CoreSort, instance: u32, name: String },
    /// A core module or component of a component around.
    Outer { sort: Sort, capture: u32 },
    /// An item again, under a new index: what an export leaves behind, or an alias of something near.
    Again(Sort, u32),
    /// A resource type of the component's own.
    Resource { resource: ResourceIndex, dtor: Option<u32> },
    /// A resource type is what an instance exports under a path of names.
    Bind { resource: ResourceIndex, instance: u32, path: Vec<Name> },
    /// Two resource types are one.
    Same { resource: ResourceIndex, other: ResourceIndex },
    /// `canon lift`. What the function is called is for people only.
    Lift { core: u32, ty: FuncType, options: OptionsPlan, name: Name },
    /// `canon lower`
    Lower { func: u32, options: OptionsPlan },
    /// `canon resource.new`
    ResourceNew(ResourceIndex),
    /// `canon resource.rep`
    ResourceRep(ResourceIndex),
    /// `canon resource.drop`
    ResourceDrop(ResourceIndex),
    /// An export.
    Export(Name, Ref),
}

impl Step {
    /// How much work the step is: one, and one for each item that it lists. A lowered function may need an adapter, which is
    /// an instance of a module of its own.
    pub fn size(&self) -> u64 {
        let items = match self {
            Step::Lower { .. } => 9,
            Step::CoreInstantiate { args, .. } => args.len(),
            Step::CoreBag(items) => items.len(),
            Step::Instantiate { args, .. } => args.len(),
            Step::Bag(items) => items.len(),
            Step::Component(plan) => plan.captures.len(),
            _ => 0,
        };
        1 + items as u64
    }
}

/// The options of a lifted or lowered function, as indices.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OptionsPlan {
    /// How strings are encoded.
    pub encoding: StringEncoding,
    /// The memory.
    pub memory: Option<u32>,
    /// The function that gives memory.
    pub realloc: Option<u32>,
    /// The function that is called when a result was taken.
    pub post_return: Option<u32>,
}
