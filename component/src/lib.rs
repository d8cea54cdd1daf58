//! stub docs
mod component;
mod func;
mod instance;
mod instantiate;
mod item;
mod linker;
mod plan;
mod resource;
mod state;
mod translate;
mod types;

pub use component::{Component, is_component, is_unsupported};
pub use falkirk_canonical_abi as abi;
pub use falkirk_canonical_abi::{ComponentType, Handle, Lift, Lower, Type, Types, Val, flags, wave};
pub use func::{Func, Params, Return, TypedFunc};
pub use instance::{Export, Instance};
pub use linker::{Linker, LinkerInstance};
pub use resource::{HostResource, drop_resource};
pub use types::{ComponentTypes, ItemType, ModuleType};
