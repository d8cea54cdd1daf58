//! Instances (specification, section 4.2.5, "Module Instances").
//!
//! # Safety
//!
//! This module allows `unsafe`: it reads the context of an instance, which lives as long as the store, at the offsets that
//! the module's layout gives.
#![allow(unsafe_code)]

mod create;
mod imports;
mod init;

use std::ptr::NonNull;

use create::{Counting, instantiate};
pub(crate) use imports::check_import;
pub(crate) use init::{memory_init, table_init};

use crate::error::{Error, Result};
use crate::externs::Extern;
use crate::func::{Func, TypedFunc, WasmParams, WasmResults};
use crate::global::Global;
use crate::memory::{Buffer, Memory};
use crate::module::{EntityIndex, Module};
use crate::store::{AsContext, AsContextMut, StoreId, StoreInner};
use crate::table::Table;
use crate::vm::{FuncRef, VmContext};

/// A module with its own memories, tables and globals, in a store.
///
/// [The book](crate#in-the-book) explains it in chapter 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    store: StoreId,
    index: u32,
}

/// An instance as its store keeps it.
#[derive(Debug)]
pub(crate) struct InstanceEntity {
    pub module: Module,
    /// The bytes of the [`VmContext`].
    context: Buffer,
    /// The store's numbers of the module's memories, then of its tables, then of its globals.
    numbers: Box<[u32]>,
    /// The passive segments that were dropped; empty while none is.
    dropped_data: Vec<bool>,
    dropped_elements: Vec<bool>,
}

impl Instance {
    /// Instantiates a module with these imports, in the module's order: checks their types, initialises globals, tables
    /// and memories, and calls the start function.
    ///
    /// A [`Linker`](crate::Linker) finds the imports by name.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Link`](crate::ErrorKind::Link): the imports are not as many as the module wants, or not of the
    ///   types it wants;
    /// - [`ErrorKind::Limit`](crate::ErrorKind::Limit): a limit on instances, memories or tables;
    /// - [`ErrorKind::Trap`](crate::ErrorKind::Trap): a segment does not fit, or the start function trapped. What was
    ///   written until then stays written;
    /// - whatever else the start function fails with;
    /// - [`ErrorKind::Usage`](crate::ErrorKind::Usage): the module is of another engine.
    ///
    /// # Panics
    ///
    /// An import is of another store.
    pub fn new(mut store: impl AsContextMut, module: &Module, imports: &[Extern]) -> Result<Instance> {
        let store = store.as_context_mut();
        // SAFETY: the context gives exclusive access to the store.
        unsafe { instantiate(store.as_ptr(), module, imports, Counting::Counted) }
    }

    /// The same for a module that a layer on top of the runtime makes for its own use: limits on instances do not count it,
    /// so that a guest's instances are as many as they are without that layer's. Who makes them bounds their number.
    ///
    /// # Errors
    ///
    /// Those of [`Instance::new`], but for that limit.
    ///
    /// # Panics
    ///
    /// An import is of another store.
    pub fn new_uncounted(mut store: impl AsContextMut, module: &Module, imports: &[Extern]) -> Result<Instance> {
        let store = store.as_context_mut();
        // SAFETY: the context gives exclusive access to the store.
        unsafe { instantiate(store.as_ptr(), module, imports, Counting::Uncounted) }
    }

    /// The exported function with this name.
    ///
    /// # Panics
    ///
    /// The instance is of another store. So it is for all methods.
    pub fn get_func(&self, store: impl AsContext, name: &str) -> Option<Func> {
        self.get_export(store, name)?.into_func()
    }

    /// The exported function with this name, with a type that Rust knows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage): there is no such function, or it has another type.
    pub fn get_typed_func<P: WasmParams, R: WasmResults>(
        &self,
        store: impl AsContext,
        name: &str,
    ) -> Result<TypedFunc<P, R>> {
        let store = store.as_context();
        let func = self.get_func(store, name).ok_or_else(|| self.no_function(store, name))?;
        func.typed(store).map_err(|error| Error::usage(format!("function \"{name}\": {error}")))
    }

    /// The exported memory with this name.
    pub fn get_memory(&self, store: impl AsContext, name: &str) -> Option<Memory> {
        self.get_export(store, name)?.into_memory()
    }

    /// The exported table with this name.
    pub fn get_table(&self, store: impl AsContext, name: &str) -> Option<Table> {
        self.get_export(store, name)?.into_table()
    }

    /// The exported global with this name.
    pub fn get_global(&self, store: impl AsContext, name: &str) -> Option<Global> {
        self.get_export(store, name)?.into_global()
    }

    /// The export with this name.
    pub fn get_export(&self, store: impl AsContext, name: &str) -> Option<Extern> {
        let store = store.as_context().inner();
        self.check(store);
        store.find_export(self.index, name)
    }

