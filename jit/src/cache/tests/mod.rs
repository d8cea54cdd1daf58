//! Tests of the code cache. The unit here is made up: nobody runs it.

mod bounded;
mod damage;
mod foreign;
mod private;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use falkirk_runtime::Config;
use falkirk_runtime::module::ModuleInfo;
use tempfile::TempDir;

use super::*;
use crate::isa;
use crate::translate::Compiled;
use crate::unit::{Inlined, Position, Range};

/// A module with an imported function and two of its own, whose bytes end with these.
fn env(bytes: &[u8]) -> ModuleEnv {
    let info = ModuleInfo {
        bytes: Arc::from([b"\0asm", bytes].concat()),
        functions: vec![0; 3],
        imported_functions: 1,
        bodies: vec![0..1, 1..2],
        ..ModuleInfo::default()
    };
    ModuleEnv { info: Arc::new(info), settings: *Config::new().settings(), compiled: Compiled::All }
}

/// Something that can be the code of such a module.
fn unit() -> Unit {
    let range = |start, end| Range { start, end };
    Unit {
        text: (0..100).collect(),
        functions: vec![range(0, 10), range(16, 40)],
        gate_text: vec![7; 9],
        trap_offsets: vec![4, 20],
        trap_codes: vec![1, 64],
        place_ends: vec![6, 24, 40],
        place_positions: vec![3, Position::INLINED + 1, 1],
        inlined: vec![
            Inlined { function: 2, offset: 1, call: Position(2) },
            Inlined { function: 1, offset: 0, call: Position(Position::INLINED) },
        ],
        ..Unit::default()
    }
}

const WASM: &[u8] = b"\x01\0\0\0";

fn temporary() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn cache_with(config: CacheConfig) -> CodeCache {
    CodeCache::new(Some(&Arc::new(config)), &*isa::host().expect("a machine that we know"))
}

/// The cache of a new process that uses this folder.
fn cache(folder: &Path) -> CodeCache {
    cache_with(CacheConfig::new(folder))
}

/// The files in a folder with this ending, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    files.sort();
    files
}

/// The only entry.
fn entry(folder: &Path) -> PathBuf {
    let [entry] = <[PathBuf; 1]>::try_from(files(folder, folder::ENTRY)).expect("one entry");
    entry
}

#[test]
fn what_was_kept_is_found_by_another_process() {
    let folder = temporary();
    let path = folder.path().join("deep/down");
    let first = cache(&path);
    assert_eq!(first.find(&env(WASM)), None);
    first.keep(&env(WASM), &unit());
    assert_eq!(first.find(&env(WASM)), Some(unit()));
    assert_eq!(cache(&path).find(&env(WASM)), Some(unit()));
    assert_eq!(first.problem(), None);
    assert_eq!(files(&path, "").len(), 2, "the key and the entry");
}

#[test]
fn nothing_happens_without_a_configuration() {
    let cache = CodeCache::new(None, &*isa::host().unwrap());
    cache.keep(&env(WASM), &unit());
    assert_eq!((cache.find(&env(WASM)), cache.problem()), (None, None));
    assert!(cache.seal(&env(WASM), &unit()).unwrap_err().contains("no cache folder"));
}

#[test]
fn code_for_precompiled_files_is_signed() {
    let folder = temporary();
    let sealed = cache(folder.path()).seal(&env(WASM), &unit()).unwrap();
    let other = cache_with(CacheConfig::new(folder.path()).max_bytes(0));
    assert_eq!(other.open(&env(WASM), &sealed), Ok(unit()));
    assert_eq!(files(folder.path(), folder::ENTRY).len(), 0);
}

#[test]
fn threads_and_engines_do_not_disturb_each_other() {
    let folder = temporary();
    let path = folder.path().join("new");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let path = &path;
            scope.spawn(move || {
                for round in 0..20 {
                    let cache = cache(path);
                    let env = env(&[round, thread % 2]);
                    assert!(cache.find(&env).is_none_or(|found| found == unit()));
                    cache.keep(&env, &unit());
                    assert_eq!(cache.find(&env), Some(unit()));
                    assert_eq!(cache.problem(), None);
                }
            });
        }
    });
    assert_eq!(files(&path, folder::ENTRY).len(), 40);
    assert_eq!(files(&path, "").len(), 41, "one key, and nothing temporary");
}
