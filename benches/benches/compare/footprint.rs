//! Memory: how large the interpreter's code is, and an instance.

use std::fs;

use falkirk::{Instance, Module, Store};
use falkirk_benches::allocations::allocated_by;
use falkirk_benches::args::Args;
use falkirk_benches::guests::{KERNELS, kernel_module, module};
use falkirk_benches::report::{CodeSize, InstanceSize};
use wasmparser::{Parser, Payload};

use crate::engines::falkirk::INTERP;
use crate::synthetic;

const INSTANCES: usize = 1000;

/// What the system counts resident memory in.
const PAGE: usize = 4096;

/// The sizes of the kernels' code, and of a large module's.
pub fn code_sizes(args: &Args) -> Vec<CodeSize> {
    let kernels = KERNELS.iter().map(|kernel| (kernel.name, kernel_module(kernel)));
    let all = kernels.chain([("kernels, 1 MB", synthetic::module(1_000_000))]);
    all.filter(|(name, _)| args.wants(name)).map(|(name, wasm)| code_size(name, &wasm)).collect()
}

fn code_size(name: &str, wasm: &[u8]) -> CodeSize {
    let module = Module::new(&INTERP.eager(), wasm).expect("a valid module");
    CodeSize { name: name.to_owned(), wasm: code_section(wasm), code: module.code_size() }
}

fn code_section(wasm: &[u8]) -> usize {
    let payloads = Parser::new(0).parse_all(wasm).map(|payload| payload.expect("a valid module"));
    let size = |payload| match payload {
        Payload::CodeSectionStart { size, .. } => Some(size as usize),
        _ => None,
    };
    payloads.filter_map(size).next().unwrap_or(0)
}

/// What one more instance of `greet`, interpreted and in a store of its own, takes once it has greeted.
pub fn instance_size() -> InstanceSize {
    let engine = INTERP.engine();
    let module = Module::new(&engine, module("greet")).expect("a valid module");
    let make = || greeted(&engine, &module);
    let first = make(); // what is made once is not counted
    let mut instances = Vec::with_capacity(INSTANCES);
    let (resident, page_tables) = (status("VmRSS:"), status("VmPTE:"));
    let ((), heap) = allocated_by(|| instances.extend((0..INSTANCES).map(|_| make())));
    let each = |bytes: f64| bytes / INSTANCES as f64;
    let heap = each(heap as f64);
    let resident = each(status("VmRSS:") - resident) - touched_memory(&first);
    InstanceSize { heap, resident, page_tables: each(status("VmPTE:") - page_tables) }
}

/// An instance that has greeted.
fn greeted(engine: &falkirk::Engine, module: &Module) -> (Store<()>, Instance) {
    let name = b"Dan";
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, module, &[]).expect("no imports, no start function");
    let memory = instance.get_memory(&store, "memory").expect("greet exports it");
    let greet = instance.get_typed_func::<(u32, u32), ()>(&mut store, "greet").expect("greet exports it");
    memory.write(&mut store, name.len() + 10, name).expect("there is room");
    greet.call(&mut store, (13, 3)).expect("it does not trap");
    assert!(memory.data(&store).starts_with(b"Hello, Dan\0"), "greet must work");
    (store, instance)
}

/// The bytes of those pages of linear memory that are not zero, and so must have been touched.
fn touched_memory((store, instance): &(Store<()>, Instance)) -> f64 {
    let memory = instance.get_memory(store, "memory").expect("greet exports it");
    let pages = memory.data(store).chunks(PAGE).filter(|page| page.iter().any(|byte| *byte != 0));
    (pages.count() * PAGE) as f64
}

/// A number of bytes from what the system says of this process.
fn status(field: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0.0);
    kilobytes * 1024.0
}
