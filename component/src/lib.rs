//! Components: programs of WebAssembly's component model, linked and called with strings, lists, records and handles.
//!
//! A core module speaks in numbers and shows its memory to whoever wants something of it. A *component* is a box around
//! modules: its imports and exports have real types, and no memory goes through its walls.
//!
//! ```text
//!                    ┌────────────────────── a component ──────────────────────┐
//!  "example:clock/   │               ┌──────── a core module ────────┐         │
//!   now@1.0.0"       │    lower      │  memory, tables               │  lift   │  "greet"
//!   seconds: func()  ├───────────────┤> import "clock" "seconds"     ├─────────┤> func(name: string)
//!     -> u64         │  a core func  │  export "greet" (i32 i32)->i32│         │    -> string
//!                    │               └───────────────────────────────┘         │
//!                    └─────────────────────────────────────────────────────────┘
//! ```
//!
//! `canon lift` makes a component's function of a core function, `canon lower` the other way round. What they do with
//! values is the *canonical ABI*, which the crate `falkirk-canonical-abi` has. This crate reads components, links and
//! instantiates them, and calls their functions. It uses nothing of an engine but the public API of `falkirk-runtime`, so
//! components run on either engine.
//!
//! ```
//! use falkirk_component::{Component, Linker};
//! # use falkirk_runtime::{Config, Engine, Result, Store};
//! # use std::sync::Arc;
//! # fn main() -> Result<()> {
//! # let engine = Engine::with_backend(&Config::new(), Arc::new(falkirk_interp::Interpreter))?;
//! let component = Component::new(&engine, r#"(component
//!     (core module $M (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
//!     (core instance $m (instantiate $M))
//!     (func (export "add") (param "a" u8) (param "b" u8) (result u32) (canon lift (core func $m "add"))))"#)?;
//! assert_eq!(component.types().to_string(), "export add: func(a: u8, b: u8) -> u32\n");
//!
//! let mut store = Store::new(&engine, ());
//! let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
//! let add = instance.get_typed_func::<(u8, u8), (u32,)>("add")?;
//! assert_eq!(add.call(&mut store, (200, 100))?, (300,));
//! # Ok(())
//! # }
//! ```
//!
//! # How an import is satisfied
//!
//! A [`Linker`] has definitions by name: closures of the host ([`LinkerInstance::func_wrap`], or
//! [`LinkerInstance::func_new`] where types are found out later), resources, core modules, components, and what other
//! components export. For each import of a component, in its order:
//!
//! 1. **The name is looked up**, and if it has a version and is not there, the latest compatible version of it.
//! 2. **The types are compared**: the closure's Rust types, or the types of the other component's function. Resources
//!    are compared by what they *are*, so that a handle of one component's `file` is never taken for another's.
//! 3. If either goes wrong, the error says what is missing, what was found and why it does not fit.
//!
//! Then the component's definitions are done one after the other: modules are instantiated, functions are lifted and
//! lowered, components inside get their instances.
//!
//! # What happens in a call
//!
//! [`TypedFunc::call`] of `greet: func(name: string) -> string`:
//!
//! 1. **May the instance be entered?** Not while it runs already, and never again once it has trapped.
//! 2. **The parameters are lowered**: the guest's `realloc` gives memory, the bytes are copied there.
//! 3. **The core function runs.** If it calls an import, its arguments are lifted, the host's closure or the other
//!    component's function is called, and the result is lowered. Between two components nothing is lifted: bytes go from
//!    memory to memory, and the host makes no value of them.
//! 4. **The result is lifted** out of the guest's memory. Handles that were only borrowed must have been dropped.
//! 5. **`post-return`** lets the guest free what it returned. Now it may be entered again.
//!
//! Where a rule is broken the guest has trapped: the error's [`trap`](falkirk_runtime::Error::trap) is
//! [`Trap::CanonicalAbi`](falkirk_runtime::Trap::CanonicalAbi), and `error.downcast_ref::<abi::Trap>()` says which rule.
//!
//! All that a call needs was looked up when the component was instantiated: no call hashes a name or compares a type.
//!
//! # Watching what crosses
//!
//! With the cargo feature `trace`, an observer that is set on a store (`trace::set_observer`) is told who calls whom, each
//! step of the canonical ABI on the way, and each handle that comes, goes or is asked for. Without the feature nothing of
//! this is compiled; where nobody watches, a call looks for an observer once.
//!
//! # Where things are
//!
//! | file | what it holds |
//! | --- | --- |
//! | `component.rs`, `translate/`, `plan.rs` | a component's binary, and the steps it becomes |
//! | `types.rs` | what a component imports and exports |
//! | `linker/` | definitions, names with versions, link errors |
//! | `instantiate/` | the steps, done |
//! | `instance.rs`, `item.rs` | what an instance exports |
//! | `func/` | calls: host to component, component to host, component to component |
//! | `fuse/` | calls from component to component in machine code |
//! | `resource.rs`, `handles.rs`, `table.rs` | the host's resources, destructors; handles that Rust's types tell apart |
//! | `state.rs` | what a store keeps: instances, their handles, who may be entered |
//! | `trace.rs` | watching what crosses (cargo feature `trace`) |
//!
//! # What is not here yet
//!
//! Async functions, streams, futures, error contexts, threads and values that are imported; each is refused by name when
//! a component is read. A component that an *instance* exports cannot be given to another by the host.
//!
//! # In the book
//!
//! [Chapter 11](../../book/ch11-wit.html) is about the types of a component, [chapter
//! 12](../../book/ch12-lift-and-lower.html) about its calls, [chapter 14](../../book/ch14-handles.html) about handles,
//! and [chapter 15](../../book/ch15-composition.html) about linking and composing. Hosts with resources of their own
//! are in [chapter 19](../../book/ch19-embedding.html).

mod component;
mod func;
mod fuse;
mod handles;
mod instance;
mod instantiate;
mod item;
mod linker;
mod plan;
mod resource;
mod state;
mod table;
#[cfg(feature = "trace")]
pub mod trace;
mod translate;
mod types;

pub use component::{Component, is_component, is_unsupported};
pub use falkirk_canonical_abi as abi;
pub use falkirk_canonical_abi::{ComponentType, Handle, Lift, Lower, Type, Types, Val, flags, wave};
pub use func::{Func, Params, Return, TypedFunc};
pub use handles::{GuestResource, Resource};
pub use instance::{Export, Instance};
pub use linker::{Linker, LinkerInstance, is_compatible};
pub use resource::{HostResource, drop_resource};
pub use table::ResourceTable;
pub use types::{ComponentTypes, ItemType, ModuleType};
