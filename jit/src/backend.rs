//! The JIT as an engine of the runtime.

use std::sync::Arc;

use cranelift_codegen::isa::OwnedTargetIsa;
use falkirk_runtime::engine::{Backend, ModuleCode, Settings, Wake};
use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::{CacheConfig, CacheProblem, Error};

use crate::cache::CodeCache;
use crate::gates::{Gates, find_gate};
use crate::loaded::JitCode;
use crate::translate::{Compiled, ModuleEnv};
use crate::unit::Unit;
use crate::{compile, isa, traps};

/// Falkirk's JIT, as an engine of the runtime.
pub struct Jit {
    isa: OwnedTargetIsa,
    /// At an address of its own, which stores keep.
    gates: Box<Gates>,
    cache: CodeCache,
}

impl Jit {
    /// A JIT for this machine. The first one takes over the signals of faults for the whole process: those that are not
    /// traps of machine code go to the handlers that were there before.
    ///
    /// # Errors
    ///
    /// Why there is no JIT for this machine.
    pub fn new() -> Result<Jit, String> {
        let isa = isa::host()?;
        traps::install();
        let cache = CodeCache::new(None, &*isa);
        Ok(Jit { isa, gates: Box::default(), cache })
    }

    /// This JIT, keeping the code of modules that are compiled whole.
    pub fn with_cache(mut self, config: Option<&Arc<CacheConfig>>) -> Jit {
        self.cache = CodeCache::new(config, &*self.isa);
        self
    }

    /// As [`Backend::prepare`], for some of the functions only.
    ///
    /// # Errors
    ///
    /// As for [`Backend::prepare`].
    pub fn prepare_some(
        &self,
        info: &Arc<ModuleInfo>,
        settings: &Settings,
        compiled: Compiled,
    ) -> Result<Arc<JitCode>, Error> {
        let env = ModuleEnv { info: info.clone(), settings: *settings, compiled };
        self.publish(&env, self.compile(&env)?)
    }

    fn compile(&self, env: &ModuleEnv) -> Result<Unit, Error> {
        if env.settings.tracing {
            return Err(Error::usage("machine code does not report its steps: use the interpreter for tracing"));
        }
        let unit = compile::compile(env, &*self.isa)?;
        debug_assert_eq!(unit.check(env), Ok(()), "BUG: fresh code would be rejected if it were kept");
        Ok(unit)
    }

    fn publish(&self, env: &ModuleEnv, unit: Unit) -> Result<Arc<JitCode>, Error> {
        self.gates.add(&env.info, &unit)?;
        Ok(Arc::new(JitCode::load(env.info.clone(), unit)?))
    }
}

impl Backend for Jit {
    fn name(&self) -> &'static str {
        "jit"
    }

    fn prepare(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Arc<dyn ModuleCode>, Error> {
        let env = whole(module, settings);
        let unit = self.compile(&env)?;
        self.cache.keep(&env, &unit);
        Ok(self.publish(&env, unit)?)
    }

    fn restore(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Option<Arc<dyn ModuleCode>> {
        let env = whole(module, settings);
        let unit = self.cache.find(&env)?;
        // Where there is no memory for kept code, there is none for new code, and that says so.
        Some(self.publish(&env, unit).ok()?)
    }

    fn precompile(&self, module: &Arc<ModuleInfo>, settings: &Settings) -> Result<Vec<u8>, Error> {
        let env = whole(module, settings);
        self.cache.seal(&env, &self.compile(&env)?).map_err(Error::usage)
    }

    fn load(&self, module: &Arc<ModuleInfo>, settings: &Settings, code: &[u8]) -> Result<Arc<dyn ModuleCode>, String> {
        let env = whole(module, settings);
        let unit = self.cache.open(&env, code)?;
        Ok(self.publish(&env, unit).map_err(|error| error.to_string())?)
    }

    fn cache_problem(&self) -> Option<CacheProblem> {
        self.cache.problem()
    }

    fn makes_machine_code(&self) -> bool {
        true
    }

    fn relies_on_guards(&self) -> bool {
        true
    }

    fn wake(&self) -> Option<Wake> {
        traps::wake()
    }

    fn machine_gate(&self) -> *const u8 {
        find_gate as *const u8
    }

    fn store_data(&self) -> *const () {
        (&raw const *self.gates).cast()
    }
}

/// A module of which all functions get machine code.
fn whole(module: &Arc<ModuleInfo>, settings: &Settings) -> ModuleEnv {
    ModuleEnv { info: module.clone(), settings: *settings, compiled: Compiled::All }
}

impl std::fmt::Debug for Jit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jit").field("target", &self.isa.triple().to_string()).finish()
    }
}
