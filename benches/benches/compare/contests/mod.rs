//! Which contests there are.

use std::path::{Path, PathBuf};
use std::{env, fs};

use falkirk_benches::args::Args;
use falkirk_benches::contest::{Contest, Entry, Group, Unit};
use falkirk_benches::guests::module;

use crate::components;
use crate::engines::{Engine, Work};

mod compilers;
mod interpreters;

/// Empty functions, and a loop that calls the host.
const CALLS: &str = r#"
(module
  (import "host" "tick" (func $tick (param i32) (result i32)))
  (func (export "empty"))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $more
      (local.set $sum (call $tick (local.get $sum)))
      (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))"#;

/// A page of memory, and a function that writes to its first and last bytes and returns what was there before: zeros,
/// whatever earlier instances wrote.
const ONE_PAGE: &str = r#"
(module
  (memory (export "memory") 1)
  (func (export "run") (param i32) (result i64)
    (i64.add (i64.load (i32.const 0)) (i64.load (i32.const 65528)))
    (i64.store (i32.const 0) (i64.const -1))
    (i64.store (i32.const 65528) (i64.extend_i32_u (local.get 0)))))"#;

/// A contest that has not been set up: only those that were asked for are.
pub struct Planned {
    group: Group,
    name: String,
    /// The most rounds that are worth their time.
    pub rounds: usize,
    set_up: Box<dyn Fn() -> SetUp>,
}

/// The work of each engine, with its amount.
pub struct SetUp {
    /// The amount of work in each turn.
    pub n: u32,
    /// The items in each turn.
    pub items: f64,
    /// How the times are shown.
    pub unit: Unit,
    /// Who takes part.
    pub entries: Vec<Entry>,
}

/// Those who take part in a contest.
type Engines = &'static [&'static dyn Engine];

/// Makes a module.
type MakeModule = fn() -> Vec<u8>;

/// Asks an engine for its work with a module.
type Ask = fn(&dyn Engine, &[u8]) -> Option<Work>;

impl Planned {
    /// A contest with at most so many rounds.
    pub fn new(group: Group, name: impl Into<String>, rounds: usize, set_up: impl Fn() -> SetUp + 'static) -> Planned {
        Planned { group, name: name.into(), rounds, set_up: Box::new(set_up) }
    }

    /// Makes what the contest needs.
    pub fn set_up(self) -> Contest {
        let SetUp { n, items, unit, entries } = (self.set_up)();
        Contest { group: self.group, name: self.name, n, items, unit, entries }
    }
}

/// The contests that were asked for.
pub fn planned(args: &Args) -> impl Iterator<Item = Planned> {
    let planned = interpreters::planned(args.quick).into_iter().chain(compilers::planned(args.quick));
    let planned = planned.chain(components::planned());
    let args = args.clone();
    planned.filter(move |planned| args.wants_group(planned.group.name()) && args.wants(&planned.name))
}

/// The work of those engines that take part.
fn entries(engines: Engines, work: impl Fn(&dyn Engine) -> Option<Work>) -> Vec<Entry> {
    let entry = |engine: &&dyn Engine| Some(Entry { engine: engine.name(), run: work(*engine)? });
    engines.iter().filter_map(entry).collect()
}

/// The files that the environment names, by their names.
fn named_modules() -> impl Iterator<Item = (String, PathBuf)> {
    let paths = env::var_os("FALKIRK_BENCH_MODULE").unwrap_or_default();
    let paths: Vec<PathBuf> = env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()).collect();
    paths.into_iter().map(|path| (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), path))
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("FALKIRK_BENCH_MODULE: {}: {error}", path.display()))
}

fn instantiations(group: Group, engines: Engines) -> [Planned; 3] {
    let rows: [(&str, MakeModule, Ask); 3] = [
        ("instance, one page", || wat(ONE_PAGE), |engine, wasm| engine.instantiate(wasm)),
        ("instance, one page, used", || wat(ONE_PAGE), |engine, wasm| engine.instantiate_and_run(wasm)),
        ("instance, greet", || module("greet"), |engine, wasm| engine.instantiate(wasm)),
    ];
    rows.map(|(name, wasm, ask)| {
        Planned::new(group, name, usize::MAX, move || {
            let (n, wasm) = (2000, wasm());
            let entries = entries(engines, |engine| ask(engine, &wasm));
            SetUp { n, items: n.into(), unit: Unit::Nanoseconds, entries }
        })
    })
}

fn calls(group: Group, engines: Engines) -> [Planned; 3] {
    let rows: [(&str, Ask); 3] = [
        ("call guest, empty", |engine, wasm| engine.call_empty(wasm)),
        ("call guest, add", |engine, wasm| engine.call_add(wasm)),
        ("call host", |engine, wasm| engine.call_host(wasm)),
    ];
    rows.map(|(name, ask)| {
        Planned::new(group, name, usize::MAX, move || {
            let (n, wasm) = (200_000, wat(CALLS));
            let entries = entries(engines, |engine| ask(engine, &wasm));
            SetUp { n, items: n.into(), unit: Unit::Nanoseconds, entries }
        })
    })
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is right")
}
