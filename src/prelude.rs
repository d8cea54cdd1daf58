//! What most embedders use: `use falkirk::prelude::*`.

// Their pages are those of the crate; copies here would be the same at another depth.
#[doc(no_inline)]
pub use crate::{
    AsContext, AsContextMut, Caller, Config, Engine, EngineKind, Error, ErrorKind, Extern, ExternRef, Func, FuncType,
    Global, Instance, Limit, Linker, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, Table, Trap, TypedFunc,
    V128, Val, ValType,
};
