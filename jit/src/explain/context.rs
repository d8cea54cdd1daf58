//! What stands where in the runtime's structures, in words.

use std::collections::HashMap;

use falkirk_runtime::module::{ModuleInfo, Naming};
use falkirk_runtime::vm::GlobalPlace;

use crate::abi::{context, func_ref, memory, stack_limit, store, table};
use crate::builtins::Builtin;

/// What a value is known to be the address of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Known {
    /// The instance's context.
    Context,
    /// The store.
    Store,
    /// The limits of the stacks.
    Limits,
    /// The table of library functions.
    Library,
    /// A library function.
    Builtin(Builtin),
    /// The reference to an imported function.
    Import(u32),
}

/// What stands at the offsets of what is known: in words, and what is known of it in turn.
pub struct Places(HashMap<(Known, i32), (String, Option<Known>)>);

impl Places {
    /// What stands where for instances of a module.
    pub fn of(info: &ModuleInfo, names: &dyn Naming) -> Places {
        let mut places = Places(HashMap::new());
        places.structures();
        places.memories_and_tables(info, names);
        places.globals(info, names);
        places.functions(info, names);
        places
    }

    /// What stands `offset` bytes from something.
    pub fn find(&self, base: Known, offset: i32) -> Option<(&str, Option<Known>)> {
        self.0.get(&(base, offset)).map(|(what, known)| (&**what, *known))
    }

    fn add(&mut self, base: Known, offset: i32, what: impl Into<String>, known: Option<Known>) {
        self.0.insert((base, offset), (what.into(), known));
    }

    /// What is the same for all modules.
    fn structures(&mut self) {
        self.add(Known::Context, context::STACK_LIMIT, "the limits of the stacks", Some(Known::Limits));
        self.add(Known::Context, context::STORE, "the store", Some(Known::Store));
        self.add(Known::Context, context::BUILTINS, "the library's functions", Some(Known::Library));
        self.add(Known::Limits, stack_limit::NATIVE, "where the stack ends", None);
        self.add(Known::Store, store::FUEL, "the fuel", None);
        self.add(Known::Store, store::CALLEE, "which function is called", None);
        self.add(Known::Store, store::EXIT, "why code stopped", None);
        for builtin in Builtin::ALL {
            let what = format!("the library's {builtin:?}");
            self.add(Known::Library, builtin.offset(), what, Some(Known::Builtin(builtin)));
        }
    }

    fn memories_and_tables(&mut self, info: &ModuleInfo, names: &dyn Naming) {
        for index in 0..info.memories.len() as u32 {
            let (at, name) = (info.layout.memory(index) as i32, names.memory(index));
            self.add(Known::Context, at + memory::BASE, format!("where memory {name} starts"), None);
            self.add(Known::Context, at + memory::LEN, format!("the length of memory {name}"), None);
        }
        for index in 0..info.tables.len() as u32 {
            let (at, name) = (info.layout.table(index) as i32, names.table(index));
            self.add(Known::Context, at + table::BASE, format!("where table {name} starts"), None);
            self.add(Known::Context, at + table::LEN, format!("the length of table {name}"), None);
        }
    }

    fn globals(&mut self, info: &ModuleInfo, names: &dyn Naming) {
        for index in 0..info.globals.len() as u32 {
            let name = names.global(index);
            match info.layout.global(index) {
                GlobalPlace::Defined(at) => self.add(Known::Context, at as i32, format!("global {name}"), None),
                GlobalPlace::Imported(at) => {
                    self.add(Known::Context, at as i32, format!("where global {name} is"), None);
                }
            }
        }
    }

    fn functions(&mut self, info: &ModuleInfo, names: &dyn Naming) {
        for index in 0..info.imported_functions {
            let (at, name) = (info.layout.imported_function(index) as i32, names.function(index));
            self.add(Known::Context, at, format!("the import {name}"), Some(Known::Import(index)));
            self.add(Known::Import(index), func_ref::VMCTX, format!("the context of {name}"), None);
            self.add(Known::Import(index), func_ref::MACHINE, format!("the code of {name}"), None);
        }
        for index in 0..info.types.len() as u32 {
            let what = format!("the id of type {}", names.function_type(index));
            self.add(Known::Context, info.layout.type_id(index) as i32, what, None);
        }
    }
}
