//! Instantiation (specification, section 4.5.4).
//!
//! # Safety
//!
//! This module allows `unsafe`: it fills a new instance's context, at the offsets that the module's layout gives, with
//! addresses of what lives as long as the store.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use super::init::eval;
use super::{Instance, InstanceEntity, check_import};
use crate::engine::{Engine, FuncCode};
use crate::error::{Error, Limit, LinkError, Result};
use crate::externs::Extern;
use crate::func::enter;
use crate::global::{GlobalCell, GlobalEntity};
use crate::memory::Buffer;
use crate::module::{Module, ModuleInfo};
use crate::store::StoreInner;
use crate::types::TypeId;
use crate::vm::{FuncRef, GlobalPlace, MachineCode, VmContext};

/// Whether a limit on instances counts one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    Counted,
    Uncounted,
}

/// Instantiates a module: makes the instance, runs its active segments, and calls its start function.
///
/// # Safety
///
/// The caller has exclusive access to the store, and holds no reference into it.
pub(super) unsafe fn instantiate(
    store: NonNull<StoreInner>,
    module: &Module,
    imports: &[Extern],
    counting: Counting,
) -> Result<Instance> {
    // SAFETY: the caller's promise. The reference ends before the start function is called.
    let instance = unsafe {
        let store = &mut *store.as_ptr();
        check(store, module, imports)?;
        match counting {
            Counting::Counted => {
                let count = store.instances.len() - store.uncounted_instances;
                store.check_count("instances", count, |limiter| limiter.instances())?;
            }
            Counting::Uncounted => store.uncounted_instances += 1,
        }
        let index = create(store, module, imports)?;
        store.run_segments(index)?;
        Instance { store: store.id, index }
    };
    if let Some(start) = module.info().start {
        // SAFETY: the start function has no parameters and no results.
        unsafe {
            let start = (&(*store.as_ptr()).instances)[instance.index as usize].func_ref(start);
            enter(store, start, |_, _| Ok(()), |_, _| ())?;
        }
    }
    Ok(instance)
}

/// Checks everything that can be checked before something is made.
fn check(store: &mut StoreInner, module: &Module, imports: &[Extern]) -> Result<()> {
    if !Engine::same(&store.engine, module.engine()) {
        return Err(Error::usage("the module was made by another engine than the store"));
    }
    let wanted = &module.info().imports;
    if imports.len() != wanted.len() {
        return Err(LinkError::ImportCount { found: imports.len(), wanted: wanted.len() }.into());
    }
    for (import, found) in wanted.iter().zip(imports) {
        check_import(store, module.info(), import, found)?;
    }
    Ok(())
}

/// Makes an instance with its memories, tables and globals; gives its number.
fn create(store: &mut StoreInner, module: &Module, imports: &[Extern]) -> Result<u32> {
    let info = &**module.info();
    let index = store.instances.len() as u32;
    let buffer = Buffer::new(info.layout.size())
        .ok_or_else(|| Error::limit_reached(Limit::Instances, "there is no room for the instance"))?;
    let context: NonNull<VmContext> = buffer.base().cast();
    let mut numbers = Vec::with_capacity(info.memories.len() + info.tables.len() + info.globals.len());

    let memories = imports.iter().filter_map(|import| import.into_memory());
    numbers.extend(memories.map(|memory| memory.index(store.id)));
    for ty in &info.memories[info.imported_memories as usize..] {
        numbers.push(store.new_memory(*ty)?);
    }
    let tables = imports.iter().filter_map(|import| import.into_table());
    numbers.extend(tables.map(|table| table.index(store.id)));
    for ty in &info.tables[info.imported_tables as usize..] {
        numbers.push(store.new_table(*ty, 0)?);
    }
    // SAFETY: the context has the size that the layout wants, and the numbers so far are of the module's memories and
    // tables.
    unsafe {
        fill_head(store, module, context, index);
        fill_memories_and_tables(store, info, context, &numbers);
        fill_functions(store, module, context, imports);
    }
    let globals = imports.iter().filter_map(|import| import.into_global());
    numbers.extend(globals.map(|global| global.index(store.id)));
    // SAFETY: as above, and the numbers end with those of the imported globals.
    unsafe { fill_globals(store, info, context, &mut numbers) };
    store.instances.push(InstanceEntity {
        module: module.clone(),
        context: buffer,
        numbers: numbers.into(),
        dropped_data: Vec::new(),
        dropped_elements: Vec::new(),
    });
    Ok(index)
}

