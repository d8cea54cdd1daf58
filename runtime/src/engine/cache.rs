//! Where compiled code is kept for later processes.

use std::fmt;
use std::path::{Path, PathBuf};

/// The code cache: a folder in which the JIT keeps compiled code, and how large that may get.
///
/// Nothing in the folder is trusted for standing there. The folder must belong to the user and must not be writable for
/// others, and each entry is signed with a secret key, made at random, that only the user can read. What is damaged, was
/// made elsewhere, or by another version, is compiled again.
///
/// Any number of processes may use the same folder at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    folder: PathBuf,
    max_bytes: u64,
}

impl CacheConfig {
    /// How many bytes a cache may have unless [`CacheConfig::max_bytes`] says so: 512 MiB.
    pub const DEFAULT_MAX_BYTES: u64 = 512 << 20;

    /// A cache in this folder, which is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>) -> CacheConfig {
        CacheConfig { folder: folder.into(), max_bytes: CacheConfig::DEFAULT_MAX_BYTES }
    }

    /// How many bytes the entries may have together. What was not used for longest goes when there are more.
    ///
    /// With 0 no code is kept: then the folder only holds the key that precompiled files are signed with.
    pub fn max_bytes(mut self, bytes: u64) -> CacheConfig {
        self.max_bytes = bytes;
        self
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many bytes the entries may have together.
    pub fn limit(&self) -> u64 {
        self.max_bytes
    }
}

/// Why a code cache is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CacheProblem {
    /// Others could put code there. The sentence says how.
    Unsafe(String),
    /// The folder cannot be made or read. The sentence says why.
    Unavailable(String),
}

impl fmt::Display for CacheProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (CacheProblem::Unsafe(why) | CacheProblem::Unavailable(why)) = self;
        f.write_str(why)
    }
}
