//! Code that was kept, and code from precompiled files, does what fresh code does; and is used only where it may be.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use falkirk_jit::Jit;
use falkirk_runtime::module::precompiled_wasm;
use falkirk_runtime::{
    CacheConfig, Caller, CodeSource, Config, Engine, Error, ErrorKind, Linker, Module, Store, TypedFunc,
};

/// Calls within the module, through a table and to the host; memory, traps, and a result of each.
const TEXT: &str = r#"(module $sample
    (import "host" "add" (func $add (param i32) (result i32)))
    (type $unary (func (param i32) (result i32)))
    (memory 1)
    (data (i32.const 8) "\07\00\00\00")
    (table funcref (elem $double $load $fail $add))
    (func $double (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func $load (param i32) (result i32) (i32.load (local.get 0)))
    (func $fail (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 0)))
    (func (export "run") (param $which i32) (param $with i32) (result i32)
        (call_indirect (type $unary) (call $double (local.get $with)) (local.get $which)))
    (func (export "endless") (loop (br 0))))"#;

/// An engine of a new process, so to speak.
fn engine_with(folder: Option<&Path>, configure: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::new();
    config.cache(folder.map(CacheConfig::new));
    configure(&mut config);
    let jit = Jit::new().expect("a machine that we know").with_cache(config.cache_config());
    Engine::with_backend(&config, Arc::new(jit)).unwrap()
}

fn engine(folder: &Path) -> Engine {
    engine_with(Some(folder), |_| {})
}

/// All that the module does.
fn outcomes(module: &Module) -> Vec<String> {
    let mut linker: Linker<i32> = Linker::new(module.engine());
    linker.func_wrap("host", "add", |caller: Caller<'_, i32>, value: i32| value + caller.data()).unwrap();
    let mut store = Store::new(module.engine(), 1000);
    let instance = linker.instantiate(&mut store, module).unwrap();
    let run: TypedFunc<(i32, i32), i32> = instance.get_typed_func(&store, "run").unwrap();
    let calls = [(0, 5), (1, 4), (1, 40_000), (2, 1), (3, 21), (4, 0)];
    calls.map(|call| format!("{:?}", run.call(&mut store, call))).to_vec()
}

#[track_caller]
fn check(engine: &Engine, bytes: &[u8], source: CodeSource) -> Module {
    let module = Module::new(engine, bytes).unwrap();
    assert_eq!(module.code_source(), source, "{:?} {:?}", module.refusal(), engine.cache_problem());
    let fresh = outcomes(&Module::new(&engine_with(None, |_| {}), TEXT).unwrap());
    assert!(fresh[0] == "Ok(20)" && fresh[1] == "Ok(7)" && fresh[4] == "Ok(1042)", "{fresh:?}");
    assert!(fresh[2].contains("out of bounds") && fresh[3].contains("by zero"), "{fresh:?}");
    assert_eq!(outcomes(&module), fresh);
    module
}

#[test]
fn kept_code_does_what_fresh_code_does() {
    let folder = tempfile::tempdir().unwrap();
    check(&engine(folder.path()), TEXT.as_bytes(), CodeSource::Made);
    check(&engine(folder.path()), TEXT.as_bytes(), CodeSource::Cache);
    check(
        &engine_with(Some(folder.path()), |config| _ = config.consume_fuel(false)),
        TEXT.as_bytes(),
        CodeSource::Cache,
    );
    let unlike = engine_with(Some(folder.path()), |config| _ = config.interruptible(false));
    check(&unlike, TEXT.as_bytes(), CodeSource::Made);
    check(&engine_with(None, |_| {}), TEXT.as_bytes(), CodeSource::Made);
}

#[test]
fn kept_code_can_be_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    for source in [CodeSource::Made, CodeSource::Cache] {
        let engine = engine(folder.path());
        let module = check(&engine, TEXT.as_bytes(), source);
        let mut linker: Linker<()> = Linker::new(&engine);
        linker.func_wrap("host", "add", |value: i32| value).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        store.set_deadline(Some(std::time::Duration::from_millis(20)));
        let endless: TypedFunc<(), ()> = instance.get_typed_func(&store, "endless").unwrap();
        assert!(endless.call(&mut store, ()).unwrap_err().limit().is_some());
    }
}

