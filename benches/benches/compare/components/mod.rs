//! Components: what a crossing costs.
//!
//! The guests ([`GUEST`], [`HOST`]) do as little as they can. In every row the engines come to the same checksum.

use falkirk_benches::contest::{Entry, Group, Unit};

use crate::contests::{Planned, SetUp};
use crate::engines::Work;

mod falkirk;
mod native;
mod wasmtime;

/// What the contests want of an engine. Components and instances are made before the clock starts, unless making them
/// is what is measured.
trait Components {
    /// The name in the tables.
    fn name(&self) -> &'static str;

    /// Calls `greet: func(name: string) -> string` with a name of so many bytes. Returns the sum of the lengths.
    fn greet(&self, _wasm: &[u8], _bytes: usize) -> Option<Work> {
        None
    }

    /// Calls `bytes: func(value: list<u8>) -> list<u8>`, which returns what it gets, with a list of so many bytes.
    fn bytes(&self, wasm: &[u8], bytes: usize) -> Option<Work>;

    /// The same with `words: func(value: list<u32>) -> list<u32>`.
    fn words(&self, wasm: &[u8], bytes: usize) -> Option<Work>;

    /// Calls `record: func(value: ten) -> ten`, where `ten` has ten fields of all kinds of scalars.
    fn record(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// Calls `[method]counter.add` with a handle and a number.
    fn method(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// Calls `between: func(n: u32, size: u32) -> u32`: one component calls another one `n` times with a string, and gets
    /// it back.
    fn between(&self, _wasm: &[u8], _bytes: u32) -> Option<Work> {
        None
    }

    /// Calls `run: func(n: u32)`, which calls the host's `log: func(line: string)` so many times, with 8 bytes.
    fn host(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }

    /// Makes a store and an instance of a component without imports, and drops both.
    fn instantiate(&self, _wasm: &[u8]) -> Option<Work> {
        None
    }
}

/// Those who take part. Native code copies what the others take in and out.
const ENGINES: [&dyn Components; 4] = [&falkirk::JIT, &wasmtime::Wasmtime, &native::Native, &falkirk::INTERP];

const GUEST: &str = include_str!("guest.wat");
const HOST: &str = include_str!("host.wat");

/// A real one: it allocates, joins two strings, and frees.
const GREET: &[u8] = include_bytes!("../../../../guests/built/components/greet.wasm");

const MEGABYTE: usize = 1 << 20;

/// Asks an engine for its work.
type Ask = fn(&dyn Components) -> Option<Work>;

/// Each contest, with how often a turn repeats its work.
const CONTESTS: [(&str, u32, Ask); 13] = [
    ("greet, 8 bytes", 20_000, |engine| engine.greet(GREET, 8)),
    ("greet, 64 KB", 1000, |engine| engine.greet(GREET, 1 << 16)),
    ("list<u8> in and out, 64 KB", 1000, |engine| engine.bytes(GUEST.as_bytes(), 1 << 16)),
    ("list<u8> in and out, 1 MB", 50, |engine| engine.bytes(GUEST.as_bytes(), MEGABYTE)),
    ("list<u32> in and out, 64 KB", 1000, |engine| engine.words(GUEST.as_bytes(), 1 << 16)),
    ("list<u32> in and out, 1 MB", 50, |engine| engine.words(GUEST.as_bytes(), MEGABYTE)),
    ("record of ten fields", 50_000, |engine| engine.record(GUEST.as_bytes())),
    ("resource method", 100_000, |engine| engine.method(GUEST.as_bytes())),
    ("between components, 8 bytes", 50_000, |engine| engine.between(GUEST.as_bytes(), 8)),
    ("between components, 64 KB", 1000, |engine| engine.between(GUEST.as_bytes(), 1 << 16)),
    ("host function, 8 bytes", 100_000, |engine| engine.host(HOST.as_bytes())),
    ("instance of greet", 1000, |engine| engine.instantiate(GREET)),
    ("instance of four components", 500, |engine| engine.instantiate(GUEST.as_bytes())),
];

/// All of them.
pub fn planned() -> impl Iterator<Item = Planned> {
    CONTESTS.into_iter().map(|(name, n, ask)| {
        Planned::new(Group::Components, name, usize::MAX, move || {
            let entry = |engine: &&dyn Components| Some(Entry { engine: engine.name(), run: ask(*engine)? });
            let entries = ENGINES.iter().filter_map(entry).collect();
            SetUp { n, items: n.into(), unit: Unit::Nanoseconds, entries }
        })
    })
}

/// A name of so many bytes.
fn name(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// A list of so many bytes, no two of them alike in a row.
fn list(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| at as u8).collect()
}

/// A list of numbers that take so many bytes.
fn numbers(bytes: usize) -> Vec<u32> {
    (0..bytes as u32 / 4).collect()
}
