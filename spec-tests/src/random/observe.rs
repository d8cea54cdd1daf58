//! Runs all that a module exports and writes down what can be seen from outside.

use std::hash::{DefaultHasher, Hasher};
use std::time::Duration;

use falkirk::{
    Engine, Error, ErrorKind, Extern, ExternType, Func, Instance, Module, Store, StoreLimits, StoreLimitsBuilder, Val,
    ValType,
};

use super::{Rng, imports};

/// What each call may use. Enough to get through most functions, little enough for thousands of modules.
const FUEL: u64 = 20_000;

/// No call needs it: fuel ends it long before.
const DEADLINE: Duration = Duration::from_secs(20);

/// How many exported functions of a module are run.
const MAX_RUNS: usize = 8;

/// How something ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With results or a state, as text.
    With(String),
    /// With a trap, a link error or a host's error.
    Failed(String),
    /// At a limit, which engines may reach at different points.
    AtLimit(String),
}

/// What the runs of a module showed.
#[derive(Debug, Default)]
pub struct Observed {
    /// Each run's steps in order: the step's name, and how it ended.
    pub runs: Vec<Vec<(String, Ended)>>,
}

/// The first step in which two engines differ. Of a run nothing is compared behind a limit: the two stopped at different
/// points.
pub fn difference(a: &Observed, b: &Observed) -> Option<String> {
    if a.runs.len() != b.runs.len() {
        return Some(format!("{} runs are not {}", a.runs.len(), b.runs.len()));
    }
    a.runs.iter().zip(&b.runs).find_map(|(a, b)| difference_of_runs(a, b))
}

fn difference_of_runs(a: &[(String, Ended)], b: &[(String, Ended)]) -> Option<String> {
    for ((name, a), (_, b)) in a.iter().zip(b) {
        match (a, b) {
            (Ended::AtLimit(_), _) | (_, Ended::AtLimit(_)) => return None,
            (a, b) if a != b => return Some(format!("{name}: {a:?} is not {b:?}")),
            _ => {}
        }
    }
    (a.len() != b.len()).then(|| format!("{} steps are not {}", a.len(), b.len()))
}

/// Compiles a module and runs it: one run for each exported function, with an instance of its own, made-up imports, and
/// three calls with arguments that follow from `seed`.
///
/// # Errors
///
/// If the module is rejected.
pub fn observe(engine: &Engine, wasm: &[u8], seed: u64) -> Result<Observed, Error> {
    let module = Module::new(engine, wasm)?;
    let functions = module.exports().filter(|export| matches!(export.ty(), ExternType::Func(_)));
    let names: Vec<&str> = functions.map(|export| export.name()).take(MAX_RUNS).collect();
    let mut observed = Observed::default();
    for name in &names {
        observed.runs.push(Run::new(engine, seed).run(&module, Some(name))?);
    }
    if names.is_empty() {
        observed.runs.push(Run::new(engine, seed).run(&module, None)?);
    }
    Ok(observed)
}

/// One instance of the module in a store of its own.
struct Run {
    store: Store<StoreLimits>,
    steps: Vec<(String, Ended)>,
    rng: Rng,
}

impl Run {
    fn new(engine: &Engine, seed: u64) -> Run {
        let limits = StoreLimitsBuilder::new().memory_size(64 << 20).table_elements(100_000).build();
        let mut store = Store::new(engine, limits);
        store.limiter(|limits| limits);
        Run { store, steps: Vec::new(), rng: Rng::new(seed) }
    }

    fn run(mut self, module: &Module, function: Option<&str>) -> Result<Vec<(String, Ended)>, Error> {
        let Some(instance) = self.instantiate(module)? else { return Ok(self.steps) };
        let function = function.and_then(|name| Some((name, instance.get_func(&mut self.store, name)?)));
        if let Some((name, function)) = function {
            for number in 1..=3 {
                self.refuel()?;
                let ended = self.call(function);
                self.note(&format!("call {number} of {name}"), ended);
            }
        }
        self.look_at_all(instance);
        Ok(self.steps)
    }

    fn refuel(&mut self) -> Result<(), Error> {
        self.store.set_deadline(Some(DEADLINE));
        self.store.set_fuel(FUEL)
    }

    fn note(&mut self, step: &str, ended: Ended) {
        self.steps.push((step.to_owned(), ended));
    }

    fn instantiate(&mut self, module: &Module) -> Result<Option<Instance>, Error> {
        self.refuel()?;
        let items = imports::make_up(&mut self.store, module);
        let instance = items.and_then(|items| Instance::new(&mut self.store, module, &items));
        let ended = instance.as_ref().map_or_else(failed, |_| Ended::With(String::new()));
        self.note("instantiate", ended);
        Ok(instance.ok())
    }

    fn call(&mut self, function: Func) -> Ended {
        let ty = function.ty(&self.store);
        let arguments: Option<Vec<Val>> = ty.params().iter().map(|param| argument(&mut self.rng, *param)).collect();
        let Some(arguments) = arguments else { return Ended::With("not called".to_owned()) };
        let mut results = vec![Val::I32(0); ty.results().len()];
        match function.call(&mut self.store, &arguments, &mut results) {
            Ok(()) => Ended::With(results.iter().map(show).collect::<Vec<_>>().join(" ")),
            Err(error) => failed(&error),
        }
    }

    /// Notes globals, sizes, and a hash of each memory.
    fn look_at_all(&mut self, instance: Instance) {
        let exports: Vec<(String, Extern)> =
            instance.exports(&self.store).map(|(name, item)| (name.to_owned(), item)).collect();
        for (name, item) in exports {
            let state = match item {
                Extern::Func(_) => continue,
                Extern::Global(global) => show(&global.get(&mut self.store)),
                Extern::Table(table) => format!("{} elements", table.size(&self.store)),
                Extern::Memory(memory) => {
                    let mut hasher = DefaultHasher::new();
                    hasher.write(memory.data(&self.store));
                    format!("{} pages, hash {:x}", memory.size(&self.store), hasher.finish())
                }
            };
            self.note(&format!("look at {name}"), Ended::With(state));
        }
    }
}

fn argument(rng: &mut Rng, ty: ValType) -> Option<Val> {
    let number = rng.interesting();
    match ty {
        ValType::I32 => Some(Val::I32(number as i32)),
        ValType::I64 => Some(Val::I64(number as i64)),
        ValType::F32 => Some(Val::F32(number as u32)),
        ValType::F64 => Some(Val::F64(number)),
        ValType::V128 => Some(Val::V128((u128::from(number) << 64 | u128::from(rng.interesting())).into())),
        ValType::Ref(_) => Val::default_for(ty),
    }
}

fn failed(error: &Error) -> Ended {
    match error.kind() {
        ErrorKind::Limit(limit) => Ended::AtLimit(limit.to_string()),
        _ => Ended::Failed(error.to_string()),
    }
}

/// A value without what differs from store to store: references are null or not.
fn show(value: &Val) -> String {
    match value {
        Val::FuncRef(reference) => format!("funcref {}", reference.is_some()),
        Val::ExternRef(reference) => format!("externref {}", reference.is_some()),
        other => format!("{other:?}"),
    }
}
