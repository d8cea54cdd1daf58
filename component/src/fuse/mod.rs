//! Calls between components without the host: an *adapter* is a core module, made for the function that is called, with
//! which both guests' memories and functions are linked. It does what `func/adapter.rs` does, in code that the engine
//! compiles like the guests' own.
//!
//! ```text
//!      caller's module            adapter                                callee's module
//!   call $greet ──────────> may it be entered?
//!                           is the string in memory, is it UTF-8?
//!                           realloc ───────────────────────────────> gives memory
//!                           memory.copy from memory to memory
//!                           call ──────────────────────────────────> runs
//!      gives memory <────── realloc
//!                           memory.copy, the other way
//!                           post-return ───────────────────────────> frees
//!              <─────────── return
//! ```
//!
//! Where something looks wrong to an adapter, or only unusual (a string that is not ASCII), it asks the host, which traps
//! as it would have trapped itself: `check.rs`. So whether there is an adapter cannot be seen, but for the time.
//!
//! There is none where the engine interprets (the host copies faster than interpreted code), where every step is
//! observed or counted, and for what is not worth it or rare: handles, lists of anything but numbers, other encodings,
//! memories of 64 bits, parameters that go through memory, calls between a component and its parents.
//!
//! | file | what |
//! | --- | --- |
//! | `shape.rs` | what an adapter has to know of a function |
//! | `module.rs` | the module, and the adapter's own function |
//! | `values.rs`, `copies.rs` | how values are taken over; strings and lists |
//! | `code.rs` | instructions |
//! | `check.rs` | what the host checks |
//! | `flags.rs` | the instances' flags, as globals |

mod check;
mod code;
mod copies;
mod flags;
mod module;
mod shape;
mod values;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use falkirk_canonical_abi::{PtrType, Side as FlatSide};
use falkirk_runtime::{
    AsContextMut, Caller, Engine, Extern, Func as CoreFunc, FuncType, Instance, Module, Result, StoreContextMut,
    ValType,
};

use wasmparser::WasmFeatures;

use crate::func::{FuncInner, GuestFunc, View};
use crate::state::state;
use module::{ADAPTER, CoreSignature, module};
use shape::Signature;

/// How many adapters' modules an engine keeps.
const MAX_KEPT: usize = 1000;

/// How many adapters a store has at most. They are instances, of about a kilobyte each, that no limit of the embedder's
/// counts; further calls go through the host.
const MAX_ADAPTERS: u32 = 10_000;

/// The adapters' modules of an engine, by what they are for.
#[derive(Debug, Default)]
struct Adapters(Mutex<HashMap<Signature, Module>>);

/// An adapter for calls of `caller`'s instance to a function of another one, if one is worth it.
pub(crate) fn adapter<T: 'static>(
    store: &mut StoreContextMut<'_, T>,
    caller: &View,
    func: &FuncInner,
    callee: &GuestFunc,
) -> Result<Option<CoreFunc>> {
    let GuestFunc { view, core } = *callee;
    #[cfg(feature = "trace")]
    if crate::trace::is_watched(store) {
        return Ok(None);
    }
    if !compiles_all(store.engine()) {
        return Ok(None);
    }
    if !state(store).rules.enters_alone(view.instance, caller.instance) {
        return Ok(None);
    }
    let Some(signature) = Signature::of(caller, &view, &func.ty, &func.types) else { return Ok(None) };
    let adapters = &mut state(store).adapters;
    if *adapters >= MAX_ADAPTERS {
        return Ok(None);
    }
    *adapters += 1;
    let module = compiled(store.engine(), &signature, func)?;

    let mut imports: Vec<Extern> = Vec::new();
    if signature.uses_memory() {
        let memories = [caller.memory, view.memory].into_iter();
        imports.extend(memories.map(|memory| Extern::from(memory.expect("BUG: values go through no memory"))));
    }
    for instance in [caller.instance, view.instance] {
        imports.push(flags::global(store, instance).into());
    }
    imports.push(checks(store, *caller, view).into());
    imports.push(core.func().into());
    let realloc = |view: View| view.realloc.expect("BUG: strings and lists need `realloc`").func();
    if signature.copies_in() > 0 {
        imports.push(realloc(view).into());
    }
    if signature.copies_out() > 0 {
        imports.push(realloc(*caller).into());
    }
    imports.extend(view.post_return.map(|func| Extern::from(func.func())));
    let instance = Instance::new_uncounted(&mut *store, &module, &imports)?;
    let adapter = instance.get_export(&*store, ADAPTER).and_then(Extern::into_func);
    Ok(Some(adapter.expect("BUG: an adapter's module exports it")))
}

/// Whether the engine makes machine code of modules with vectors and two memories, and nobody watches or counts its steps.
fn compiles_all(engine: &Engine) -> bool {
    let settings = engine.config().settings();
    let features = WasmFeatures::SIMD | WasmFeatures::MULTI_MEMORY;
    engine.makes_machine_code() && !settings.tracing && !settings.fuel && settings.features.contains(features)
}

fn compiled(engine: &Engine, signature: &Signature, func: &FuncInner) -> Result<Module> {
    let adapters = &engine.extension::<Adapters>().0;
    if let Some(module) = adapters.lock().unwrap_or_else(PoisonError::into_inner).get(signature) {
        return Ok(module.clone());
    }
    let core = |side| CoreSignature::of(func.ty.flatten(&func.types, PtrType::I32, side));
    let bytes = module(signature, &core(FlatSide::Lower), &core(FlatSide::Lift));
    let module = Module::new(engine, bytes)?;
    let mut adapters = adapters.lock().unwrap_or_else(PoisonError::into_inner);
    if adapters.len() < MAX_KEPT {
        adapters.insert(signature.clone(), module.clone());
    }
    Ok(module)
}

/// The function with which the host checks.
fn checks<T: 'static>(store: &mut StoreContextMut<'_, T>, caller: View, callee: View) -> CoreFunc {
    let ty = FuncType::new([ValType::I32; 6], []);
    CoreFunc::wrap_slots(store, ty, move |mut host: Caller<'_, T>, slots| {
        check::check(host.as_context_mut(), &caller, &callee, slots)
    })
}
