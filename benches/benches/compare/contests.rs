//! Which contests there are.

use std::{env, fs, path::Path};

use falkirk_benches::args::Args;
use falkirk_benches::contest::{Contest, Entry, Group, Unit};
use falkirk_benches::guests::{KERNELS, Kernel, kernel_module, module};

use crate::engines::{Engine, Work, all};
use crate::synthetic;

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
struct SetUp {
    n: u32,
    items: f64,
    unit: Unit,
    entries: Vec<Entry>,
}

impl Planned {
    fn new(group: Group, name: impl Into<String>, rounds: usize, set_up: impl Fn() -> SetUp + 'static) -> Planned {
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
    let mut planned: Vec<Planned> = KERNELS.iter().map(execution).collect();
    planned.extend(translations(args.quick));
    planned.extend(instantiations());
    planned.extend(calls());
    let args = args.clone();
    planned.into_iter().filter(move |planned| args.wants_group(planned.group.name()) && args.wants(&planned.name))
}

/// The work of those engines that take part.
fn entries(work: impl Fn(&dyn Engine) -> Option<Work>) -> Vec<Entry> {
    let entry = |engine: &dyn Engine| Some(Entry { engine: engine.name(), run: work(engine)? });
    all().into_iter().filter_map(entry).collect()
}

fn execution(kernel: &'static Kernel) -> Planned {
    Planned::new(Group::Exec, kernel.name, usize::MAX, || {
        let wasm = kernel_module(kernel);
        let entries = entries(|engine| engine.kernel(kernel, &wasm));
        SetUp { n: kernel.bench_n, items: 1.0, unit: Unit::Milliseconds, entries }
    })
}

fn translations(quick: bool) -> Vec<Planned> {
    let translation = |name: &str, rounds, wasm: fn() -> Vec<u8>| {
        Planned::new(Group::Translate, name, rounds, move || translate(&wasm()))
    };
    let mut planned = vec![
        translation("json", usize::MAX, || module("kernel-json")),
        translation("bytes", usize::MAX, || module("kernel-bytes")),
        translation("kernels, 1 MB", usize::MAX, || synthetic::module(1_000_000)),
    ];
    if !quick {
        planned.push(translation("kernels, 8 MB", 9, || synthetic::module(8_000_000)));
        planned.extend(env::var("FALKIRK_BENCH_MODULE").ok().map(named_module));
        planned.push(Planned::new(Group::FirstCall, "first call, 20 MB", 9, || first_call(20_000_000)));
    }
    planned
}

/// The translation of the file that the environment names.
fn named_module(path: String) -> Planned {
    let name = Path::new(&path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Planned::new(Group::Translate, name, 9, move || {
        translate(&fs::read(&path).unwrap_or_else(|error| panic!("FALKIRK_BENCH_MODULE={path}: {error}")))
    })
}

/// Translates some two megabytes in each turn.
fn translate(wasm: &[u8]) -> SetUp {
    let n = u32::try_from(2_000_000 / wasm.len()).expect("at most two million").max(1);
    let items = f64::from(n) * wasm.len() as f64;
    SetUp { n, items, unit: Unit::MegabytesPerSecond, entries: entries(|engine| engine.translate(wasm)) }
}

fn first_call(bytes: usize) -> SetUp {
    let wasm = synthetic::module(bytes);
    SetUp { n: 10, items: 1.0, unit: Unit::Milliseconds, entries: entries(|engine| engine.first_call(&wasm)) }
}

fn instantiations() -> [Planned; 3] {
    type Entries = fn() -> Vec<Entry>;
    let rows: [(&str, Entries); 3] = [
        ("instance, one page", || entries(|engine| engine.instantiate(&wat(ONE_PAGE)))),
        ("instance, one page, used", || entries(|engine| engine.instantiate_and_run(&wat(ONE_PAGE)))),
        ("instance, greet", || entries(|engine| engine.instantiate(&module("greet")))),
    ];
    rows.map(|(name, entries)| {
        Planned::new(Group::Instantiate, name, usize::MAX, move || {
            let n = 2000;
            SetUp { n, items: n.into(), unit: Unit::Nanoseconds, entries: entries() }
        })
    })
}

fn calls() -> [Planned; 3] {
    type Call = fn(&dyn Engine, &[u8]) -> Option<Work>;
    let calls: [(&str, Call); 3] = [
        ("call empty", |engine, wasm| engine.call_empty(wasm)),
        ("call add", |engine, wasm| engine.call_add(wasm)),
        ("call host", |engine, wasm| engine.call_host(wasm)),
    ];
    calls.map(|(name, call)| {
        Planned::new(Group::Calls, name, usize::MAX, move || {
            let (n, wasm) = (200_000, wat(CALLS));
            let entries = entries(|engine| call(engine, &wasm));
            SetUp { n, items: n.into(), unit: Unit::Nanoseconds, entries }
        })
    })
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is right")
}
