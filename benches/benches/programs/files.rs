//! A guest reads or writes a file whole, in blocks, against the same calls made natively.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use falkirk::component::{self, Component};
use falkirk::wasi::files::Access;
use falkirk::wasi::{WasiCtx, preview1, preview2};
use falkirk::{Config, Engine, EngineKind, Linker, Module, Store};
use falkirk_benches::contest::{Contest, Entry, Group, Run, Unit, engine};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
};
use wit_component::ComponentEncoder;

/// How large the file is.
const SIZE: usize = 64 << 20;

/// Sizes of blocks, with names.
const BLOCKS: [(usize, &str); 2] = [(1 << 20, "1 MB"), (4 << 10, "4 KB")];

/// Files in memory where there are some: a disk would be measured otherwise.
pub fn place() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// What is done with the file.
#[derive(Clone, Copy)]
enum What {
    Read,
    Write,
}

/// Reading and writing, with both previews.
pub fn contests(folder: &Path) -> Vec<Contest> {
    std::fs::write(folder.join("data"), vec![1; SIZE]).expect("the temporary folder can be written");
    let mut contests = Vec::new();
    for (what, verb) in [(What::Read, "read"), (What::Write, "write")] {
        for (block, size) in BLOCKS {
            for preview in [1, 2] {
                let name = format!("{verb} in blocks of {size}, preview {preview}");
                contests.push(contest(folder, what, verb, block, preview, name));
            }
        }
    }
    contests
}

fn contest(folder: &Path, what: What, verb: &str, block: usize, preview: u32, name: String) -> Contest {
    let text = include_str!("files.wat");
    let text = text.replace("WHAT", verb).replace("BLOCK", &block.to_string()).replace("SIZE", &SIZE.to_string());
    let module = wat::parse_str(text).expect("the guest is correct");
    let guest = |engine, kind| Entry { engine, run: guest(folder, &module, preview, kind) };
    let native = Entry { engine: engine::NATIVE, run: native(folder.join("data"), what, block) };
    let entries = vec![guest(engine::JIT, EngineKind::Jit), guest(engine::INTERP, EngineKind::Interp), native];
    let unit = Unit::MegabytesPerSecond;
    Contest { group: Group::Files, name, n: 1, items: SIZE as f64, unit, entries }
}

fn native(path: PathBuf, what: What, block: usize) -> Box<dyn Run> {
    let mut buffer = vec![0; block];
    Box::new(move |_| match what {
        What::Read => {
            let mut file = File::open(&path).expect("it is there");
            while file.read(&mut buffer).expect("it can be read") > 0 {}
            0
        }
        What::Write => {
            let mut file = OpenOptions::new().write(true).open(&path).expect("it is there");
            (0..SIZE / block).for_each(|_| file.write_all(&buffer).expect("it can be written"));
            0
        }
    })
}

fn guest(folder: &Path, module: &[u8], preview: u32, kind: EngineKind) -> Box<dyn Run> {
    let engine = Engine::new(Config::new().engine(kind)).expect("both engines are built");
    let context = WasiCtx::builder()
        .dir(folder, "/", Access::ReadWrite)
        .and_then(falkirk::wasi::WasiCtxBuilder::build)
        .expect("the folder is there");
    let mut store = Store::new(&engine, context);
    if preview == 1 {
        let module = Module::new(&engine, module).expect("the guest is correct");
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let instance = preview1::instantiate(&linker, &mut store, &module).expect("it is linked");
        Box::new(move |_| preview1::run(&mut store, instance).expect("it runs") as u64)
    } else {
        let mut encoder = ComponentEncoder::default();
        let adapter = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER);
        let encoder = encoder.module(module).and_then(|encoder| encoder.adapter(adapter.0, adapter.1));
        let bytes = encoder.and_then(|encoder| encoder.encode()).expect("it can be wrapped");
        let component = Component::new(&engine, bytes).expect("it is valid");
        let mut linker = component::Linker::new(&engine);
        preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let instance = linker.instantiate(&mut store, &component).expect("it is linked");
        Box::new(move |_| preview2::run(&mut store, &instance).expect("it runs") as u64)
    }
}
