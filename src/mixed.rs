//! Both engines in one: some functions of each module are compiled, the others interpreted.
//!
//! Neither engine knows the other. Each makes its part of a module's code, and a call leaves one engine for the other
//! through the callee's [`FuncRef`](crate::vm::FuncRef): interpreted code finds a stub in the place of a compiled
//! function, which enters it as the host would; machine code finds a gate in the place of an interpreted one.

use std::sync::Arc;

use falkirk_interp::Interpreter;
use falkirk_jit::{Compiled, Jit, JitCode};

use crate::Result;
use crate::engine::{Backend, FuncCode, ModuleCode, Settings, Wake};
use crate::module::ModuleInfo;
use crate::vm::CodeEntry;

/// The engine of [`EngineKind::Mixed`](crate::EngineKind::Mixed).
#[derive(Debug)]
pub(crate) struct MixedBackend {
    jit: Arc<Jit>,
}

/// The code of a module: both engines' parts.
#[derive(Debug)]
struct MixedCode {
    interpreted: Arc<dyn ModuleCode>,
    compiled: Arc<JitCode>,
    jit: Arc<Jit>,
}

impl MixedBackend {
    /// An engine that compiles with this JIT.
    pub fn new(jit: Jit) -> MixedBackend {
        MixedBackend { jit: Arc::new(jit) }
    }
}

impl Backend for MixedBackend {
    fn name(&self) -> &'static str {
        "mixed"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Arc<dyn ModuleCode>> {
        let compiled = self.jit.prepare_some(module, settings, Compiled::Even)?;
        let interpreted = Interpreter.prepare_some(module, settings, |index| compiled.has(index))?;
        Ok(Arc::new(MixedCode { interpreted, compiled, jit: self.jit.clone() }))
    }

    fn makes_machine_code(&self) -> bool {
        true
    }

    fn relies_on_guards(&self) -> bool {
        self.jit.relies_on_guards()
    }

    fn wake(&self) -> Option<Wake> {
        self.jit.wake()
    }

    fn machine_gate(&self) -> *const u8 {
        self.jit.machine_gate()
    }

    fn store_data(&self) -> *const () {
        self.jit.store_data()
    }
}

impl ModuleCode for MixedCode {
    fn entries(&self) -> *const CodeEntry {
        self.interpreted.entries()
    }

    fn function(&self, index: u32) -> FuncCode {
        let interpreted = self.interpreted.function(index);
        match self.compiled.has(index) {
            true => FuncCode { code: interpreted.code, ..self.compiled.function(index) },
            false => FuncCode { machine: self.jit.machine_gate(), ..interpreted },
        }
    }

    fn data(&self) -> *const () {
        self.interpreted.data()
    }

    fn machine_data(&self) -> *const () {
        self.compiled.machine_data()
    }

    fn builtins(&self) -> *const () {
        self.compiled.builtins()
    }

    fn code_size(&self) -> usize {
        self.interpreted.code_size() + self.compiled.code_size()
    }
}
