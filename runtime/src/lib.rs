//! The runtime that both of Falkirk's engines serve: values, modules, stores, linear memory, and the contract that an
//! engine fulfils.
//!
//! An embedder uses these types through the crate `falkirk`, which adds an engine to them. Here an [`Engine`] is made
//! from any [`Backend`](engine::Backend).
//!
//! | file | what it holds | section of the specification |
//! | --- | --- | --- |
//! | `types.rs`, `value.rs` | types and values | 2.3, 4.2.1 |
//! | `module/` | parsing, validation, a module's declarations and names | 2.5, 3.4, 5 |
//! | `store.rs`, `store/` | the store and its contexts | 4.2.3 |
//! | `instance.rs`, `instance/` | instantiation | 4.2.5, 4.5.4 |
//! | `func/` | functions: of the guest, of the host, typed and not | 4.2.6, 4.5.5 |
//! | `memory.rs`, `memory/`, `table.rs`, `global.rs` | the other things of a store | 4.2.7 to 4.2.9 |
//! | `linker.rs`, `linker/` | imports by name | - |
//! | `vm/` | the structures that code reads | - |
//! | `numerics/` | what numeric instructions compute | 4.3 |
//! | `engine/` | the engine contract, settings, what stores share | - |
//! | `error.rs`, `error/`, `trap.rs`, `backtrace.rs` | the four kinds of failure, and where they happened | 4.4 |
//!
//! # In the book
//!
//! How a module is read and validated is in [chapter 1](../../book/ch01-bytes.html) and [chapter
//! 4](../../book/ch04-validation.html), what a store holds in [chapter 2](../../book/ch02-memory.html), calls, tables
//! and traps in [chapter 7](../../book/ch07-calls.html). [Chapter 9](../../book/ch09-hardware.html) says why a memory
//! has more addresses than bytes, and how a guest is stopped; [chapter 8](../../book/ch08-cranelift.html) what a cache
//! is for. [Chapter 19](../../book/ch19-embedding.html) is about what an embedder decides, and [chapter
//! 20](../../book/ch20-next.html) about what is not here yet.

pub mod backtrace;
mod caller;
pub mod engine;
mod error;
mod extern_ref;
mod externs;
pub mod func;
mod global;
mod instance;
pub mod limits;
mod linker;
mod memory;
pub mod module;
pub mod numerics;
#[cfg(feature = "trace")]
pub mod observer;
mod store;
mod table;
#[cfg(test)]
mod testing;
mod trap;
mod types;
mod value;
pub mod vm;

pub use backtrace::BacktraceFrame;
pub use caller::Caller;
pub use engine::{CacheConfig, CacheProblem, Config, Engine, EngineKind};
pub use error::{Error, ErrorKind, ExitStatus, Limit, LinkError, Result};
pub use extern_ref::ExternRef;
pub use externs::Extern;
pub use func::{Func, IntoFunc, SlotFunc, TypedFunc, WasmParams, WasmResults, WasmRet, WasmTy};
pub use global::Global;
pub use instance::Instance;
pub use limits::{ResourceLimiter, StoreLimits, StoreLimitsBuilder};
pub use linker::{InstancePre, Linker};
pub use memory::{Memory, MemoryAccessError};
pub use module::{CodeSource, ExportType, ImportType, Module};
pub use numerics::V128;
#[cfg(feature = "trace")]
pub use observer::{Event, FunctionId, GuestFrame, Observer};
pub use store::{AsContext, AsContextMut, InterruptHandle, Store, StoreContext, StoreContextMut, StoreId};
pub use table::Table;
pub use trap::Trap;
pub use types::{ExternType, FuncType, GlobalType, HeapType, MemoryType, RefType, TableType, TypeId, ValType};
pub use value::Val;
