//! What a store keeps for its components.

use std::collections::HashMap;

use falkirk_canonical_abi::{CallRules, InstanceId, InstanceState, Quota, ResourceType};
use falkirk_runtime::{Error, Limit, Result, SlotFunc, StoreContextMut};

/// How many instances of components a store may have.
const MAX_INSTANCES: usize = 100_000;

/// How far the handle tables of a store may grow, all together. They are in the host's memory.
const MAX_HANDLES: u32 = 4_000_000;

/// What a store keeps for its components: its extension.
#[derive(Debug)]
pub(crate) struct ComponentStore {
    /// Which instances may be entered.
    pub rules: CallRules,
    /// The instances, by number.
    instances: Vec<InstanceState>,
    /// How far their handle tables may grow.
    handles: Quota,
    /// The destructors of the guests' resource types, by number.
    dtors: Vec<Option<SlotFunc>>,
    /// The destructors of the host's resource types, by number.
    host_dtors: HashMap<u32, Option<SlotFunc>>,
    /// How many adapters there are.
    pub adapters: u32,
    /// Who is told what crosses.
    #[cfg(feature = "trace")]
    pub observer: Option<crate::trace::Shared>,
}

impl Default for ComponentStore {
    fn default() -> ComponentStore {
        ComponentStore {
            rules: CallRules::default(),
            instances: Vec::new(),
            handles: Quota::new(MAX_HANDLES),
            dtors: Vec::new(),
            host_dtors: HashMap::new(),
            adapters: 0,
            #[cfg(feature = "trace")]
            observer: None,
        }
    }
}

/// The store's components.
#[inline]
pub(crate) fn state<'a, T>(store: &'a mut StoreContextMut<'_, T>) -> &'a mut ComponentStore {
    store.extension()
}

impl ComponentStore {
    /// A new instance, which lies in another one, if not on its own.
    pub fn add_instance(&mut self, parent: Option<InstanceId>) -> Result<InstanceId> {
        if self.instances.len() >= MAX_INSTANCES {
            let details = format!("a store may have {MAX_INSTANCES} instances of components");
            return Err(Error::limit_reached(Limit::Instances, details));
        }
        let id = self.rules.add(parent);
        let instance = InstanceState::with_flags(id, self.rules.flags(id).clone());
        self.instances.push(instance.with_quota(self.handles.clone()));
        Ok(id)
    }

    /// The state of an instance.
    #[inline]
    pub fn instance(&mut self, id: InstanceId) -> &mut InstanceState {
        &mut self.instances[id.0 as usize]
    }

    /// A new resource type of an instance's.
    pub fn add_resource(&mut self, implementer: InstanceId, dtor: Option<SlotFunc>) -> ResourceType {
        self.dtors.push(dtor);
        ResourceType { id: self.dtors.len() as u32 - 1, implementer }
    }

    /// The host's resource type with this number has this destructor, if it has none yet.
    pub fn set_host_dtor(&mut self, id: u32, dtor: Option<SlotFunc>) {
        self.host_dtors.entry(id).or_insert(dtor);
    }

    /// Whether the host's resource type with this number is known.
    pub fn knows_host_resource(&self, id: u32) -> bool {
        self.host_dtors.contains_key(&id)
    }

    /// The destructor of a resource type, if it has one.
    pub fn dtor(&self, ty: ResourceType) -> Option<SlotFunc> {
        match ty.implementer {
            InstanceId::HOST => self.host_dtors.get(&ty.id).copied().flatten(),
            _ => self.dtors[ty.id as usize],
        }
    }
}
