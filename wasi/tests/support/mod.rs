//! A guest that does nothing by itself: it has a memory, and exports every function of preview 1 that it imports. So a
//! test can put bytes into its memory and call the functions as a program would.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod both;
pub mod forwarder;
pub mod place;
pub mod script;

use std::fmt::Write;
use std::path::Path;

use falkirk::{Config, EngineKind};
use falkirk_runtime::{Engine, Instance, Linker, Memory, Module, Store, Val};
use falkirk_wasi::files::{Access, Dir, OpenOptions, Opened};
use falkirk_wasi::preview1::{self, FUNCTIONS};
use falkirk_wasi::report::Use;
use falkirk_wasi::{ErrorCode, WasiCtx};

/// The engines that everything is run on: the interpreter, and where it is built, the JIT.
pub fn engines() -> Vec<Engine> {
    let interp = falkirk::Engine::new(Config::new().engine(EngineKind::Interp)).expect("the interpreter can be had");
    let jit = falkirk::Engine::new(Config::new().engine(EngineKind::Jit));
    [interp].into_iter().chain(jit).map(|engine| Engine::clone(&engine)).collect()
}

/// Gives a function for another thread, which returns as soon as the thread that called this one waits inside the system: so
/// what ends a wait comes after it has begun. Where that cannot be seen, it returns at once.
pub fn once_this_thread_waits() -> impl Fn() + Send + Sync {
    let thread = std::fs::read_link("/proc/thread-self").ok();
    let stat = thread.map(|thread| Path::new("/proc").join(thread).join("stat"));
    // The state comes after the name, which is in parentheses: `S` is a sleep that a signal can end.
    let waits = |stat: &str| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'));
    move || {
        while let Some(stat) = &stat
            && !std::fs::read_to_string(stat).is_ok_and(|stat| waits(&stat))
        {
            std::thread::yield_now();
        }
    }
}

/// A use as tests have it: `stdin`, `/data changes`.
pub fn show_use(used: &Use) -> String {
    match used {
        Use::Given(given) => given.name().into(),
        Use::Directory { name, changed } => format!("{name} {}", if *changed { "changes" } else { "reads" }),
        other => format!("{other:?}"),
    }
}

/// The guest, for one of the two names of the interface.
pub struct Guest {
    pub store: Store<WasiCtx>,
    instance: Instance,
    memory: Memory,
    /// Where free bytes of the memory begin.
    next: u32,
}

/// The guest's text.
pub fn text(interface: &str) -> String {
    let mut imports = String::new();
    let mut exports = String::new();
    for function in FUNCTIONS.iter().filter(|function| interface != "wasi_unstable" || function.name != "sock_accept") {
        let name = function.name;
        let types: Vec<_> = function.params.iter().map(|param| format!("i{}", param.kind.bits())).collect();
        let ty = format!("(param {}) (result i32)", types.join(" "));
        let arguments: String = (0..types.len()).map(|at| format!("(local.get {at})")).collect();
        let _ = writeln!(imports, "(import \"{interface}\" \"{name}\" (func ${name} {ty}))");
        let _ = writeln!(exports, "(func (export \"{name}\") {ty} (call ${name} {arguments}))");
    }
    format!("(module {imports} (memory (export \"memory\") 64) {exports})")
}

impl Guest {
    /// The guest, with what it is given.
    pub fn new(engine: &Engine, context: WasiCtx) -> Guest {
        Guest::of(engine, "wasi_snapshot_preview1", context)
    }

    /// The guest, which imports this interface.
    pub fn of(engine: &Engine, interface: &str, context: WasiCtx) -> Guest {
        let module = Module::new(engine, text(interface)).expect("the guest is valid");
        let mut linker = Linker::new(engine);
        preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let mut store = Store::new(engine, context);
        let instance = preview1::instantiate(&linker, &mut store, &module).expect("all imports are there");
        let memory = instance.get_memory(&store, "memory").expect("the guest exports it");
        Guest { store, instance, memory, next: 1024 }
    }

