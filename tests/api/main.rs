//! The embedding API, on every engine: calls, errors, limits, linking, memories, tables, globals, references, and calls
//! from one engine's code to the other's.

mod calls;
mod crossing;
mod errors;
#[cfg(all(feature = "interp", feature = "trace"))]
mod frames;
mod limits;
mod modules;
mod sharing;

use falkirk::prelude::*;

/// The engines that are built in.
fn kinds() -> Vec<EngineKind> {
    let (interp, jit) = (cfg!(feature = "interp"), cfg!(feature = "jit"));
    let kinds = [(EngineKind::Interp, interp), (EngineKind::Jit, jit), (EngineKind::Mixed, interp && jit)];
    kinds.into_iter().filter_map(|(kind, there)| there.then_some(kind)).collect()
}

/// The engines that each test runs on, each as usual and with everything that can be the other way round.
fn engines_with(configure: impl Fn(&mut Config)) -> Vec<Engine> {
    let (usual, mut other) = (Config::new(), Config::new());
    other.lazy_above(Some(0)).memory_reservation(0).memory64_reservation(1 << 20);
    let mut engines = Vec::new();
    for kind in kinds() {
        for mut config in [usual.clone(), other.clone()] {
            configure(config.engine(kind));
            engines.push(Engine::new(&config).unwrap());
        }
    }
    engines
}

fn engines() -> Vec<Engine> {
    engines_with(|_| {})
}

/// A module in a store of its own.
fn instantiate<T: 'static>(engine: &Engine, data: T, text: &str) -> (Store<T>, Instance) {
    let mut store = Store::new(engine, data);
    let instance = Instance::new(&mut store, &Module::new(engine, text).unwrap(), &[]).unwrap();
    (store, instance)
}

/// Calls an exported function of no parameters and no results.
fn run<T: 'static>(store: &mut Store<T>, instance: Instance, name: &str) -> Result<(), Error> {
    instance.get_typed_func::<(), ()>(&*store, name)?.call(store, ())
}
