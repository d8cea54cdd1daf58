//! Something for whatever a module imports. What it does and gives depends only on which import it is, how often imports
//! were called before, and the arguments: so it is the same on every engine.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use falkirk_runtime::{
    AsContextMut, Caller, Error, Extern, ExternType, Func, FuncType, Global, GlobalType, HeapType, Instance, Linker,
    Memory, MemoryType, Module, RefType, Result, Store, StoreLimits, Table, TableType, Val, ValType,
};

use super::{Rng, Value, edges};

/// How deep host functions call back.
const MAX_DEPTH: u32 = 3;
/// How often host functions of one store call back.
const MAX_CALLBACKS: u32 = 100;

/// Instantiates a module with made-up imports: globals and tables of edge values, memories with something in them, and
/// functions that give edge values and sometimes fail, call back into an export, or change an exported memory, global or
/// table.
///
/// # Errors
///
/// A type has no value that can be made up (a reference to a function of a certain type that is never null), the store's
/// limits leave no room, or instantiation fails.
pub fn instantiate(store: &mut Store<StoreLimits>, module: &Module) -> Result<Instance> {
    let host = Arc::new(Host::new(module));
    let imports: Vec<_> = module.imports().map(|import| (import.module(), import.name(), import.ty())).collect();
    let mut items = Vec::new();
    for (position, (from, name, ty)) in imports.into_iter().enumerate() {
        let mut rng = Rng::new(position as u64);
        items.push(match ty {
            ExternType::Func(ty) => function(store, &host, position, (from, name), ty)?.into(),
            ExternType::Global(ty) => global(store, ty, &mut rng)?.into(),
            ExternType::Memory(ty) => memory(store, ty, &mut rng)?.into(),
            ExternType::Table(ty) => table(store, ty, &mut rng)?.into(),
        });
    }
    Instance::new(store, module, &items)
}

fn global(store: &mut Store<StoreLimits>, ty: GlobalType, rng: &mut Rng) -> Result<Global> {
    let value = host_value(store, ty.content, rng)?;
    Global::new(store, ty, value)
}

fn memory(store: &mut Store<StoreLimits>, ty: MemoryType, rng: &mut Rng) -> Result<Memory> {
    let memory = Memory::new(&mut *store, ty)?;
    let data = memory.data_mut(store);
    let ends = data.len().min(64);
    let bytes = rng.bytes(ends);
    let start = data.len() - ends;
    data[..ends].copy_from_slice(&bytes);
    data[start..].copy_from_slice(&bytes);
    Ok(memory)
}

fn table(store: &mut Store<StoreLimits>, ty: TableType, rng: &mut Rng) -> Result<Table> {
    let value = host_value(store, ValType::Ref(ty.element), rng)?;
    Table::new(store, ty, value)
}

/// A value that does not come from a guest.
fn host_value(store: &mut Store<StoreLimits>, ty: ValType, rng: &mut Rng) -> Result<Val> {
    if let ValType::Ref(RefType { nullable: false, heap: HeapType::Func }) = ty {
        return Ok(Func::new(store, FuncType::new([], []), |_, _, _| Ok(())).into());
    }
    let value = edges::value(rng, ty).and_then(|value| value.to_val(store, None, ty));
    value.ok_or_else(|| no_value(ty))
}

fn no_value(ty: ValType) -> Error {
    Error::msg(format!("there is no value of type {ty} to make up"))
}

/// A host function under the name of its import, which the log shows.
fn function(
    store: &mut Store<StoreLimits>,
    host: &Arc<Host>,
    position: usize,
    (module, name): (&str, &str),
    ty: FuncType,
) -> Result<Func> {
    let host = host.clone();
    let mut linker = Linker::new(store.engine());
    let results = ty.results().to_vec();
    linker.func_new(module, name, ty, move |caller, arguments, slots| {
        host.call(caller, position, arguments, &results, slots)
    })?;
    let function = linker.get(store, module, name).and_then(Extern::into_func);
    Ok(function.expect("BUG: the linker has what was just defined"))
}

/// What the host functions of one store share.
struct Host {
    /// The module's exports.
    exports: Vec<(String, ExternType)>,
    calls: AtomicU32,
    callbacks: AtomicU32,
    depth: AtomicU32,
}

impl Host {
    fn new(module: &Module) -> Host {
        let exports = module.exports().map(|export| (export.name().to_owned(), export.ty())).collect();
        Host { exports, calls: AtomicU32::new(0), callbacks: AtomicU32::new(0), depth: AtomicU32::new(0) }
    }

