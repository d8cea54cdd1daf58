//! Resources of the host, and the end of a resource's life.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};

use falkirk_canonical_abi::{Handle, InstanceId, ResourceType};
use falkirk_runtime::{AsContextMut, Result, StoreContextMut};

use crate::func::trap;
use crate::state::state;

/// A resource type that the host implements. Its handles carry a number of the host's choice, the *representation*: the
/// key of a table, say.
///
/// ```
/// use falkirk_component::HostResource;
///
/// let connection = HostResource::new();
/// let handle = connection.handle(42); // what a host function returns for connection 42
/// assert_eq!(handle.rep, 42);
/// assert_ne!(HostResource::new(), connection);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostResource(ResourceType);

impl HostResource {
    /// A resource type that is like no other.
    #[allow(clippy::new_without_default, reason = "two of them are never equal")]
    pub fn new() -> HostResource {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        HostResource(ResourceType { id: NEXT.fetch_add(1, Ordering::Relaxed), implementer: InstanceId::HOST })
    }

    /// The resource type that a Rust type stands for, the same each time: the one whose handles are [`Resource<R>`].
    ///
    /// ```
    /// use falkirk_component::HostResource;
    ///
    /// struct File;
    /// struct Socket;
    /// assert_eq!(HostResource::of::<File>(), HostResource::of::<File>());
    /// assert_ne!(HostResource::of::<File>(), HostResource::of::<Socket>());
    /// ```
    ///
    /// [`Resource<R>`]: crate::Resource
    pub fn of<R: 'static>() -> HostResource {
        /// A process has as many of these as it has Rust types that are resources.
        static KNOWN: RwLock<Option<HashMap<TypeId, HostResource>>> = RwLock::new(None);
        let id = TypeId::of::<R>();
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|map| map.get(&id).copied());
        known.unwrap_or_else(|| {
            let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
            *known.get_or_insert_default().entry(id).or_insert_with(HostResource::new)
        })
    }

    /// A handle for the resource with this representation.
    pub fn handle(self, rep: u32) -> Handle {
        Handle { ty: self.0, rep }
    }

    /// The type, as handles name it.
    pub fn ty(self) -> ResourceType {
        self.0
    }
}

impl fmt::Debug for HostResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostResource({})", self.0.id)
    }
}

/// Ends the life of a resource that the host owns, such as one that a component's function has returned: its destructor
/// is called.
///
/// # Errors
///
/// Whatever stops the destructor; also that the component which implements the resource may not be entered.
///
/// # Panics
///
/// The handle is of another store.
pub fn drop_resource(mut store: impl AsContextMut, handle: Handle) -> Result<()> {
    destroy(&mut store.as_context_mut(), handle.ty, handle.rep, None)
}

/// Calls a resource's destructor, for an instance that dropped the last handle, or for the host.
pub(crate) fn destroy<T>(
    store: &mut StoreContextMut<'_, T>,
    ty: ResourceType,
    rep: u32,
    caller: Option<InstanceId>,
) -> Result<()> {
    let components = state(store);
    let dtor = components.dtor(ty);
    if ty.implementer == InstanceId::HOST {
        return dtor.map_or(Ok(()), |dtor| dtor.call(store, &[rep.into()], &mut []));
    }
    components.rules.enter(ty.implementer, caller).map_err(trap)?;
    if let Some(dtor) = dtor {
        dtor.call(&mut *store, &[rep.into()], &mut [])?;
    }
    state(store).rules.leave(ty.implementer, caller);
    Ok(())
}
