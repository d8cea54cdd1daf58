//! All functions of a module, and the bridges and gates that go with them, to machine code: on all cores.

pub(crate) mod code;
mod link;
mod parallel;

use std::collections::HashMap;
use std::ops::Range;

use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use falkirk_runtime::Error;
use falkirk_runtime::module::ModuleInfo;

use crate::bridges;
use crate::translate::{ModuleEnv, Translator};
use crate::unit::Unit;
use code::{Code, Compiler};

/// Bodies of more than this many bytes are compiled by another thread: starting one takes about as long as compiling a
/// few hundred.
const BYTES_PER_THREAD: usize = 4 << 10;

/// How many gates are worth a thread.
const GATES_PER_THREAD: usize = 32;

/// Compiles a module, on as many threads as the settings say.
///
/// The result depends on nothing but the module, the settings and the machine.
///
/// # Errors
///
/// A function passes a limit of Cranelift's or of ours. The one with the lowest index is reported.
pub fn compile(env: &ModuleEnv, isa: &dyn TargetIsa) -> Result<Unit, Error> {
    let info = &*env.info;
    let first = first_equal_types(info);
    let functions: Vec<u32> = (0..info.functions.len() as u32).filter(|index| env.is_compiled(*index)).collect();
    // The host enters only functions that something refers to.
    let entered = functions.iter().filter(|index| info.func_ref_of[**index as usize] != u32::MAX);
    let bridges = sorted(entered.map(|index| first[info.functions[*index as usize] as usize]));

    let tasks = functions.iter().map(|index| Task::Function(*index)).chain(bridges.iter().map(|ty| Task::Bridge(*ty)));
    let mut text = run(env, isa, &tasks.collect::<Vec<_>>(), bodies_len(info) / BYTES_PER_THREAD)?;
    let gates = sorted(text.iter().flat_map(|code| &code.outward).map(|ty| first[*ty as usize]));
    let tasks: Vec<Task> = gates.iter().map(|ty| Task::Gate(*ty)).collect();
    let gate_text = run(env, isa, &tasks, gates.len() / GATES_PER_THREAD)?;

    let bridge_text = text.split_off(functions.len());
    let parts = link::Parts {
        functions: functions.into_iter().zip(text).collect(),
        bridges: bridges.into_iter().zip(bridge_text).collect(),
        gates: gates.into_iter().zip(gate_text).collect(),
    };
    link::link(info, isa, &parts, &first)
}

/// Runs tasks, with so many threads beside this one if the settings and the machine have them.
fn run(env: &ModuleEnv, isa: &dyn TargetIsa, tasks: &[Task], helpers: usize) -> Result<Vec<Code>, Error> {
    let threads = if helpers == 0 { 1 } else { (helpers + 1).min(parallel::threads(env.settings.compile_threads)) };
    parallel::run(tasks, threads, || {
        let mut worker = Worker::new(env, isa);
        move |task| worker.run(*task)
    })
}

fn bodies_len(info: &ModuleInfo) -> usize {
    info.bodies.iter().map(Range::len).sum()
}

/// For each type of the module the first one that is equal to it.
fn first_equal_types(info: &ModuleInfo) -> Vec<u32> {
    let mut first = HashMap::with_capacity(info.types.len());
    (0..).zip(&info.types).map(|(ty, (_, id))| *first.entry(*id).or_insert(ty)).collect()
}

fn sorted(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// What is to be compiled of a module.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// The function with this index.
    Function(u32),
    /// The bridge for the type with this index.
    Bridge(u32),
    /// The gate for the type with this index.
    Gate(u32),
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
        let types = &self.env.info.types;
        let what = match task {
            Task::Function(index) => {
                self.translator.translate(self.env, index, self.isa, func)?;
                ("function", index)
            }
            Task::Bridge(ty) => {
                bridges::bridge(&types[ty as usize].0, self.isa, &mut self.builders, func);
                ("the bridge of type", ty)
            }
            Task::Gate(ty) => {
                bridges::gate(&types[ty as usize].0, self.isa, &mut self.builders, func);
                ("the gate of type", ty)
            }
        };
        let too_much = |error| {
            let (what, index) = what;
            Error::implementation_limit(format!("{what} {index} cannot be compiled: {error}"))
        };
        let mut code = self.compiler.finish(self.isa).map_err(too_much)?;
        if let Task::Function(index) = task {
            let body = self.env.info.body(index).expect("BUG: an imported function was compiled");
            code.complete_places(body.start as u32);
            code.inlined = self.translator.take_inlined();
            code.outward = self.translator.take_outward();
        }
        Ok(code)
    }
}
