//! Guest code: on a thread of its own, one call at a time, within limits, and ended when somebody asks.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use falkirk::{
    Config, Engine, EngineKind, Func, FuncType, Instance, InterruptHandle, Linker, Memory, Module, Store, StoreLimits,
    StoreLimitsBuilder, Val,
};
use serde_json::{Value, json};

use super::order::Order;
use super::problem::Problem;
use super::text::Program;
use crate::output::Out;
use crate::{arguments, host, options};

/// How much of what a guest prints is kept.
const PRINTED: usize = 64 << 10;
/// The native stack of the guest's thread, as large as a process's first thread mostly has. Machine code takes from it.
const STACK: usize = 8 << 20;
/// What a message calls the module.
const MODULE: &str = "the module";

/// What a guest may use.
#[derive(Clone, Copy)]
pub struct Limits {
    /// How long a call may take.
    pub time: Duration,
    /// How many bytes a memory may have.
    pub memory: usize,
    /// About how many instructions a call may run, where they are counted.
    pub fuel: u64,
}

impl Limits {
    /// What the command line says, and else what is enough for a lesson.
    pub fn new(given: &options::Limits) -> Limits {
        Limits {
            time: given.timeout.unwrap_or(Duration::from_secs(5)),
            memory: given.max_memory.unwrap_or(64 << 20),
            fuel: given.fuel.unwrap_or(4_000_000_000),
        }
    }

    /// As the page takes them.
    pub fn json(self) -> Value {
        json!({ "milliseconds": self.time.as_millis() as u64, "memory": self.memory, "fuel": self.fuel })
    }
}

/// The guests of a playground, of which one runs at a time.
pub struct Guests {
    /// What each may use.
    pub limits: Limits,
    turn: Mutex<()>,
    /// How often something was stopped, and what stops what is running now.
    stops: AtomicU64,
    running: Mutex<Option<InterruptHandle>>,
}

/// A turn to run guests. It ends when somebody else wants one.
pub struct Turn<'a> {
    guests: &'a Guests,
    stops: u64,
}

impl Guests {
    /// No guest runs.
    pub fn new(limits: Limits) -> Guests {
        Guests { limits, turn: Mutex::new(()), stops: AtomicU64::new(0), running: Mutex::new(None) }
    }

    /// Ends what is running.
    pub fn stop(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
        if let Some(running) = &*lock(&self.running) {
            running.interrupt();
        }
    }

    /// Does what takes guests, on a thread of its own, after ending what is running.
    pub fn run(&self, work: impl FnOnce(&Turn<'_>) -> Result<Value, Problem> + Send) -> Result<Value, Problem> {
        self.stop();
        let alone = lock(&self.turn);
        let turn = Turn { guests: self, stops: self.stops.load(Ordering::SeqCst) };
        let done = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("guest".to_owned()).stack_size(STACK);
            thread.spawn_scoped(scope, move || work(&turn)).map(|thread| thread.join())
        });
        *lock(&self.running) = None;
        drop(alone);
        match done {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Problem::new("This is a bug of Falkirk's", "its terminal says more")),
            Err(error) => Err(Problem::new("There is no thread for the guest", error.to_string())),
        }
    }
}

impl Turn<'_> {
    /// What guests may use.
    pub fn limits(&self) -> Limits {
        self.guests.limits
    }

    /// An instance of the module in a store of its own, ready for the call. The time begins to run.
    pub fn guest(&self, module: &Module, program: &Program<'_>, order: &Order) -> Result<Guest, Problem> {
        let failed = |error| Problem::of(&error, program);
        let engine = module.engine();
        let mut store = Store::new(engine, bounds(self.limits()));
        store.limiter(|limits| limits);
        store.set_deadline(Some(self.limits().time));
        self.watch(&store)?;
        let printed = Printed::default();
        let out = Out::to(Box::new(printed.clone()));
        let mut linker = Linker::new(engine);
        host::define(&mut linker, &mut store, module, &out).map_err(failed)?;
        host::define_exit(&mut linker).map_err(failed)?;
        // Fuel counts from the call on, but a start function must not be without an end.
        let _ = store.set_fuel(self.limits().fuel);
        let instance = linker.instantiate(&mut store, module).map_err(failed)?;
        let _ = store.set_fuel(self.limits().fuel);
        let func = function(&mut store, instance, order)?;
        let ty = func.ty(&store);
        let arguments = parse(&order.function, &ty, &order.arguments)?;
        let memory = memory(&mut store, module, instance);
        let mut guest = Guest { store, func, ty, arguments, memory, out, printed };
        guest.write(order)?;
        Ok(guest)
    }

    /// Has the store end when the turn does.
    fn watch(&self, store: &Store<StoreLimits>) -> Result<(), Problem> {
        *lock(&self.guests.running) = Some(store.interrupt_handle());
        match self.guests.stops.load(Ordering::SeqCst) == self.stops {
            true => Ok(()),
            false => Err(Problem::new("The program was stopped", "before it was done")),
        }
    }
}

