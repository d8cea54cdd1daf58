//! What components pass to one another.

use std::collections::BTreeMap;
use std::sync::Arc;

use falkirk_canonical_abi::{Name, ResourceType};
use falkirk_runtime::Module;

use crate::func::Func;
use crate::plan::{Plan, Sort};

/// Something that a component imports or exports.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A core module.
    Module(Module),
    /// A function.
    Func(Func),
    /// An instance.
    Instance(Arc<Exports>),
    /// A component.
    Component(Arc<ComponentItem>),
    /// A resource type.
    Resource(ResourceType),
    /// Another type, which is nothing at run time.
    Type,
}

/// What an instance exports.
pub(crate) type Exports = BTreeMap<Name, Item>;

/// A component, with what it uses of the components around it.
#[derive(Debug)]
pub(crate) struct ComponentItem {
    /// How it is instantiated.
    pub plan: Arc<Plan>,
    /// What it captured.
    pub captures: Vec<Item>,
}

impl Item {
    /// What a message calls this.
    pub fn sort(&self) -> &'static str {
        match self {
            Item::Module(_) => "a core module",
            Item::Func(_) => "a function",
            Item::Instance(_) => "an instance",
            Item::Component(_) => "a component",
            Item::Resource(_) => "a resource",
            Item::Type => "a type",
        }
    }

    /// Whether this belongs into an index space.
    pub fn is(&self, sort: Sort) -> bool {
        matches!(
            (self, sort),
            (Item::Module(_), Sort::Module)
                | (Item::Func(_), Sort::Func)
                | (Item::Instance(_), Sort::Instance)
                | (Item::Component(_), Sort::Component)
        )
    }
}
