//! All functions of a module, and the bridges and gates that go with them, to machine code: on all cores.

mod code;
mod link;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use falkirk_runtime::Error;
use falkirk_runtime::module::ModuleInfo;

use crate::bridges;
use crate::translate::{Compiled, ModuleEnv, Translator};
use crate::unit::Unit;
use code::{Code, Compiler};

/// Bodies of more than this many bytes are compiled by another thread: starting one takes about as long as compiling a
/// few hundred.
const BYTES_PER_THREAD: usize = 4 << 10;

/// Compiles a module with up to so many threads, or with 0 one per core.
///
/// The result depends on nothing but the module, the settings and the machine.
///
/// # Errors
///
/// A function passes a limit of Cranelift's or of ours. The one with the lowest index is reported.
pub fn compile(env: &ModuleEnv, isa: &dyn TargetIsa) -> Result<Unit, Error> {
    let tasks = Tasks::of(env);
    let all = tasks.all();
    let codes: Vec<OnceLock<Result<Code, Error>>> = all.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut worker = Worker::new(env, isa);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = all.get(at) else { return };
            let result = worker.run(*task);
            if result.is_err() {
                // Tasks are handed out in order, so every earlier one is done too. No later one has to be.
                next.fetch_max(all.len(), Ordering::Relaxed);
            }
            codes[at].set(result).expect("BUG: a task was done twice");
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads(env) {
            // Without a thread, the others do its work.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = Vec::with_capacity(all.len());
    for code in codes {
        // After a failure there may be tasks that nobody began; the failure comes before them.
        done.push(code.into_inner().expect("BUG: a task was left out")?);
    }
    link::link(env, isa, &tasks, done)
}

/// How many threads are worth their start.
fn threads(env: &ModuleEnv) -> usize {
    let bytes: usize = env.info.bodies.iter().map(ExactSizeIterator::len).sum();
    let wanted = bytes / BYTES_PER_THREAD + 1;
    match env.settings.compile_threads {
        _ if wanted == 1 => 1,
        0 => wanted.min(cores()),
        threads => wanted.min(threads),
    }
}

/// How many threads this machine runs at once. Asking the operating system takes longer than compiling a small function.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// What is to be compiled of a module. Types are those with no equal one before them.
struct Tasks {
    functions: Vec<u32>,
    bridges: Vec<u32>,
    gates: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
enum Task {
    /// The function with this index.
    Function(u32),
    /// The bridge for the type with this index.
    Bridge(u32),
    /// The gate for the type with this index.
    Gate(u32),
}

impl Tasks {
    fn of(env: &ModuleEnv) -> Tasks {
        let info = &*env.info;
        let functions: Vec<u32> = (0..info.functions.len() as u32).filter(|index| env.is_compiled(*index)).collect();
        // The host enters only functions that something refers to.
        let entered = functions.iter().filter(|index| info.func_ref_of[**index as usize] != u32::MAX);
        let bridges = sorted(entered.map(|index| first_equal(info, info.functions[*index as usize])));
        let gates = match may_call_out_anywhere(env) {
            true => sorted((0..info.types.len() as u32).map(|ty| first_equal(info, ty))),
            false => {
                let imported = &info.functions[..info.imported_functions as usize];
                sorted(imported.iter().map(|ty| first_equal(info, *ty)))
            }
        };
        Tasks { functions, bridges, gates }
    }

    fn all(&self) -> Vec<Task> {
        let functions = self.functions.iter().map(|index| Task::Function(*index));
        let bridges = self.bridges.iter().map(|ty| Task::Bridge(*ty));
        functions.chain(bridges).chain(self.gates.iter().map(|ty| Task::Gate(*ty))).collect()
    }
}

fn sorted(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The first type of the module that is equal to this one.
fn first_equal(info: &ModuleInfo, ty: u32) -> u32 {
    let (_, id) = info.types[ty as usize];
    info.types.iter().position(|(_, other)| *other == id).expect("BUG: a type is not among its module's") as u32
}

/// Whether code of this module may call functions without machine code of any type. If not, these are all imported:
/// others come in tables, in references, or are functions of the module itself.
fn may_call_out_anywhere(env: &ModuleEnv) -> bool {
    let info = &*env.info;
    let has_references = |(ty, _): &(falkirk_runtime::FuncType, _)| {
        ty.params().iter().chain(ty.results()).any(|ty| matches!(ty, falkirk_runtime::ValType::Ref(_)))
    };
    let is_reference = |ty: &falkirk_runtime::GlobalType| matches!(ty.content, falkirk_runtime::ValType::Ref(_));
    env.compiled != Compiled::All
        || !info.tables.is_empty()
        || info.types.iter().any(has_references)
        || info.globals.iter().any(is_reference)
}

/// What one thread compiles with, over and over.
struct Worker<'a> {
    env: &'a ModuleEnv,
    isa: &'a dyn TargetIsa,
    compiler: Compiler,
    translator: Translator,
    builders: FunctionBuilderContext,
}

impl<'a> Worker<'a> {
    fn new(env: &'a ModuleEnv, isa: &'a dyn TargetIsa) -> Worker<'a> {
        Worker {
            env,
            isa,
            compiler: Compiler::default(),
            translator: Translator::default(),
            builders: FunctionBuilderContext::new(),
        }
    }

    fn run(&mut self, task: Task) -> Result<Code, Error> {
        let func = self.compiler.start();
        let info = &*self.env.info;
        let what = match task {
            Task::Function(index) => {
                self.translator.translate(self.env, index, self.isa, func)?;
                let inlined = self.translator.take_inlined();
                let mut code = self.compiler.finish(self.isa).map_err(|error| too_much("function", index, &error))?;
                code.inlined = inlined;
                return Ok(code);
            }
            Task::Bridge(ty) => {
                bridges::bridge(&info.types[ty as usize].0, self.isa, &mut self.builders, func);
                ("the bridge of type", ty)
            }
            Task::Gate(ty) => {
                bridges::gate(&info.types[ty as usize].0, self.isa, &mut self.builders, func);
                ("the gate of type", ty)
            }
        };
        self.compiler.finish(self.isa).map_err(|error| too_much(what.0, what.1, &error))
    }
}

/// The error for code that Cranelift refuses to make.
fn too_much(what: &str, index: u32, error: &cranelift_codegen::CodegenError) -> Error {
    Error::implementation_limit(format!("{what} {index} cannot be compiled: {error}"))
}
