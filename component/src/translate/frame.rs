//! A component that is being read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use falkirk_canonical_abi::{Name, ResourceIndex, Type, Types};
use wasmparser::component_types::{ComponentDefinedTypeId, ResourceId};

use super::names;
use crate::plan::{Capture, CoreSort, Plan, Sort, Step};
use crate::types::ItemType;

/// A component that is being read: its plan so far, and how far its index spaces go.
#[derive(Default)]
pub(super) struct Frame {
    pub name: Option<Name>,
    pub steps: Vec<Step>,
    pub imports: Vec<(Name, ItemType)>,
    pub exports: Vec<(Name, ItemType)>,
    pub types: Types,
    /// Value types that were translated before.
    pub translated: HashMap<ComponentDefinedTypeId, Type>,
    /// How many types there are; the validator keeps them.
    pub type_count: u32,
    /// How many core instances there are.
    pub core_instances: u32,
    counts: [u32; 4],
    core_counts: [u32; 4],
    /// The numbers of resource types.
    resources: HashMap<ResourceId, ResourceIndex>,
    /// Resource types that a step says of where they come from.
    bound: HashSet<ResourceIndex>,
    captures: Vec<Capture>,
    /// Captures by how far out and by index.
    captured: HashMap<(u8, u32, u32), u32>,
}

impl Frame {
    /// How many items an index space has.
    pub fn count(&mut self, sort: Sort) -> &mut u32 {
        &mut self.counts[sort as usize]
    }

    /// How many items a core index space has.
    pub fn core_count(&mut self, sort: CoreSort) -> &mut u32 {
        &mut self.core_counts[sort as usize]
    }

    /// The number of a resource type.
    pub fn resource(&mut self, id: ResourceId) -> ResourceIndex {
        let next = ResourceIndex(self.resources.len() as u32);
        *self.resources.entry(id).or_insert(next)
    }

    /// The number of a resource type which something that comes now says of where it comes from; none if that is known.
    pub fn bind(&mut self, id: ResourceId) -> Option<ResourceIndex> {
        let resource = self.resource(id);
        self.bound.insert(resource).then_some(resource)
    }

    /// The number of what is captured, if it was before.
    pub fn captured(&self, sort: Sort, count: u32, index: u32) -> Option<u32> {
        self.captured.get(&(sort as u8, count, index)).copied()
    }

    /// The number of something new that is captured.
    pub fn capture(&mut self, sort: Sort, count: u32, index: u32, capture: Capture) -> u32 {
        let number = self.captures.len() as u32;
        self.captures.push(capture);
        self.captured.insert((sort as u8, count, index), number);
        number
    }

    /// The plan.
    pub fn finish(mut self) -> Plan {
        names::name_functions(&mut self.steps);
        Plan {
            name: self.name,
            types: Arc::new(self.types),
            resources: self.resources.len() as u32,
            imports: self.imports,
            exports: self.exports,
            size: self.steps.iter().map(Step::size).sum::<u64>() + self.resources.len() as u64,
            steps: self.steps,
            captures: self.captures,
        }
    }
}