/// An engine for a playground, which may count fuel and report steps.
pub fn engine(kind: EngineKind, fuel: bool, tracing: bool) -> Result<Engine, Problem> {
    let mut config = Config::new();
    config.engine(kind).consume_fuel(fuel).tracing(tracing);
    Engine::new(&config).map_err(|error| Problem::new("There is no such engine here", error.to_string()))
}

/// A program's module.
pub fn module(engine: &Engine, program: &Program<'_>) -> Result<Module, Problem> {
    Module::new(engine, &program.wasm).map_err(|error| Problem::of(&error, program))
}

fn bounds(limits: Limits) -> StoreLimits {
    let builder = StoreLimitsBuilder::new().memory_size(limits.memory).table_elements(1 << 20);
    builder.instances(2).memories(8).tables(16).build()
}

fn function(store: &mut Store<StoreLimits>, instance: Instance, order: &Order) -> Result<Func, Problem> {
    instance.get_func(store, &order.function).ok_or_else(|| {
        let name = order.function.escape_debug();
        Problem::new("There is nothing to call", format!("{MODULE} exports no function `{name}`"))
    })
}

/// The first memory that is exported: nobody outside can look at others.
fn memory(store: &mut Store<StoreLimits>, module: &Module, instance: Instance) -> Option<Memory> {
    let name = module.exports().find(|export| matches!(export.ty(), falkirk::ExternType::Memory(_)))?.name().to_owned();
    instance.get_memory(store, &name)
}

/// The values that texts mean.
fn parse(name: &str, ty: &FuncType, texts: &[String]) -> Result<Vec<Val>, Problem> {
    let what = "The arguments do not fit";
    if texts.len() != ty.params().len() {
        let message = format!(
            "`{}` is a function {ty}: it takes {}, and was given {}",
            name.escape_debug(),
            ty.params().len(),
            texts.len()
        );
        return Err(Problem::new(what, message));
    }
    let one = |(text, param): (&String, &_)| {
        arguments::value(text, *param).ok_or_else(|| {
            let message = format!("`{}` is no {param}; wanted {}", text.escape_debug(), arguments::examples(*param));
            Problem::new(what, message)
        })
    };
    texts.iter().zip(ty.params()).map(one).collect()
}

/// An instance whose function is about to be called.
pub struct Guest {
    /// Its store.
    pub store: Store<StoreLimits>,
    /// The first memory that it exports.
    pub memory: Option<Memory>,
    func: Func,
    ty: FuncType,
    arguments: Vec<Val>,
    out: Out,
    printed: Printed,
}

impl Guest {
    /// What the host writes before the call.
    fn write(&mut self, order: &Order) -> Result<(), Problem> {
        let Some((address, text)) = &order.write else { return Ok(()) };
        let what = "The host cannot write";
        let memory = self.memory.ok_or_else(|| Problem::new(what, format!("{MODULE} exports no memory")))?;
        let written = memory.write(&mut self.store, *address, text.as_bytes());
        written.map_err(|error| Problem::new(what, format!("{} bytes at address {address}: {error}", text.len())))
    }

    /// Calls the function.
    pub fn call(&mut self) -> falkirk::Result<Vec<Val>> {
        let mut results = vec![Val::I32(0); self.ty.results().len()];
        self.func.call(&mut self.store, &self.arguments, &mut results)?;
        Ok(results)
    }

    /// What the guest has printed.
    pub fn printed(&mut self) -> String {
        // Some of it may still be on its way.
        let _ = self.out.flush();
        String::from_utf8_lossy(&lock(&self.printed.0)).into_owned()
    }
}

/// What a guest prints, as much as is kept.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut printed = lock(&self.0);
        let room = PRINTED - printed.len();
        printed.extend_from_slice(&bytes[..bytes.len().min(room)]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
