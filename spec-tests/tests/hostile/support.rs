//! What the cases are written with.

use falkirk::{Engine, Error, ErrorKind, Instance, Limit, Module, Store, StoreLimits, StoreLimitsBuilder, Val};

/// A module's instance, and the store that it lives in.
pub struct Running {
    /// The store, with plenty of fuel, and 256 MiB for each memory.
    pub store: Store<StoreLimits>,
    /// The instance.
    pub instance: Instance,
}

/// A store with limits, and with all the fuel there is if its engine counts fuel.
pub fn store(engine: &Engine) -> Store<StoreLimits> {
    let limits = StoreLimitsBuilder::new().memory_size(256 << 20).build();
    let mut store = Store::new(engine, limits);
    store.limiter(|limits| limits);
    let _ = store.set_fuel(u64::MAX / 4);
    store
}

/// Compiles a module (binary or text) and instantiates it without imports.
pub fn start(engine: &Engine, module: impl AsRef<[u8]>) -> Result<Running, Error> {
    let module = Module::new(engine, module)?;
    let mut store = store(engine);
    let instance = Instance::new(&mut store, &module, &[])?;
    Ok(Running { store, instance })
}

impl Running {
    /// Calls an export with the default values of its parameters.
    pub fn call(&mut self, name: &str) -> Result<Vec<Val>, Error> {
        let Some(function) = self.instance.get_func(&mut self.store, name) else { panic!("no export {name}") };
        let ty = function.ty(&self.store);
        let arguments: Vec<Val> = ty.params().iter().filter_map(|param| Val::default_for(*param)).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        function.call(&mut self.store, &arguments, &mut results)?;
        Ok(results)
    }
}

/// Compiles, instantiates, and calls `f`.
pub fn run(engine: &Engine, module: impl AsRef<[u8]>) -> Result<Vec<Val>, Error> {
    start(engine, module)?.call("f")
}

/// It must have given one value.
#[track_caller]
pub fn gives(result: Result<Vec<Val>, Error>, wanted: i32) {
    match result {
        Ok(values) => assert_eq!(values, [Val::I32(wanted)]),
        Err(error) => panic!("wanted {wanted}, found: {error}"),
    }
}

/// It must have given one value, or be more than the engine can hold.
#[track_caller]
pub fn gives_or_is_too_much(result: Result<Vec<Val>, Error>, wanted: i32) {
    match result {
        Err(error) if error.limit() == Some(Limit::Implementation) => assert_message(&error),
        result => gives(result, wanted),
    }
}

/// It must have run into this limit.
#[track_caller]
pub fn reaches<T: std::fmt::Debug>(result: Result<T, Error>, limit: Limit) {
    match result {
        Ok(found) => panic!("wanted the limit {limit:?}, found {found:?}"),
        Err(error) => assert_eq!(error.limit(), Some(limit), "{error}"),
    }
}

/// The module must be rejected, whatever the reason, with a message.
#[track_caller]
pub fn is_rejected(engine: &Engine, module: impl AsRef<[u8]>) {
    match Module::new(engine, module) {
        Ok(_) => panic!("wanted the module rejected"),
        Err(error) => {
            let kind = error.kind();
            let fits = matches!(kind, ErrorKind::Invalid { .. } | ErrorKind::Text { .. } | ErrorKind::Limit(_));
            assert!(fits, "{kind:?}: {error}");
            assert_message(&error);
        }
    }
}

/// A message is short enough to read.
#[track_caller]
fn assert_message(error: &Error) {
    let length = error.to_string().len();
    assert!((1..2000).contains(&length), "a message of {length} bytes");
}