    /// All exports, in the module's order.
    pub fn exports<'a>(&self, store: &'a impl AsContext) -> impl ExactSizeIterator<Item = (&'a str, Extern)> + 'a {
        let store = store.as_context().inner();
        self.check(store);
        let instance = &store.instances[self.index as usize];
        let exports = &instance.module.info().exports;
        exports.iter().map(|export| (&*export.name, instance.export(store, export.entity)))
    }

    /// All memories, exported or not, in the module's order (imported ones first): for tools that look into an instance.
    pub fn memories(&self, store: impl AsContext) -> Vec<Memory> {
        let (id, entity) = self.entity(store.as_context().inner());
        let indices = 0..entity.module.info().memories.len() as u32;
        indices.map(|index| Memory::from_index(id, entity.memory(index))).collect()
    }

    /// All tables, as [`Instance::memories`].
    pub fn tables(&self, store: impl AsContext) -> Vec<Table> {
        let (id, entity) = self.entity(store.as_context().inner());
        let indices = 0..entity.module.info().tables.len() as u32;
        indices.map(|index| Table::from_index(id, entity.table(index))).collect()
    }

    /// All globals, as [`Instance::memories`].
    pub fn globals(&self, store: impl AsContext) -> Vec<Global> {
        let (id, entity) = self.entity(store.as_context().inner());
        let indices = 0..entity.module.info().globals.len() as u32;
        indices.map(|index| Global::from_index(id, entity.global(index))).collect()
    }

    /// The module that this is an instance of.
    pub fn module<'a>(&self, store: &'a impl AsContext) -> &'a Module {
        let store = store.as_context().inner();
        self.check(store);
        &store.instances[self.index as usize].module
    }

    fn check(&self, store: &StoreInner) {
        self.store.check(store.id, "instance");
    }

    fn entity<'a>(&self, store: &'a StoreInner) -> (StoreId, &'a InstanceEntity) {
        self.check(store);
        (store.id, &store.instances[self.index as usize])
    }

    /// The instance with this number in the store with this id.
    pub(crate) fn from_index(store: StoreId, index: u32) -> Instance {
        Instance { store, index }
    }

    /// What to say when a function is not there.
    fn no_function(&self, store: impl AsContext, name: &str) -> Error {
        let found = match self.get_export(&store, name) {
            Some(_) => format!("the export \"{name}\" is not a function"),
            None => format!("there is no export \"{name}\""),
        };
        let names = self.exports(&store).filter_map(|(name, export)| export.into_func().map(|_| format!("\"{name}\"")));
        let names: Vec<String> = names.take(10).collect();
        Error::usage(match names.is_empty() {
            true => format!("{found}; the module exports no functions"),
            false => format!("{found}; exported functions are {}", names.join(", ")),
        })
    }
}

impl InstanceEntity {
    /// The instance's context.
    pub fn context(&self) -> NonNull<VmContext> {
        self.context.base().cast()
    }

    /// The store's number of the module's memory `index`.
    pub fn memory(&self, index: u32) -> u32 {
        self.numbers[index as usize]
    }

    /// The store's number of the module's table `index`.
    pub fn table(&self, index: u32) -> u32 {
        self.numbers[self.module.info().memories.len() + index as usize]
    }

    /// The store's number of the module's global `index`.
    fn global(&self, index: u32) -> u32 {
        let info = self.module.info();
        self.numbers[info.memories.len() + info.tables.len() + index as usize]
    }

    /// The reference of function `index`, which is imported or has one.
    pub fn func_ref(&self, index: u32) -> NonNull<FuncRef> {
        let info = self.module.info();
        let context = self.context().as_ptr();
        // SAFETY: the offsets come from the layout. An import's address is never null; a defined function that is
        // referred to has a number.
        unsafe {
            NonNull::new_unchecked(match index < info.imported_functions {
                true => VmContext::at::<*mut FuncRef>(context, info.layout.imported_function(index)).read(),
                false => VmContext::at(context, info.layout.func_ref(info.func_ref_of[index as usize])),
            })
        }
    }

    /// What a module's export is in this instance.
    fn export(&self, store: &StoreInner, entity: EntityIndex) -> Extern {
        match entity {
            // SAFETY: the reference lives as long as the store.
            EntityIndex::Func(index) => unsafe { Func::from_func_ref(store.id, self.func_ref(index)) }.into(),
            EntityIndex::Table(index) => Table::from_index(store.id, self.table(index)).into(),
            EntityIndex::Memory(index) => Memory::from_index(store.id, self.memory(index)).into(),
            EntityIndex::Global(index) => Global::from_index(store.id, self.global(index)).into(),
        }
    }

    /// Drops a data segment.
    pub fn drop_data(&mut self, segment: u32) {
        self.dropped_data.resize(self.module.info().data.len(), false);
        self.dropped_data[segment as usize] = true;
    }

    /// Drops an element segment.
    pub fn drop_elements(&mut self, segment: u32) {
        self.dropped_elements.resize(self.module.info().elements.len(), false);
        self.dropped_elements[segment as usize] = true;
    }
}

impl StoreInner {
    /// What an instance exports under this name.
    pub(crate) fn find_export(&self, instance: u32, name: &str) -> Option<Extern> {
        let instance = &self.instances[instance as usize];
        Some(instance.export(self, instance.module.find_export(name)?))
    }
}
