//! Functions of components.
//!
//! | file | who calls whom |
//! | --- | --- |
//! | `call.rs`, `typed.rs` | the host a component (`canon lift`) |
//! | `host.rs` | a component the host (`canon lower`) |
//! | `passed.rs` | the host itself, through a component that only passes a function on |
//! | `adapter.rs` | a component another one (`canon lower` of what was lifted), where `fuse/` has no code for it |
//! | `view.rs` | how the canonical ABI sees those who are called |

mod adapter;
mod call;
mod host;
mod passed;
mod typed;
mod view;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use falkirk_canonical_abi::{FuncType, Name, ResourceType, TypeEnv, Types, Val};
use falkirk_runtime::{AsContextMut, Result, SlotFunc};

pub(crate) use adapter::call_guest_from_guest;
pub(crate) use host::{DynamicHost, HostFunction, TypedHost};
pub use typed::{Params, Return, TypedFunc};
pub(crate) use view::{Side, View, trap};

use crate::types::FuncLine;

/// A function of a component's: one that an instance exports. A clone is another handle to the same function.
///
/// It belongs to the store of the instance. With another store it **panics**.
#[derive(Clone)]
pub struct Func(pub(crate) Arc<FuncInner>);

/// A function with its type, in which resources are resolved.
pub(crate) struct FuncInner {
    /// What a person calls it.
    pub name: Name,
    pub ty: FuncType,
    pub types: Arc<Types>,
    pub resources: Arc<[ResourceType]>,
    pub body: Body,
}

/// What is behind a function.
pub(crate) enum Body {
    /// A core function that was lifted.
    Guest(GuestFunc),
    /// A function of the host: an `Arc<dyn HostFunction<T>>`, where `T` is the type of the store's data.
    Host(Box<dyn Any + Send + Sync>),
}

/// A core function that was lifted.
#[derive(Clone, Copy)]
pub(crate) struct GuestFunc {
    pub view: View,
    pub core: SlotFunc,
}

impl FuncInner {
    /// The types, with their resources.
    #[inline]
    pub fn env(&self) -> TypeEnv<'_> {
        TypeEnv::with_resources(&self.types, &self.resources)
    }
}

impl Func {
    /// The function's type, and the types that it uses.
    pub fn ty(&self) -> (&FuncType, &Types) {
        (&self.0.ty, &self.0.types)
    }

    /// What a person calls the function: most often the name of its export, or `interface#function`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// This function with a type that Rust knows: for calls that make no [`Val`] and check no types.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage): the function is of another type; the message says where
    /// they differ.
    pub fn typed<P: Params, R: Return>(&self) -> Result<TypedFunc<P, R>> {
        TypedFunc::new(self.clone())
    }

    /// Calls the function with values whose types are found out now, and puts its result, if it has one, into `results`.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Usage`](falkirk_runtime::ErrorKind::Usage): the values are not of the parameters' types or number, or
    ///   `results` has not as many places as the function has results;
    /// - whatever stops the guest: a trap, a limit, a host function's error.
    ///
    /// # Panics
    ///
    /// The function is of another store.
    pub fn call(&self, mut store: impl AsContextMut, params: &[Val], results: &mut [Val]) -> Result<()> {
        call::call_vals(store.as_context_mut(), &self.0, params, results)
    }
}

impl fmt::Debug for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", FuncLine { types: &self.0.types, ty: &self.0.ty })
    }
}
