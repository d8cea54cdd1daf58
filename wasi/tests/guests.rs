//! Whole programs. What they are to print was printed by another runtime (Wasmtime 48).

mod support;

use falkirk_runtime::{Linker, Module, Store};
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::streams::{InputStream, pipe};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder, preview1};

/// Runs a program of `guests/`; its exit status, what it printed, and what it said of errors.
fn run(program: &str, grant: impl Fn(&mut WasiCtxBuilder)) -> Vec<(i32, String, String)> {
    let path = format!("{}/../guests/built/wasi/{program}.wasm", env!("CARGO_MANIFEST_DIR"));
    let runs = support::engines().into_iter().map(|engine| {
        let ((stdout, printed), (stderr, errors)) = (pipe(usize::MAX), pipe(usize::MAX));
        let mut builder = WasiCtx::builder();
        builder.arg(program).stdout(stdout).stderr(stderr);
        grant(&mut builder);
        let module = Module::from_file(&engine, &path).expect("the program is there");
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let mut store = Store::new(&engine, builder.build().expect("nothing is wrong with it"));
        let instance = preview1::instantiate(&linker, &mut store, &module).expect("all imports are there");
        let status = preview1::run(&mut store, instance).expect("it does not trap");
        let text = |reader: falkirk_wasi::streams::PipeReader| String::from_utf8(reader.take()).expect("text");
        (status, text(printed), text(errors))
    });
    runs.collect()
}

#[test]
fn a_program_that_asks_for_everything_gets_what_others_give() {
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.args(["one", "two words"]).env("NAME", "value").stdin(InputStream::bytes("first\nsecond\n"));
    };
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let runs = std::cell::Cell::new(0);
    let on_host = run("everything", |builder| {
        // Each run finds it empty.
        let folder = temporary.path().join(runs.replace(runs.get() + 1).to_string());
        std::fs::create_dir(&folder).expect("it can be made");
        grant(builder);
        builder.dir(folder, "/data", Access::ReadWrite).expect("it is there");
    });
    let in_memory = run("everything", |builder| {
        grant(builder);
        builder.memory_dir(&MemoryFs::new(), "/data", Access::ReadWrite);
    });
    for (status, printed, errors) in on_host.into_iter().chain(in_memory) {
        assert_eq!((status, &*errors), (42, "an error\n"));
        assert_eq!(printed, include_str!("guests/everything.txt"));
    }
}

/// A library in Rust: it is made ready once, and then called as often as anybody likes.
#[test]
fn a_reactor_is_made_ready_once_and_called_often() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../guests/built/wasi/hello.wasm");
    for engine in support::engines() {
        let module = Module::from_file(&engine, path).expect("the program is there");
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let context = WasiCtx::builder().env("WHO", "Dan").build().expect("nothing is wrong with it");
        let mut store = Store::new(&engine, context);
        let instance = preview1::instantiate(&linker, &mut store, &module).expect("all imports are there");
        assert!(instance.get_func(&store, "_initialize").is_some(), "it is a reactor");
        // As the canonical ABI has it: where the text's address and length are, which somebody frees.
        let hello = instance.get_typed_func::<(), u32>(&store, "hello-world").expect("it is exported");
        let free = instance.get_typed_func::<u32, ()>(&store, "cabi_post_hello-world").expect("it is exported");
        let memory = instance.get_memory(&store, "memory").expect("it is exported");
        for _ in 0..1000 {
            let at = hello.call(&mut store, ()).expect("it does not trap");
            let word = |at: u32| {
                let bytes = memory.slice(&store, at as usize, 4).expect("it is in bounds");
                u32::from_le_bytes(bytes.try_into().expect("four bytes"))
            };
            let (text, length) = (word(at), word(at + 4));
            let text = memory.slice(&store, text as usize, length as usize).expect("it is in bounds");
            assert_eq!(std::str::from_utf8(text), Ok("Hello, Dan!"));
            free.call(&mut store, at).expect("it does not trap");
        }
        assert_eq!(memory.size(&store), 17, "what is freed is used again");
    }
}