/// A body that is not valid has no code, whatever other modules have.
#[test]
fn bodies_are_validated_before_anything_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let invalid = "(module (func (result i32) (i64.const 1)))";
    for _ in 0..2 {
        let error = Module::new(&engine(folder.path()), invalid).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
    }
    let vectors = "(module (func (drop (v128.const i64x2 1 2))))";
    Module::new(&engine(folder.path()), vectors).unwrap();
    let without = engine_with(Some(folder.path()), |config| _ = config.wasm_simd(false));
    assert!(Module::new(&without, vectors).is_err(), "what was valid with vectors is not without");
}

#[test]
fn damaged_entries_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    check(&engine(folder.path()), TEXT.as_bytes(), CodeSource::Made);
    let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let [entry] = <[_; 1]>::try_from(files.filter(|path| !path.ends_with("key")).collect::<Vec<_>>()).unwrap();
    let mut bytes = fs::read(&entry).unwrap();
    bytes[10] ^= 4;
    fs::write(&entry, bytes).unwrap();
    check(&engine(folder.path()), TEXT.as_bytes(), CodeSource::Made);
    check(&engine(folder.path()), TEXT.as_bytes(), CodeSource::Cache);
}

#[test]
fn precompiled_files_bring_their_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = engine(folder.path()).precompile(TEXT).unwrap();
    let wasm = precompiled_wasm(&file).unwrap().unwrap();
    let module = check(&engine(folder.path()), &file, CodeSource::File);
    assert_eq!((module.bytes(), module.name(), module.refusal()), (wasm, Some("sample"), None));
    Module::validate(module.engine(), &file).unwrap();
    assert_eq!(engine(folder.path()).precompile(&file).unwrap(), file, "compiling is repeatable");
    let path = folder.path().join("sample.cwasm");
    fs::write(&path, &file).unwrap();
    assert_eq!(Module::from_file(&engine(folder.path()), &path).unwrap().code_source(), CodeSource::File);
}

/// The code is not believed, and the module runs as if there were none.
#[test]
fn precompiled_files_of_others_are_compiled_again() {
    let (mine, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = engine(mine.path()).precompile(TEXT).unwrap();
    let refused = |engine: &Engine, bytes: &[u8], reason: &str| {
        let module = check(engine, bytes, CodeSource::Made);
        let refusal = module.refusal().expect("a reason");
        assert!(refusal.contains(reason), "{refusal}");
    };
    refused(&engine(theirs.path()), &file, "not made by this user on this machine");
    refused(&engine_with(None, |_| {}), &file, "no cache folder");
    refused(&engine_with(Some(mine.path()), |config| _ = config.interruptible(false)), &file, "other settings");
    // Found in the cache now, but still not in the file.
    assert!(check(&engine(theirs.path()), &file, CodeSource::Cache).refusal().is_some());
}

#[test]
fn no_damage_to_a_precompiled_file_goes_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    // With nothing kept, code that is not the file's own is made anew.
    let config = CacheConfig::new(folder.path()).max_bytes(0);
    let engine = engine_with(None, |into| _ = into.cache(Some(config)));
    let text = "(module (func (export \"f\") (result i32) (i32.const 42)))";
    let file = engine.precompile(text).unwrap();
    let wasm = precompiled_wasm(&file).unwrap().unwrap();
    let code_start = wasm.as_ptr().addr() - file.as_ptr().addr() + wasm.len();
    let answer = |bytes: &[u8]| -> Result<(i32, CodeSource), Error> {
        let module = Module::new(&engine, bytes)?;
        let mut store = Store::new(&engine, ());
        let instance = falkirk_runtime::Instance::new(&mut store, &module, &[])?;
        let f: TypedFunc<(), i32> = instance.get_typed_func(&store, "f")?;
        Ok((f.call(&mut store, ())?, module.code_source()))
    };
    for position in 0..file.len() {
        let mut damaged = file.clone();
        damaged[position] ^= 1 << (position % 8);
        match answer(&damaged) {
            Ok((answer, source)) => {
                assert_eq!(answer, 42, "byte {position}");
                // Four bytes in the head say nothing; and who reads the checksum while the code is right?
                assert_eq!(source == CodeSource::File, matches!(position, 12..16 | 24..32), "byte {position}");
                assert!(position >= code_start || position < 32, "byte {position}");
            }
            Err(error) => assert!(position < code_start, "byte {position}: {error}"),
        }
    }
    for len in 0..file.len() {
        match answer(&file[..len]) {
            Ok(found) => assert!(found == (42, CodeSource::Made) && len >= code_start, "{len} bytes"),
            Err(_) => assert!(len < code_start, "{len} bytes"),
        }
    }
}
