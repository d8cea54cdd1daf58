//! Code is used only for what it was made for, and by whom.

use cranelift_codegen::settings::{self, Configurable};

use super::*;

/// Keeps code, and says why somebody else would not use it.
#[track_caller]
fn check_other(other: &CodeCache, env: &ModuleEnv, folder: &Path, reason: &str) {
    let mine = cache(folder);
    mine.keep(&super::env(WASM), &unit());
    let sealed = mine.seal(&super::env(WASM), &unit()).unwrap();
    assert_eq!(other.find(env), None);
    let refusal = other.open(env, &sealed).unwrap_err();
    assert!(refusal.contains(reason), "{refusal}");
    assert_eq!(mine.find(&super::env(WASM)), Some(unit()), "the entry of the one is not touched by the other");
}

#[test]
fn another_module() {
    let folder = temporary();
    check_other(&cache(folder.path()), &env(b"other"), folder.path(), "another module");
}

#[test]
fn other_settings() {
    let folder = temporary();
    let changes: [fn(&mut ModuleEnv); 5] = [
        |env| env.settings.fuel ^= true,
        |env| env.settings.interruptible ^= true,
        |env| env.settings.guarded_memories ^= true,
        |env| env.settings.features.remove(wasmparser::WasmFeatures::SIMD),
        |env| env.compiled = Compiled::Even,
    ];
    for change in changes {
        let mut env = env(WASM);
        change(&mut env);
        check_other(&cache(folder.path()), &env, folder.path(), "other settings");
    }
    let mut same = env(WASM);
    same.settings.lazy_above = None;
    same.settings.compile_threads = 7;
    assert_eq!(cache(folder.path()).find(&same), Some(unit()), "these do not shape code");
}

#[test]
fn another_machine() {
    let folder = temporary();
    let mut flags = settings::builder();
    flags.set("opt_level", "speed").unwrap();
    let build = |builder: cranelift_codegen::isa::Builder| {
        CodeCache::new(
            Some(&Arc::new(CacheConfig::new(folder.path()))),
            &*builder.finish(settings::Flags::new(flags.clone())).unwrap(),
        )
    };
    let other = build(cranelift_native::builder().unwrap());
    check_other(&other, &env(WASM), folder.path(), "another kind of machine");
    // The same flags, but not what this processor can do besides.
    let plain = build(cranelift_codegen::isa::lookup(target_lexicon::Triple::host()).unwrap());
    assert_ne!(plain.maker.machine, other.maker.machine);
}

#[test]
fn another_version() {
    let folder = temporary();
    let mut other = cache(folder.path());
    other.maker.build[0] ^= 1;
    check_other(&other, &env(WASM), folder.path(), "another version");
}

#[test]
fn another_user() {
    let (mine, theirs) = (temporary(), temporary());
    check_other(&cache(theirs.path()), &env(WASM), mine.path(), "not made by this user on this machine");
    // Also if it is put under the right name.
    let path = entry(mine.path());
    fs::copy(&path, theirs.path().join(path.file_name().unwrap())).unwrap();
    assert_eq!(cache(theirs.path()).find(&env(WASM)), None);
}