/// Fills the head of a context. The memory 0 in it comes later.
///
/// # Safety
///
/// The context is a new one of this module.
unsafe fn fill_head(store: &StoreInner, module: &Module, context: NonNull<VmContext>, index: u32) {
    let code = module.code();
    // SAFETY: the caller's promise. The store owns the stack limit, and keeps the module.
    unsafe {
        let head = context.as_ptr();
        (*head).stack_limit = &raw const store.interrupt.limit;
        (*head).code = code.entries();
        (*head).store = store.vm_address();
        (*head).builtins = code.builtins();
        (*head).module_code = code.data();
        (*head).machine_code = code.machine_data();
        (*head).instance = index;
        for (number, (_, id)) in module.info().types.iter().enumerate() {
            VmContext::at::<TypeId>(head, module.info().layout.type_id(number as u32)).write(*id);
        }
    }
}

/// Has the memories and tables keep their base and length in the context.
///
/// # Safety
///
/// The context is a new one of this module; the numbers start with those of its memories and tables in the store.
unsafe fn fill_memories_and_tables(
    store: &mut StoreInner,
    info: &ModuleInfo,
    context: NonNull<VmContext>,
    numbers: &[u32],
) {
    let (memories, tables) = numbers.split_at(info.memories.len());
    // SAFETY: the offsets come from the layout, and the context lives as long as the store.
    unsafe {
        for (index, &number) in memories.iter().enumerate() {
            let copy = VmContext::at(context.as_ptr(), info.layout.memory(index as u32));
            store.memories[number as usize].mirror(NonNull::new_unchecked(copy));
        }
        for (index, &number) in tables[..info.tables.len()].iter().enumerate() {
            let copy = VmContext::at(context.as_ptr(), info.layout.table(index as u32));
            store.tables[number as usize].mirror(NonNull::new_unchecked(copy));
        }
    }
}

/// Fills in the references to functions: the imported ones, and those that the instance has of its own.
///
/// # Safety
///
/// The context is a new one of this module, and the imports are of its types.
unsafe fn fill_functions(store: &StoreInner, module: &Module, context: NonNull<VmContext>, imports: &[Extern]) {
    let info = &**module.info();
    let context = context.as_ptr();
    let imported = imports.iter().filter_map(|import| import.into_func());
    for (index, func) in imported.enumerate() {
        // SAFETY: the offset comes from the layout.
        unsafe {
            let place = VmContext::at::<NonNull<FuncRef>>(context, info.layout.imported_function(index as u32));
            place.write(func.func_ref(store.id));
        }
    }
    let code = module.code();
    for (number, &function) in module.func_refs().iter().enumerate() {
        let FuncCode { machine, code, enter, bridge } = code.function(function);
        let func_ref = FuncRef {
            type_id: info.func_type_id(function),
            index: function,
            vmctx: context,
            machine: MachineCode::new(machine.cast_mut()),
            code,
            enter,
            bridge,
        };
        // SAFETY: the offset comes from the layout.
        unsafe { VmContext::at::<FuncRef>(context, info.layout.func_ref(number as u32)).write(func_ref) };
    }
}

/// Fills in the globals, and adds the numbers of those that the module defines.
///
/// # Safety
///
/// The context is one of this module with its functions filled in; the numbers end with those of the imported globals.
unsafe fn fill_globals(store: &mut StoreInner, info: &ModuleInfo, context: NonNull<VmContext>, numbers: &mut Vec<u32>) {
    let imported = info.imported_globals as usize;
    let first = numbers.len() - imported;
    for (index, ty) in info.globals.iter().enumerate() {
        // SAFETY: the offsets come from the layout. An initialiser only uses functions and globals before its own.
        unsafe {
            match info.layout.global(index as u32) {
                GlobalPlace::Imported(offset) => {
                    let number = numbers[first + index];
                    VmContext::at::<NonNull<GlobalCell>>(context.as_ptr(), offset)
                        .write(store.globals[number as usize].cell);
                }
                GlobalPlace::Defined(offset) => {
                    let cell = VmContext::at::<[u64; 2]>(context.as_ptr(), offset);
                    cell.write(eval(context, info, &info.global_inits[index - imported]));
                    numbers.push(store.globals.len() as u32);
                    store.globals.push(GlobalEntity::in_context(*ty, NonNull::new_unchecked(cell).cast()));
                }
            }
        }
    }
}
