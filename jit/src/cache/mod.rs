//! The code cache: a module's machine code, kept in a file for the next process, and in precompiled files.
//!
//! | module | what it holds |
//! | --- | --- |
//! | `fingerprint` | what code depends on, as hashes |
//! | `sealed` | code with its fingerprint and signature |
//! | `secret` | the key that signs |
//! | `folder`, `files` | entries in the file system |
//! | `evict` | the bound on their size |
//!
//! What is found is used only if its signature, under a key that only the user knows, is right; if it is of the same
//! module, settings, machine and version; and if all that is in it leads nowhere outside
//! ([`Unit::check`](crate::unit::Unit::check)). Anything else is a miss.

mod evict;
mod files;
mod fingerprint;
mod folder;
mod sealed;
mod secret;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use cranelift_codegen::isa::TargetIsa;
use falkirk_runtime::{CacheConfig, CacheProblem};

use crate::translate::ModuleEnv;
use crate::unit::Unit;
use fingerprint::{Fingerprint, Maker};
use folder::Folder;

/// An engine's code cache. Nothing touches the file system before the first module does.
#[derive(Debug)]
pub struct CodeCache {
    config: Option<Arc<CacheConfig>>,
    maker: Maker,
    folder: OnceLock<Result<Folder, CacheProblem>>,
}

impl CodeCache {
    /// The cache of an engine that makes code for this machine; it keeps nothing without a configuration.
    pub fn new(config: Option<&Arc<CacheConfig>>, isa: &dyn TargetIsa) -> CodeCache {
        CodeCache { config: config.cloned(), maker: Maker::new(isa), folder: OnceLock::new() }
    }

    /// The code of a module, if it was kept.
    pub fn find(&self, env: &ModuleEnv) -> Option<Unit> {
        let folder = self.entries()?;
        let fingerprint = Fingerprint::new(self.maker, env);
        let name = fingerprint.name();
        let bytes = folder.read(&name)?;
        let unit = unseal(folder, fingerprint, env, bytes);
        // Nobody will ever be able to use it, and it is in the way of one that can be.
        unit.inspect_err(|_| folder.remove(&name)).ok()
    }

    /// Keeps the code of a module, if there is a place for it.
    pub fn keep(&self, env: &ModuleEnv, unit: &Unit) {
        if let Some(folder) = self.entries() {
            let fingerprint = Fingerprint::new(self.maker, env);
            folder.write(&fingerprint.name(), &sealed::seal(folder.secret(), fingerprint, unit));
        }
    }

    /// The code of a module, signed for a precompiled file.
    ///
    /// # Errors
    ///
    /// Why there is no key to sign it with, as a sentence.
    pub fn seal(&self, env: &ModuleEnv, unit: &Unit) -> Result<Vec<u8>, String> {
        let folder = self.folder().map_err(|why| format!("there is no key to sign machine code with: {why}"))?;
        Ok(sealed::seal(folder.secret(), Fingerprint::new(self.maker, env), unit))
    }

    /// The code of a module from a precompiled file.
    ///
    /// # Errors
    ///
    /// Why it cannot be used or trusted, as the end of a sentence.
    pub fn open(&self, env: &ModuleEnv, bytes: &[u8]) -> Result<Unit, String> {
        let folder = self.folder().map_err(|why| format!("there is no key to trust it by: {why}"))?;
        Ok(unseal(folder, Fingerprint::new(self.maker, env), env, bytes.to_vec())?)
    }

    /// Why nothing is kept although the configuration wants it; nothing is known before the first module.
    pub fn problem(&self) -> Option<CacheProblem> {
        self.folder.get()?.as_ref().err().cloned()
    }

    /// The folder, if entries are kept there.
    fn entries(&self) -> Option<&Folder> {
        self.config.as_ref().filter(|config| config.limit() > 0)?;
        self.folder().ok()
    }

    fn folder(&self) -> Result<&Folder, String> {
        let config = self.config.as_ref().ok_or("the engine has no cache folder")?;
        self.folder.get_or_init(|| Folder::open(config)).as_ref().map_err(ToString::to_string)
    }
}

/// The code in signed bytes, if it is what we would make.
fn unseal(folder: &Folder, fingerprint: Fingerprint, env: &ModuleEnv, bytes: Vec<u8>) -> Result<Unit, &'static str> {
    let unit = sealed::open(folder.secret(), fingerprint, bytes)?;
    unit.check(env).map(|()| unit)
}