    fn call(
        &self,
        mut caller: Caller<'_, StoreLimits>,
        position: usize,
        arguments: &[Val],
        types: &[ValType],
        results: &mut [Val],
    ) -> Result<()> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let seen: Vec<Value> =
            arguments.iter().map(|value| Value::of(value, &caller, None).with_canonical_nan()).collect();
        let mut rng = Rng::new(hash(&(position, number, seen)));
        let export = match self.exports.is_empty() {
            true => None,
            false => Some(rng.choose(&self.exports)),
        };
        match rng.below(16) {
            0 => return Err(Error::msg(format!("import {position} fails"))),
            1..7 => {
                if let Some((name, ty)) = export {
                    self.use_export(&mut caller, name, ty, &mut rng)?;
                }
            }
            _ => {}
        }
        for (result, ty) in results.iter_mut().zip(types) {
            *result = self.value(&mut caller, *ty, &mut rng).ok_or_else(|| no_value(*ty))?;
        }
        Ok(())
    }

    /// Calls or changes what the caller exports.
    fn use_export(
        &self,
        caller: &mut Caller<'_, StoreLimits>,
        name: &str,
        ty: &ExternType,
        rng: &mut Rng,
    ) -> Result<()> {
        match (caller.get_export(name), ty) {
            (Some(Extern::Func(function)), ExternType::Func(ty)) => self.call_back(caller, function, ty, rng)?,
            (Some(Extern::Global(global)), ExternType::Global(ty)) if ty.mutable => {
                if let Some(value) = self.value(caller, ty.content, rng) {
                    global.set(caller, value)?;
                }
            }
            (Some(Extern::Memory(memory)), _) => change_memory(caller, memory, rng),
            (Some(Extern::Table(table)), ExternType::Table(ty)) => {
                if let Some(value) = self.value(caller, ValType::Ref(ty.element), rng) {
                    change_table(caller, table, value, rng);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Calls an export with edge values. Its failure is passed on, or not; but limits are, since what is behind one is
    /// not compared.
    fn call_back(
        &self,
        caller: &mut Caller<'_, StoreLimits>,
        function: Func,
        ty: &FuncType,
        rng: &mut Rng,
    ) -> Result<()> {
        if self.depth.load(Ordering::Relaxed) >= MAX_DEPTH
            || self.callbacks.fetch_add(1, Ordering::Relaxed) >= MAX_CALLBACKS
        {
            return Ok(());
        }
        let arguments: Option<Vec<Val>> = ty.params().iter().map(|ty| self.value(caller, *ty, rng)).collect();
        let Some(arguments) = arguments else { return Ok(()) };
        let mut results = vec![Val::I32(0); ty.results().len()];
        let result = {
            let _depth = Depth::deeper(&self.depth);
            function.call(&mut *caller, &arguments, &mut results)
        };
        match result {
            Ok(()) => {
                let seen: Vec<Value> =
                    results.iter().map(|value| Value::of(value, &*caller, None).with_canonical_nan()).collect();
                *rng = Rng::new(rng.next() ^ hash(&seen));
                Ok(())
            }
            Err(error) if error.limit().is_some() || rng.once_in(2) => Err(error),
            Err(_) => Ok(()),
        }
    }

    /// A value, where references may be to the caller's exports.
    fn value(&self, caller: &mut Caller<'_, StoreLimits>, ty: ValType, rng: &mut Rng) -> Option<Val> {
        let is_function = matches!(ty, ValType::Ref(RefType { heap, .. }) if heap != HeapType::Extern);
        if is_function && !rng.once_in(3) {
            let fitting: Vec<Val> =
                self.exports.iter().filter_map(|(name, _)| function_export(caller, name, ty)).collect();
            if !fitting.is_empty() {
                return Some(*rng.choose(&fitting));
            }
        }
        edges::value(rng, ty)?.to_val(caller, None, ty)
    }
}

/// How deep the host is in calls that call back; it goes back also by a panic.
struct Depth<'a>(&'a AtomicU32);

impl<'a> Depth<'a> {
    fn deeper(depth: &'a AtomicU32) -> Depth<'a> {
        depth.fetch_add(1, Ordering::Relaxed);
        Depth(depth)
    }
}

impl Drop for Depth<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The caller's export, if it is a function that may stand where `ty` is wanted.
fn function_export(caller: &Caller<'_, StoreLimits>, name: &str, ty: ValType) -> Option<Val> {
    let value = Val::from(caller.get_export(name)?.into_func()?);
    value.ty(caller).matches(ty).then_some(value)
}

/// Grows the memory by a page, or writes a word near an end of it.
fn change_memory(caller: &mut Caller<'_, StoreLimits>, memory: Memory, rng: &mut Rng) {
    if rng.once_in(4) {
        // The type or the limits may not allow it, which is the same everywhere.
        let _ = memory.grow(caller, 1);
        return;
    }
    let size = memory.data_size(&*caller);
    let from_end = rng.below(64).min(size);
    let address = if rng.once_in(2) { rng.below(4096) } else { size - from_end };
    let bytes = rng.next().to_le_bytes();
    // Past the end nothing is written.
    let _ = memory.write(caller, address, &bytes);
}

fn change_table(caller: &mut Caller<'_, StoreLimits>, table: Table, value: Val, rng: &mut Rng) {
    let mut store = caller.as_context_mut();
    // As for memories.
    let _ = match rng.once_in(4) {
        true => table.grow(&mut store, 1, value).map(drop),
        false => table.set(&mut store, rng.below(16) as u64, value),
    };
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
