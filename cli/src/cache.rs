//! The code cache: where machine code is kept between runs.

use std::env;
use std::path::PathBuf;

use clap::Args;
use falkirk::{CacheConfig, CacheProblem, Engine};

use crate::output;

/// Where machine code is kept.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Code cache")]
pub struct Cache {
    /// Keep machine code for later runs in DIR [default: `falkirk` in the user's cache folder]
    #[arg(long = "cache", value_name = "DIR", global = true)]
    folder: Option<PathBuf>,
    /// Keep no machine code, and use none that was kept
    #[arg(long = "no-cache", global = true, conflicts_with = "folder")]
    off: bool,
}

impl Cache {
    /// Nothing is kept.
    pub fn off() -> Cache {
        Cache { folder: None, off: true }
    }

    /// What the command line asks for. Where nothing is kept there is still the key, which precompiled files need.
    pub fn config(&self) -> Option<CacheConfig> {
        let config = CacheConfig::new(self.folder.clone().or_else(default_folder)?);
        Some(if self.off { config.max_bytes(0) } else { config })
    }

    /// Says what is wrong with the folder. That there can be none is worth a word only to who asked for it.
    pub fn report(&self, engine: &Engine) {
        match engine.cache_problem() {
            Some(CacheProblem::Unavailable(_)) if self.folder.is_none() => {}
            Some(problem) => output::to_stderr(&format!("warning: no machine code is kept: {problem}")),
            None => {}
        }
    }
}

/// The folder of this program in the user's cache folder (XDG Base Directory Specification).
fn default_folder() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(caches.join("falkirk"))
}