    /// Calls a function; gives the name of its `errno`.
    pub fn call(&mut self, name: &str, arguments: &[u64]) -> &'static str {
        self.attempt(name, arguments).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Calls a function; gives the name of its `errno`, if it comes back at all.
    pub fn attempt(&mut self, name: &str, arguments: &[u64]) -> falkirk_runtime::Result<&'static str> {
        let function = FUNCTIONS.iter().find(|function| function.name == name).expect("there is such a function");
        assert_eq!(function.params.len(), arguments.len(), "the arguments of {name}");
        let values: Vec<Val> = function
            .params
            .iter()
            .zip(arguments)
            .map(|(param, &value)| match param.kind.bits() {
                32 => Val::I32(value as i32),
                _ => Val::I64(value as i64),
            })
            .collect();
        let func = self.instance.get_func(&self.store, name).expect("the guest exports it");
        let mut results = [Val::I32(0)];
        func.call(&mut self.store, &values, &mut results)?;
        let Val::I32(errno) = results[0] else { panic!("{name} gives a number") };
        Ok(errno_name(errno))
    }

    /// Free bytes of the memory, aligned to 8 bytes.
    pub fn allocate(&mut self, len: u32) -> u32 {
        let at = self.next;
        self.next = (at + len).next_multiple_of(8);
        assert!(self.next < 64 << 16, "the guest's memory is used up");
        at
    }

    /// Forgets what was allocated.
    pub fn free_all(&mut self) {
        self.next = 1024;
    }

    /// Puts bytes into free memory.
    pub fn put(&mut self, bytes: &[u8]) -> u32 {
        let at = self.allocate(bytes.len() as u32);
        self.memory.write(&mut self.store, at as usize, bytes).expect("it has been allocated");
        at
    }

    /// Puts lists of buffers into free memory: addresses and lengths.
    pub fn put_vectors(&mut self, vectors: &[(u32, u32)]) -> u32 {
        let bytes: Vec<u8> = vectors.iter().flat_map(|&(start, len)| [start, len]).flat_map(u32::to_le_bytes).collect();
        self.put(&bytes)
    }

    /// Bytes of the memory.
    pub fn get(&self, at: u32, len: u32) -> Vec<u8> {
        self.memory.slice(&self.store, at as usize, len as usize).expect("it has been allocated").to_vec()
    }

    /// A number in the memory, of up to 8 bytes.
    pub fn number(&self, at: u32, len: u32) -> u64 {
        self.get(at, len).iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    /// `path_open`, with these rights and flags; the descriptor.
    pub fn open(&mut self, dir: u32, path: &[u8], oflags: u64, rights: u64, fdflags: u64) -> Result<u32, &'static str> {
        let (name, opened) = (self.put(path), self.allocate(4));
        let arguments = [
            dir as u64,
            1,
            name as u64,
            path.len() as u64,
            oflags,
            rights,
            preview1::rights::ALL,
            fdflags,
            opened as u64,
        ];
        match self.call("path_open", &arguments) {
            "success" => Ok(self.number(opened, 4) as u32),
            errno => Err(errno),
        }
    }

    /// `fd_write` (or `sock_send`'s like) of these bytes; how many were taken.
    pub fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<u32, &'static str> {
        let data = self.put(bytes);
        let (list, written) = (self.put_vectors(&[(data, bytes.len() as u32)]), self.allocate(4));
        match self.call("fd_write", &[fd as u64, list as u64, 1, written as u64]) {
            "success" => Ok(self.number(written, 4) as u32),
            errno => Err(errno),
        }
    }

    /// `fd_read` of up to so many bytes.
    pub fn read(&mut self, fd: u32, len: u32) -> Result<Vec<u8>, &'static str> {
        let data = self.allocate(len);
        let (list, read) = (self.put_vectors(&[(data, len)]), self.allocate(4));
        match self.call("fd_read", &[fd as u64, list as u64, 1, read as u64]) {
            "success" => Ok(self.get(data, self.number(read, 4) as u32)),
            errno => Err(errno),
        }
    }
}

/// The name of an `errno`.
pub fn errno_name(errno: i32) -> &'static str {
    match errno {
        0 => "success",
        _ => ErrorCode::ALL.iter().find(|code| i32::from(code.errno()) == errno).expect("an errno").name(),
    }
}

/// Fills a directory: `f`, `d/inner/`, `full/file`, and links, some of which lead out.
pub fn populate(dir: &Dir) {
    for path in ["d", "d/inner", "full"] {
        dir.create_dir(path.as_bytes()).expect("it can be made");
    }
    write_file(dir, "f", "hello");
    write_file(dir, "full/file", "in full");
    let links = [
        ("f", "to-f"),
        ("d", "to-d"),
        ("nowhere", "dangling"),
        ("loop", "loop"),
        ("..", "up"),
        ("d/../../secret", "out"),
        ("../f", "d/back"),
    ];
    for (target, path) in links {
        dir.symlink(target.as_bytes(), path.as_bytes()).expect("it can be made");
    }
}

/// Makes a file.
pub fn write_file(dir: &Dir, path: &str, bytes: &str) {
    let options = OpenOptions { write: true, create: true, follow: true, ..OpenOptions::default() };
    let Ok(Opened::File(file)) = dir.open(path.as_bytes(), options) else { panic!("{path} can be made") };
    file.write_at(&[std::io::IoSlice::new(bytes.as_bytes())], 0).expect("it can be written");
}

/// A directory of the host.
pub fn host_dir(path: &Path, guest: &str, access: Access) -> Dir {
    Dir::open_host(path, guest, access).expect("it is there")
}

/// A module for preview 1 as a component.
pub fn adapted(module: &[u8]) -> Vec<u8> {
    let adapter = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER;
    let name = wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;
    let mut encoder = wit_component::ComponentEncoder::default();
    let encoder = encoder.module(module).and_then(|encoder| encoder.adapter(name, adapter));
    encoder.and_then(wit_component::ComponentEncoder::encode).unwrap_or_else(|error| panic!("{error:#}"))
}
