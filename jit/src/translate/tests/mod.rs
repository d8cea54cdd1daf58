//! Tests of the translation itself; what code computes is tested with the other engine.

mod execute;
mod golden;
mod limits;
mod positions;
mod vectors;

use std::sync::{Arc, Mutex};

use cranelift_codegen::ir::Function;
use falkirk_runtime::engine::{Backend, ModuleCode, Settings};
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::{Config, Engine, Error, Module};

use super::{Compiled, ModuleEnv, Translator};

/// A backend that only keeps what it is to prepare.
#[derive(Debug, Default)]
struct Keep(Mutex<Option<Arc<ModuleInfo>>>);

impl Backend for Keep {
    fn name(&self) -> &'static str {
        "keep"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, _: &Settings) -> Result<Arc<dyn ModuleCode>, Error> {
        *self.0.lock().expect("the lock") = Some(module.clone());
        Err(Error::implementation_limit("kept"))
    }
}

/// The settings of an engine that relies on guards.
fn guarded() -> Settings {
    let settings = *Config::new().settings();
    Settings { guarded_memories: true, interruptible: false, ..settings }
}

/// A module from its text or bytes.
fn module(module: impl AsRef<[u8]>, settings: Settings) -> ModuleEnv {
    let keep = Arc::new(Keep::default());
    let engine = Engine::with_backend(&Config::new(), keep.clone()).expect("an engine");
    let error = Module::new(&engine, module).expect_err("nothing is prepared");
    let info = keep.0.lock().expect("the lock").take().unwrap_or_else(|| panic!("{error}"));
    ModuleEnv { info, settings, compiled: Compiled::All }
}

/// The CLIF of a function, checked by Cranelift's verifier.
fn translate(env: &ModuleEnv, index: u32) -> Result<Function, Error> {
    let isa = crate::isa::host().expect("this machine has a JIT");
    let mut func = Function::new();
    let mut translator = Translator::default();
    translator.translate(env, index, &*isa, &mut func)?;
    if let Err(error) = cranelift_codegen::verify_function(&func, &*isa) {
        panic!("function {index}: {}", cranelift_codegen::print_errors::pretty_verifier_error(&func, None, error));
    }
    Ok(func)
}
