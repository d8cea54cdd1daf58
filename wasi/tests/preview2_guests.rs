//! Whole programs as components: modules for preview 1, with the standard adapter around them. What they are to print
//! was printed by another runtime (Wasmtime 48).

mod support;

use falkirk_component::{Component, Linker};
use falkirk_runtime::Store;
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::streams::{InputStream, pipe};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder, preview2};
use support::adapted;

/// A module of `guests/` as a component.
fn component(program: &str) -> Vec<u8> {
    let path = format!("{}/../guests/built/wasi/{program}.wasm", env!("CARGO_MANIFEST_DIR"));
    let module = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let component = adapted(&module);
    // For whoever wants to run it elsewhere.
    let copy = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("preview2-{program}.wasm"));
    std::fs::write(copy, &component).expect("cargo's folder can be written");
    component
}

/// Runs a component on all engines; its exit status, what it printed, and what it said of errors.
fn run(component: &[u8], grant: impl Fn(&mut WasiCtxBuilder)) -> Vec<(i32, String, String)> {
    let runs = support::engines().into_iter().map(|engine| {
        let ((stdout, printed), (stderr, errors)) = (pipe(usize::MAX), pipe(usize::MAX));
        let mut builder = WasiCtx::builder();
        builder.stdout(stdout).stderr(stderr);
        grant(&mut builder);
        let component = Component::new(&engine, component).expect("it is valid");
        let mut linker = Linker::new(&engine);
        preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let mut store = Store::new(&engine, builder.build().expect("nothing is wrong with it"));
        let instance = linker.instantiate(&mut store, &component).unwrap_or_else(|error| panic!("{error:?}"));
        let status = preview2::run(&mut store, &instance).unwrap_or_else(|error| panic!("{error:?}"));
        let text = |reader: falkirk_wasi::streams::PipeReader| String::from_utf8(reader.take()).expect("text");
        (status, text(printed), text(errors))
    });
    runs.collect()
}

#[test]
fn hello_with_the_adapter() {
    let module = wat::parse_str(
        r#"(module
             (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
             (memory (export "memory") 1)
             (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
             (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))"#,
    );
    for result in run(&adapted(&module.expect("it is valid")), |_| {}) {
        assert_eq!(result, (0, "hello\n".into(), String::new()));
    }
}

#[test]
fn a_program_that_asks_for_everything_gets_what_others_give() {
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.args(["everything", "one", "two words"]).env("NAME", "value");
        builder.stdin(InputStream::bytes("first\nsecond\n"));
    };
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let component = component("everything");
    let on_host = run(&component, |builder| {
        // Each run finds it empty.
        let folder =
            temporary.path().join(std::time::UNIX_EPOCH.elapsed().expect("it is later").as_nanos().to_string());
        std::fs::create_dir(&folder).expect("it can be made");
        grant(builder);
        builder.dir(folder, "/data", Access::ReadWrite).expect("it is there");
    });
    let in_memory = run(&component, |builder| {
        grant(builder);
        builder.memory_dir(&MemoryFs::new(), "/data", Access::ReadWrite);
    });
    for (status, printed, errors) in on_host.into_iter().chain(in_memory) {
        assert_eq!(printed, include_str!("guests/everything.txt"));
        // The adapter only says whether all went well: of the status 42, that is what is left.
        assert_eq!((status, &*errors), (1, "an error\n"));
    }
}
