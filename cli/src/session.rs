//! A module's instance in a store, under the limits of the command line.

use falkirk::wasi::{WasiCtx, preview1};
use falkirk::{
    Config, Engine, EngineKind, Error, ExternType, Func, FuncType, Instance, Linker, Module, Store, StoreLimitsBuilder,
    Val,
};

use crate::commands::show_type;
use crate::failure::Failure;
use crate::options::{Limits, Settings};
use crate::output::{self, Out};
use crate::source::Source;
use crate::wasi::{self, Data};
use crate::{arguments, host};

/// The engine that the command line asks for. It counts fuel if there is some, and calls the observer if there is one.
pub fn engine(settings: &Settings, tracing: bool) -> Result<Engine, Failure> {
    if tracing && matches!(settings.engine, EngineKind::Jit | EngineKind::Mixed) {
        let failure = Failure::input("only the interpreter can trace: machine code does not report its steps");
        return Err(failure
            .found(format!("--engine {}", settings.engine_name()))
            .wanted("--engine interp, or no --engine"));
    }
    let mut config = Config::new();
    config.engine(settings.engine).consume_fuel(settings.limits.fuel.is_some()).cache(settings.cache.config());
    #[cfg(feature = "trace")]
    config.tracing(tracing);
    Engine::new(&config)
        .map_err(|error| Failure::input(format!("there is no engine `{}` here: {error}", settings.engine_name())))
}

/// An engine for modules that are only looked at. The interpreter does nothing before a function is called.
pub fn reader() -> Result<Engine, Failure> {
    let mut config = Config::new();
    config.engine(if cfg!(feature = "interp") { EngineKind::Interp } else { EngineKind::Auto }).lazy_above(Some(0));
    Engine::new(&config).map_err(|error| Failure::of("falkirk", &error))
}

/// A store with the limits of the command line, and what the guest is given. The time begins to run.
pub fn store(engine: &Engine, limits: &Limits, wasi: WasiCtx) -> Result<Store<Data>, Failure> {
    let mut builder = StoreLimitsBuilder::new();
    if let Some(bytes) = limits.max_memory {
        builder = builder.memory_size(bytes);
    }
    let mut store = Store::new(engine, Data { limits: builder.build(), wasi });
    store.limiter(|data| &mut data.limits);
    if let Some(fuel) = limits.fuel {
        store.set_fuel(fuel).map_err(|error| Failure::of("falkirk", &error))?;
    }
    store.set_deadline(limits.timeout);
    Ok(store)
}

/// A module's instance in a store of its own.
pub struct Session {
    /// The file's name, for messages.
    pub name: String,
    /// The store.
    pub store: Store<Data>,
    /// The module.
    pub module: Module,
    linker: Linker<Data>,
}

impl Session {
    /// Compiles a module and makes a store for it, with what WASI gives the guest. What the guest prints in another way
    /// goes to `out`.
    pub fn new(
        source: &Source,
        settings: &Settings,
        tracing: bool,
        wasi: WasiCtx,
        out: &Out,
    ) -> Result<Session, Failure> {
        let name = source.name.clone();
        let engine = engine(settings, tracing)?;
        let module =
            Module::new_shared(&engine, source.module()?.clone()).map_err(|error| Failure::of(&name, &error))?;
        settings.cache.report(&engine);
        report_refusal(&name, &module);
        let mut store = store(&engine, &settings.limits, wasi)?;
        let mut linker = Linker::new(&engine);
        define(&mut linker, &mut store, &module, out).map_err(|error| Failure::of(&name, &error))?;
        Ok(Session { name, store, module, linker })
    }

    /// Instantiates the module.
    pub fn instantiate(&mut self) -> Result<Instance, Failure> {
        let instance = self.linker.instantiate(&mut self.store, &self.module);
        instance.map_err(|error| Failure::of(&self.name, &error))
    }

