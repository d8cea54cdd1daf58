//! One engine's part of a comparison.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use falkirk_runtime::{Engine, Error, Instance, Module, Result, Store, StoreLimits, Val, ValType};

use super::log::Log;
use super::oracle::Rules;
use super::outcome::{End, Outcome};
use super::script::Call;
use super::value::Value;

/// An engine, the module as it compiled it, and the store of the present run.
pub(super) struct Side {
    pub name: String,
    engine: Engine,
    pub module: Option<Module>,
    pub running: Option<Running>,
}

/// The store of a run.
pub(super) struct Running {
    pub store: Store<StoreLimits>,
    /// None if the module could not be instantiated.
    pub instance: Option<Instance>,
    pub log: Log,
}

impl Side {
    pub fn new(name: &str, engine: &Engine) -> Side {
        Side { name: name.to_owned(), engine: engine.clone(), module: None, running: None }
    }

    /// Parses, validates, and translates or compiles.
    pub fn compile(&mut self, wasm: &[u8]) -> End {
        timed(|| {
            self.module = Some(Module::new(&self.engine, wasm)?);
            Ok(Vec::new())
        })
    }

    /// Instantiates the module in a new store.
    pub fn instantiate(&mut self, rules: &Rules) -> End {
        let module = self.module.clone().expect("BUG: the module was compiled before it is run");
        let mut store = Store::new(&self.engine, rules.limits.clone());
        store.limiter(|limits| limits);
        let log = Log::of(&mut store);
        let running = self.running.insert(Running { store, instance: None, log });
        timed(|| {
            running.refuel(rules)?;
            running.instance = Some((rules.instantiate)(&mut running.store, &module)?);
            Ok(Vec::new())
        })
    }

    /// Calls an export.
    pub fn call(&mut self, call: &Call, rules: &Rules) -> End {
        let running = self.running.as_mut().expect("BUG: the module was instantiated before a call");
        running.log.clear();
        let instance = running.instance.expect("BUG: the module was instantiated before a call");
        match running.prepare(instance, call, rules) {
            Ok((function, arguments, results)) => timed(|| {
                let mut results = results;
                function.call(&mut running.store, &arguments, &mut results)?;
                Ok(running.see(&results))
            }),
            Err(error) => timed(|| Err(error)),
        }
    }
}

impl Running {
    fn refuel(&mut self, rules: &Rules) -> Result<()> {
        self.store.set_deadline(rules.deadline);
        if self.store.engine().config().settings().fuel {
            self.store.set_fuel(rules.fuel)?;
        }
        Ok(())
    }

    /// The function, its arguments, and room for its results.
    fn prepare(
        &mut self,
        instance: Instance,
        call: &Call,
        rules: &Rules,
    ) -> Result<(falkirk_runtime::Func, Vec<Val>, Vec<Val>)> {
        self.refuel(rules)?;
        let function = instance.get_func(&self.store, &call.export);
        let function = function.ok_or_else(|| Error::usage(format!("there is no function \"{}\"", call.export)))?;
        let ty = function.ty(&self.store);
        let mut arguments = Vec::new();
        for (position, value) in call.arguments.iter().enumerate() {
            let param = ty.params().get(position).copied().unwrap_or(ValType::I32);
            let value = value.to_val(&mut self.store, Some(instance), param);
            arguments.push(value.ok_or_else(|| Error::usage(format!("argument {position} has no value here")))?);
        }
        Ok((function, arguments, vec![Val::I32(0); ty.results().len()]))
    }

    fn see(&self, values: &[Val]) -> Vec<Value> {
        values.iter().map(|value| Value::of(value, &self.store, self.instance)).collect()
    }
}

/// Takes a step. A panic ends it too: the store is not used behind one.
fn timed(step: impl FnOnce() -> Result<Vec<Value>>) -> End {
    let started = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(step));
    let took = started.elapsed();
    End { outcome: Outcome::of(result), took }
}
