//! A function's CLIF and machine code as text: for people who want to see what became of a function.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `clif` | a function's CLIF, with notes on what it reads and where it traps |
//! | `context` | what stands where in the runtime's structures, in words |
//! | `machine` | the machine code: instructions, jump tables and constants, with where they trap |
//! | `disassemble` | one machine instruction as text |

mod clif;
mod context;
mod disassemble;
mod machine;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cranelift_codegen::Context;
use cranelift_codegen::ir::{SourceLoc, TrapCode};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable, SettingKind};
use falkirk_runtime::engine::Settings;
use falkirk_runtime::module::{ModuleInfo, Naming};
use falkirk_runtime::vm::{Exit, Stop};
use falkirk_runtime::{Error, Limit};

use crate::translate::{Compiled, ModuleEnv, Translator};
use crate::unit::{Inlined, Position};
use crate::{abi, isa};

/// What the JIT makes of a function.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The CLIF, as the translator hands it to Cranelift.
    pub clif: Vec<ClifLine>,
    /// The machine code, in the order of its addresses.
    pub machine: Vec<MachineLine>,
    /// The machine's name, such as `x86_64`.
    pub machine_name: String,
}

/// A line of CLIF.
#[derive(Clone, Debug)]
pub struct ClifLine {
    /// What it is.
    pub kind: ClifKind,
    /// Its text.
    pub text: String,
    /// What is worth knowing about it.
    pub note: Option<String>,
    /// Where it comes from. None for what every function starts with.
    pub origin: Option<Origin>,
}

/// What a line of CLIF is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClifKind {
    /// A declaration at the function's head.
    Declaration,
    /// The head of a block.
    Block,
    /// An instruction.
    Instruction,
}

/// Some machine code.
#[derive(Clone, Debug)]
pub struct MachineLine {
    /// Where it starts, in bytes from the start of the function.
    pub at: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: MachineKind,
    /// Its text.
    pub text: String,
    /// What is worth knowing about it.
    pub note: Option<String>,
    /// Where it comes from. None for what every function starts with, and for constants.
    pub origin: Option<Origin>,
}

/// What some machine code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineKind {
    /// An instruction.
    Instruction,
    /// What a jump by a table reads.
    Table,
    /// A constant that instructions load.
    Constant,
}

/// Which operator something was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The operator's offset in the module.
    pub operator: usize,
    /// If that is a call which the callee was compiled in place of: the function whose operator it really was.
    pub inlined: Option<u32>,
}

/// What the JIT makes of the function `index`, which the module defines.
///
/// # Errors
///
/// - there is no JIT for this machine;
/// - the function passes one of its limits.
pub fn explain(
    info: &Arc<ModuleInfo>,
    index: u32,
    settings: Settings,
    compiled: Compiled,
    names: &dyn Naming,
) -> Result<Listing, Error> {
    let isa = machine().map_err(Error::usage)?;
    // What pays fuel would only stand in the way.
    let settings = Settings { fuel: false, tracing: false, ..settings };
    let env = ModuleEnv { info: info.clone(), settings, compiled };
    let mut translator = Translator::default();
    translator.positions_everywhere = true;
    let mut context = Context::new();
    translator.translate(&env, index, &*isa, &mut context.func)?;
    let origins = Origins(translator.take_inlined());
    let clif = clif::lines(&mut context.func.clone(), info, names, &origins);
    let machine = machine::lines(&mut context, &*isa, names, &origins)
        .map_err(|error| Error::implementation_limit(format!("function {index} cannot be compiled: {error}")))?;
    Ok(Listing { clif, machine, machine_name: isa.triple().architecture.to_string() })
}

/// The machine that code is made for, which also tells where the blocks of its code start.
fn machine() -> Result<OwnedTargetIsa, String> {
    let host = isa::host()?;
    let mut flags = settings::builder();
    let mut builder = cranelift_codegen::isa::lookup(host.triple().clone()).map_err(|error| error.to_string())?;
    let settable = |value: &settings::Value| value.kind() != SettingKind::Preset;
    let copied =
        host.flags().iter().filter(settable).try_for_each(|value| flags.set(value.name, &value.value_string()));
    let all = copied.and_then(|()| {
        flags.enable("machine_code_cfg_info")?;
        host.isa_flags()
            .iter()
            .filter(|value| settable(value))
            .try_for_each(|value| builder.set(value.name, &value.value_string()))
    });
    all.map_err(|error| error.to_string())?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}

/// Where source locations lead.
struct Origins(Vec<Inlined>);

impl Origins {
    /// The operator that a source location stands for.
    fn of(&self, place: SourceLoc) -> Option<Origin> {
        if place.is_default() {
            return None;
        }
        let mut position = Position(place.bits());
        let mut inlined = None;
        while let Some(number) = position.0.checked_sub(Position::INLINED) {
            let Inlined { function, call, .. } = self.0[number as usize];
            inlined = inlined.or(Some(function));
            position = call;
        }
        Some(Origin { operator: position.0 as usize, inlined })
    }
}

/// Why code stops where it carries this trap code.
fn reason(code: TrapCode) -> String {
    match Exit(u64::from(abi::exit_of(code))).stop() {
        Some(Stop::Trap(trap)) => trap.to_string(),
        Some(Stop::StackExhausted) => Limit::Stack.to_string(),
        Some(Stop::OutOfFuel) => Limit::Fuel.to_string(),
        Some(Stop::Interrupted) => Limit::Interrupted.to_string(),
        Some(stop) => format!("{stop:?}"),
        None => "nothing".into(),
    }
}