    /// Calls `_start`, or what `invoke` names, and gives its results.
    pub fn call(&mut self, invoke: Option<&str>, texts: &[String]) -> Result<Vec<Val>, Failure> {
        let instance = self.instantiate()?;
        let Some(invoke) = invoke else { return self.start(instance, texts) };
        let function = self.function(instance, invoke)?;
        let ty = function.ty(&self.store);
        let arguments = arguments::parse(invoke, &ty, texts)?;
        self.initialize(instance)?;
        self.run(function, &ty, &arguments)
    }

    /// A command's entry (`_start`).
    fn start(&mut self, instance: Instance, texts: &[String]) -> Result<Vec<Val>, Failure> {
        let Some(function) = instance.get_func(&mut self.store, "_start") else {
            return Err(self.no_function("_start").help("`--invoke NAME` calls another function than `_start`"));
        };
        let ty = function.ty(&self.store);
        // A command of WASI asks for its arguments itself.
        let texts = if wasi::is_imported_by(&self.module) { &[] } else { texts };
        let arguments = arguments::parse("_start", &ty, texts)?;
        self.run(function, &ty, &arguments)
    }

    /// A library built as a WASI reactor wants `_initialize` called before anything else.
    fn initialize(&mut self, instance: Instance) -> Result<(), Failure> {
        let Ok(initialize) = instance.get_typed_func::<(), ()>(&mut self.store, "_initialize") else { return Ok(()) };
        initialize.call(&mut self.store, ()).map_err(|error| Failure::of(&self.name, &error))
    }

    fn function(&mut self, instance: Instance, name: &str) -> Result<Func, Failure> {
        instance.get_func(&mut self.store, name).ok_or_else(|| self.no_function(name))
    }

    fn run(&mut self, function: Func, ty: &FuncType, arguments: &[Val]) -> Result<Vec<Val>, Failure> {
        let mut results = vec![Val::I32(0); ty.results().len()];
        function.call(&mut self.store, arguments, &mut results).map_err(|error| Failure::of(&self.name, &error))?;
        Ok(results)
    }

    fn no_function(&self, name: &str) -> Failure {
        no_function(&self.name, &self.module, name)
    }
}

/// Defines what the module may import.
fn define(linker: &mut Linker<Data>, store: &mut Store<Data>, module: &Module, out: &Out) -> Result<(), Error> {
    host::define(linker, store, module, out)?;
    match wasi::is_imported_by(module) {
        true => preview1::add_to_linker(linker, |data: &mut Data| &mut data.wasi),
        false => host::define_exit(linker),
    }
}

/// What to say about a function that the module in `file` does not export.
pub fn no_function(file: &str, module: &Module, name: &str) -> Failure {
    if let Some(ty) = module.get_export(name) {
        let failure = Failure::input(format!("the export `{name}` of {file} is no function"));
        return failure.found(show_type(&ty)).wanted("a function");
    }
    let functions = functions(module);
    let failure = Failure::input(format!("{file} exports no function `{name}`")).found(list(&functions));
    match nearest(name, &functions) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    }
}

/// Says why the machine code of a precompiled file is not used, where the engine would use some.
fn report_refusal(name: &str, module: &Module) {
    if let Some(refusal) = module.refusal().filter(|_| module.engine().backend_name() == "jit") {
        output::to_stderr(&format!("note: the machine code in {name} is not used: {refusal}"));
    }
}

/// The names of a module's exported functions.
fn functions(module: &Module) -> Vec<String> {
    let functions = module.exports().filter(|export| matches!(export.ty(), ExternType::Func(_)));
    functions.map(|export| export.name().escape_debug().to_string()).collect()
}

/// Names for a message: the first twenty.
pub fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "no exported functions".to_owned(),
        1..=SHOWN => format!("the functions {}", quoted.join(", ")),
        more => format!("the functions {}, and {} more", quoted.join(", "), more - SHOWN),
    }
}

/// The name that was probably meant.
pub fn nearest<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let distance = |other: &&String| strsim::damerau_levenshtein(name, other);
    let near = names.iter().min_by_key(distance)?;
    (distance(&near) <= name.chars().count().div_ceil(3)).then_some(near)
}
