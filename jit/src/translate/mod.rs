//! Wasm operators to CLIF, in one pass over a function's body.
//!
//! Cranelift compiles without its optimiser, so what is emitted here is what runs: nothing is folded, hoisted or made
//! common later but what instruction selection merges.
//!
//! | module | what it translates |
//! | --- | --- |
//! | [`operator`] | dispatches over wasm's operators |
//! | [`state`] | the operand stack, and what all of the others share |
//! | [`local`], [`table`] | locals; globals, tables and references |
//! | [`numeric`], [`divide`], [`swap`] | what computes |
//! | [`simd`] | vectors |
//! | [`memory`], [`copy`], [`bulk`] | loads and stores; short copies; what the library does |
//! | [`control`], [`call`], [`inline`] | blocks and branches; calls; callees compiled in place |
//! | [`stop`], [`fuel`] | traps, interrupts, fuel |

mod bulk;
mod call;
mod control;
mod copy;
mod divide;
mod fuel;
mod inline;
mod local;
mod memory;
mod numeric;
mod operator;
mod simd;
mod state;
mod stop;
mod swap;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::{self, GlobalValueData, SourceLoc, UserFuncName};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use falkirk_runtime::Error;
use falkirk_runtime::engine::Settings;
use falkirk_runtime::module::ModuleInfo;
use wasmparser::{BinaryReader, FunctionBody, OperatorsReader, OperatorsReaderAllocations};

use crate::abi::{self, POINTER};
use crate::unit::Inlined;
use state::{Buffers, FunctionTranslator};

/// What the translation of a module's functions has in common.
#[derive(Clone, Debug)]
pub struct ModuleEnv {
    /// The module's declarations.
    pub info: Arc<ModuleInfo>,
    /// The engine's settings.
    pub settings: Settings,
    /// Which functions get machine code.
    pub compiled: Compiled,
}

/// Which functions of a module get machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiled {
    /// All of them.
    All,
    /// Those with an even index.
    Even,
}

impl ModuleEnv {
    /// Whether function `index` gets machine code (of this module: imported ones have none here).
    pub fn is_compiled(&self, index: u32) -> bool {
        index >= self.info.imported_functions && (self.compiled == Compiled::All || index.is_multiple_of(2))
    }
}

/// The most values that a function may have in CLIF. Cranelift's register allocator takes fewer.
const MAX_VALUES: usize = 2 << 20;

/// The most values that the branches of a function may carry, in all.
const MAX_CARRIED: usize = 2 << 20;

/// The most blocks that a function may have in CLIF. Each takes Cranelift one or two kilobytes.
const MAX_BLOCKS: usize = 400_000;

/// How many loops may stand within each other. Each makes the values of those around it one step longer to find.
const MAX_LOOPS: usize = 1000;

/// The code of the operator `unreachable`.
const UNREACHABLE: u8 = 0;

/// Translates functions, one after another, with buffers that it keeps.
#[derive(Default)]
pub struct Translator {
    builder: FunctionBuilderContext,
    buffers: Buffers,
    nesting: Vec<OperatorsReaderAllocations>,
    /// Whether all that an operator emits gets its position. Else only what can trap, and calls, do: positions take time.
    pub positions_everywhere: bool,
}

impl Translator {
    /// Translates function `index`, which the module defines, to CLIF.
    ///
    /// # Errors
    ///
    /// The function passes a limit of this implementation.
    pub fn translate(
        &mut self,
        env: &ModuleEnv,
        index: u32,
        isa: &dyn TargetIsa,
        func: &mut ir::Function,
    ) -> Result<(), Error> {
        declare(env, index, func);
        self.buffers.clear();
        let mut builder = FunctionBuilder::new(func, &mut self.builder);
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        builder.seal_block(entry);
        builder.ensure_inserted_block();
        let context = builder.func.dfg.block_params(entry)[0];
        let mut function = FunctionTranslator {
            env,
            isa,
            builder,
            buffers: &mut self.buffers,
            nesting: &mut self.nesting,
            positions_everywhere: self.positions_everywhere,
            entry,
            context,
            dead: None,
            offset: 0,
            inlined: None,
            ends_in_trap: false,
            regions: 0,
            function_frame: 0,
            carried_values: 0,
            open_loops: 0,
        };
        let done = function.whole(index);
        match done {
            Ok(()) => function.builder.finalize(isa.frontend_config()),
            // What was begun is forgotten.
            Err(_) => self.builder = FunctionBuilderContext::new(),
        }
        done
    }

