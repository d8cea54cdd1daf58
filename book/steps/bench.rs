//! `cargo bench -p falkirk-book-steps`: measures the steps, and writes the table of chapter 6.
//!
//! The steps take turns, so that a machine that gets slower does so for all. A number is the fastest of the rounds: the work
//! is the same each time, and everything else only adds to it. Where the system tells it, what counts is the processor's
//! time, which other programs do not lengthen much.

use std::fmt::Write;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use falkirk::{Engine, Instance, Module, Store};
use falkirk_book_steps::STEPS;
use falkirk_book_steps::programs::{PROGRAMS, Program};

/// How often each step is measured.
const ROUNDS: usize = 15;

/// What the programs are called with: some millions of turns.
const ARGUMENTS: [i32; 2] = [1_000_000, 20_000];

/// What one row of the table runs.
type Run = Box<dyn FnMut(i32) -> i32>;

fn main() {
    let tables = [0, 1].map(|index| measure(&PROGRAMS[index], ARGUMENTS[index]));
    let columns = PROGRAMS.iter().zip(ARGUMENTS).map(|(program, n)| format!("`{}({n})` | faster", program.name));
    let columns: Vec<String> = columns.collect();
    let mut page = format!("| step | {} |\n| --- | --: | --: | --: | --: |\n", columns.join(" | "));
    for row in 0..tables[0].len() {
        let cells = tables.iter().map(|table| {
            let time = seconds(table[row].1);
            let gain = row.checked_sub(1).map(|before| format!("{:.2} times", seconds(table[before].1) / time));
            format!("{:.2} ms | {}", time * 1e3, gain.unwrap_or_default())
        });
        writeln!(page, "| {} | {} |", tables[0][row].0, cells.collect::<Vec<_>>().join(" | ")).expect("a string");
    }
    writeln!(page, "\nMeasured on {} ({}), {}.", date(), processor(), load()).expect("a string");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/measured/dispatch.md");
    std::fs::write(file, &page).expect("the table can be written");
    print!("{page}");
}

/// The fastest time of each row.
fn measure(program: &'static Program, n: i32) -> Vec<(String, Duration)> {
    let steps = STEPS.iter().map(|step| (format!("`{}`", step.name), Box::new(|n| (step.run)(program, n)) as Run));
    let mut rows: Vec<(String, Run)> = steps.collect();
    rows.push(("Falkirk's interpreter".to_owned(), falkirk(program)));
    let mut best = vec![Duration::MAX; rows.len()];
    let mut results = Vec::new();
    for _ in 0..ROUNDS {
        for (best, (_, run)) in best.iter_mut().zip(&mut rows) {
            let start = now();
            results.push(run(n));
            *best = (now() - start).min(*best);
        }
    }
    assert!(results.iter().all(|result| *result == results[0]), "the steps differ");
    rows.into_iter().map(|(name, _)| name).zip(best).collect()
}

/// The processor's time that this thread has used, as Linux tells it; elsewhere what has passed.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // The system adds up when a thread makes way for others.
    std::thread::yield_now();
    let used = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let used = used.and_then(|line| line.split_whitespace().next()?.parse().ok());
    used.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The module on Falkirk's interpreter.
fn falkirk(program: &Program) -> Run {
    let engine = Engine::default();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(program.file);
    let module = Module::from_file(&engine, file).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("it imports nothing");
    let function = instance.get_typed_func::<i32, i32>(&store, program.name).expect("the export");
    Box::new(move |n| function.call(&mut store, n).expect("no trap"))
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned()
}

/// What else the machine did in the last minute: 1.00 is this benchmark itself.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    let busy = load.parse().is_ok_and(|load: f64| load > 1.3);
    let note = if busy { ": other programs were running, so the numbers are rough" } else { "" };
    format!("while the machine's load was {load}{note}")
}

/// The day in UTC, as `2026-01-31`.
fn date() -> String {
    let mut days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86400);
    let leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}
