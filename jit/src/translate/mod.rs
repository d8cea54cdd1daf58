//! Wasm operators to CLIF, in one pass over a function's body.

use std::sync::Arc;

use falkirk_runtime::engine::Settings;
use falkirk_runtime::module::ModuleInfo;

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
        index >= self.info.imported_functions && (self.compiled == Compiled::All || index % 2 == 0)
    }
}