    /// Takes the operators of the function translated last that stand in a function which was compiled into it. A source
    /// location from [`Position::INLINED`](crate::unit::Position::INLINED) on is a place in this list, and so are those
    /// in its [`Inlined::call`]s.
    pub fn take_inlined(&mut self) -> Vec<Inlined> {
        std::mem::take(&mut self.buffers.inlining.table)
    }

    /// Takes the types of the functions that the function translated last calls and that may have no machine code.
    pub fn take_outward(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.buffers.callees.outward)
    }
}

/// Gives a function its name and signature, and the limit of its stack.
fn declare(env: &ModuleEnv, index: u32, func: &mut ir::Function) {
    func.clear();
    func.name = UserFuncName::user(call::FUNCTIONS, index);
    func.signature = abi::machine_signature(env.info.func_type(index));
    let context = func.create_global_value(GlobalValueData::VMContext);
    let flags = func.dfg.mem_flags.insert_unchecked(abi::constant());
    let limits = func.create_global_value(GlobalValueData::Load {
        base: context,
        offset: Offset32::new(abi::context::STACK_LIMIT),
        global_type: POINTER,
        flags,
    });
    let flags = func.dfg.mem_flags.insert_unchecked(abi::trusted());
    let limit = func.create_global_value(GlobalValueData::Load {
        base: limits,
        offset: Offset32::new(abi::stack_limit::NATIVE),
        global_type: POINTER,
        flags,
    });
    func.stack_limit = Some(limit);
}

impl FunctionTranslator<'_> {
    /// Translates the function that this is for.
    fn whole(&mut self, index: u32) -> Result<(), Error> {
        let info = &self.env.info;
        let body = body_of(self.env, index);
        self.offset = body.range().start as u32;
        self.buffers.locals.start(body_size(&body));
        self.buffers.inlining.start(self.env, index, body_size(&body));
        for (position, ty) in info.func_type(index).params().iter().enumerate() {
            let value = self.builder.func.dfg.block_params(self.entry)[position + 1];
            self.declare_param(*ty, value);
        }
        self.open_meter();
        self.declare_locals(&body);
        self.open_function(info.functions[index as usize]);
        self.operators(&body);
        self.close_meter();
        self.finish_locals();
        if self.is_too_large() {
            return Err(Error::implementation_limit(format!(
                "function {index} is too large for the JIT (offset {:#x})",
                body.range().start
            )));
        }
        Ok(())
    }

    /// Translates the operators of a body.
    fn operators(&mut self, body: &FunctionBody<'_>) {
        let info = &self.env.info;
        let operators = BUG(body.get_binary_reader_for_operators());
        let mut reader = OperatorsReader::new_with_allocs(operators, self.nesting.pop().unwrap_or_default());
        while !reader.eof() && !self.is_too_large() {
            self.offset = reader.original_position() as u32;
            let operator = BUG(reader.read());
            if self.positions_everywhere {
                let position = self.position();
                self.builder.set_srcloc(SourceLoc::new(position.0));
            }
            self.ends_in_trap = info.bytes.get(reader.original_position() as usize) == Some(&UNREACHABLE);
            self.operator(&operator);
        }
        self.nesting.push(reader.into_allocations());
    }

    /// Whether the function passes a limit, so that there is no use in going on.
    fn is_too_large(&self) -> bool {
        self.builder.func.dfg.num_values() > MAX_VALUES
            || self.builder.func.dfg.num_blocks() > MAX_BLOCKS
            || self.carried_values > MAX_CARRIED
            || self.open_loops > MAX_LOOPS
    }
}

/// The body of a function that the module defines.
fn body_of(env: &ModuleEnv, index: u32) -> FunctionBody<'_> {
    let info = &env.info;
    let Some(range) = info.body(index) else { panic!("BUG: function {index} is imported and has no body") };
    FunctionBody::new(BinaryReader::new(&info.bytes[range.clone()], range.start as u64))
}

/// How many bytes a body has.
fn body_size(body: &FunctionBody<'_>) -> usize {
    (body.range().end - body.range().start) as usize
}

/// What validation has read without error reads without error.
#[allow(non_snake_case)]
fn BUG<T>(read: wasmparser::Result<T>) -> T {
    match read {
        Ok(value) => value,
        Err(error) => panic!("BUG: a validated function does not parse: {error}"),
    }
}
