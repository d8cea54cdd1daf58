//! Contests: the same work done by several engines, taking turns.
//!
//! The book: [Measuring](../../../book/ch18-measuring.html) says why they take turns.

use crate::clock::{Clock, Sample, time};
use crate::stats::{geometric_mean, quartiles};

/// The names of the engines in tables.
pub mod engine {
    /// Falkirk's interpreter.
    pub const INTERP: &str = "falkirk-interp";
    /// Falkirk's JIT.
    pub const JIT: &str = "falkirk-jit";
    /// The same, with two threads to compile with.
    pub const JIT_2: &str = "falkirk-jit, 2 threads";
    /// The same, making code that cannot be interrupted.
    pub const JIT_BARE: &str = "falkirk-jit, not interruptible";
    /// An interpreter in Rust.
    pub const WASMI: &str = "wasmi";
    /// An interpreter in generated assembly.
    pub const NANO: &str = "sf-nano";
    /// A compiler with the same code generator as Falkirk's.
    pub const WASMTIME: &str = "wasmtime";
    /// The same, with two threads to compile with.
    pub const WASMTIME_2: &str = "wasmtime, 2 threads";
    /// The kernels as native code.
    pub const NATIVE: &str = "native";
}

/// Work that can be repeated.
pub trait Run {
    /// Does the work in the amount `n`, and returns a checksum.
    fn run(&mut self, n: u32) -> u64;

    /// Drops what the last run has kept. Not timed.
    fn reset(&mut self) {}
}

impl<F: FnMut(u32) -> u64> Run for F {
    fn run(&mut self, n: u32) -> u64 {
        self(n)
    }
}

/// What a contest measures. Interpreters are compared with interpreters, compilers with compilers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Execution of the kernels by interpreters.
    Exec,
    /// Translation of whole modules by interpreters.
    Translate,
    /// Time from the bytes of a module to the end of a first call, with default settings.
    FirstCall,
    /// Making a store and an instance of an interpreter, and dropping both.
    Instantiate,
    /// Calls between host and interpreted guest.
    Calls,
    /// Execution of the kernels by compiled code.
    JitExec,
    /// Compilation of whole modules.
    JitCompile,
    /// Time from a module's file to the end of a first call, where the engine's cache has the module's code.
    JitCache,
    /// Making a store and an instance of compiled code, and dropping both.
    JitInstantiate,
    /// Calls between host and compiled guest.
    JitCalls,
    /// Calls of components, and instances of them.
    Components,
    /// Programs of WASI that read and write files.
    Files,
    /// Whole processes that run programs of WASI, from their start to their end.
    Programs,
}

impl Group {
    /// All, in the order of the report.
    pub const ALL: [Group; 13] = [
        Group::Exec,
        Group::Translate,
        Group::FirstCall,
        Group::Instantiate,
        Group::Calls,
        Group::JitExec,
        Group::JitCompile,
        Group::JitCache,
        Group::JitInstantiate,
        Group::JitCalls,
        Group::Components,
        Group::Files,
        Group::Programs,
    ];

    /// The name for `--only`.
    pub fn name(self) -> &'static str {
        match self {
            Group::Exec => "exec",
            Group::Translate | Group::FirstCall => "translate",
            Group::Instantiate => "instantiate",
            Group::Calls => "calls",
            Group::JitExec => "jit-exec",
            Group::JitCompile => "jit-compile",
            Group::JitCache => "jit-cache",
            Group::JitInstantiate => "jit-instantiate",
            Group::JitCalls => "jit-calls",
            Group::Components => "components",
            Group::Files => "files",
            Group::Programs => "programs",
        }
    }

    /// The table's title.
    pub fn title(self) -> &'static str {
        match self {
            Group::Exec => "Execution",
            Group::Translate => "Translation, eager, with validation",
            Group::FirstCall => "Time to the end of the first call, default settings",
            Group::Instantiate => "Store and instance, made and dropped",
            Group::Calls => "Calls",
            Group::JitExec => "JIT: execution",
            Group::JitCompile => "JIT: compilation, with validation",
            Group::JitCache => "JIT: time from a file to the end of the first call, warm cache",
            Group::JitInstantiate => "JIT: store and instance, made and dropped",
            Group::JitCalls => "JIT: calls",
            Group::Components => "Components",
            Group::Files => "WASI: files, read and written whole",
            Group::Programs => "WASI: whole processes",
        }
    }

    /// The clock that counts. Threads do not make translation cheaper, but a first call earlier.
    pub fn clock(self) -> Clock {
        match self {
            Group::Translate | Group::JitCompile => Clock::Process,
            Group::FirstCall | Group::JitCache | Group::Programs => Clock::Wall,
            Group::Exec | Group::Instantiate | Group::Calls => Clock::Thread,
            Group::JitExec | Group::JitInstantiate | Group::JitCalls | Group::Components | Group::Files => {
                Clock::Thread
            }
        }
    }
}

/// How a row's numbers are shown.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Milliseconds for each item.
    Milliseconds,
    /// Nanoseconds for each item.
    Nanoseconds,
    /// Millions of bytes in a second, where an item is a byte.
    MegabytesPerSecond,
}

impl Unit {
    /// The number to show for an item that takes `seconds`.
    pub fn of(self, seconds: f64) -> f64 {
        match self {
            Unit::Milliseconds => seconds * 1e3,
            Unit::Nanoseconds => seconds * 1e9,
            Unit::MegabytesPerSecond => 1e-6 / seconds,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Milliseconds => "ms",
            Unit::Nanoseconds => "ns",
            Unit::MegabytesPerSecond => "MB/s",
        }
    }
}

/// One engine's part in a contest.
pub struct Entry {
    /// Its name, one of [`engine`].
    pub engine: &'static str,
    /// Its work.
    pub run: Box<dyn Run>,
}

/// The same work for several engines.
pub struct Contest {
    /// What it measures.
    pub group: Group,
    /// What the work is.
    pub name: String,
    /// The amount of work in each turn.
    pub n: u32,
    /// The items in each turn: times are divided by it.
    pub items: f64,
    /// How the times are shown.
    pub unit: Unit,
    /// Who takes part.
    pub entries: Vec<Entry>,
}

/// One engine's result, in seconds for one item.
#[derive(Clone, Debug)]
pub struct Time {
    /// Its name, one of [`engine`].
    pub engine: &'static str,
    /// The medians of the rounds.
    pub median: Sample,
    /// The quartiles: half of the rounds are between them.
    pub quartiles: [Sample; 2],
}

/// A contest's result.
#[derive(Debug)]
pub struct Row {
    /// What was measured.
    pub group: Group,
    /// What the work was.
    pub name: String,
    /// How the times are shown.
    pub unit: Unit,
    /// How many rounds there were.
    pub rounds: usize,
    /// Each engine's time.
    pub times: Vec<Time>,
}

#[cfg(test)]
impl Time {
    /// The same time in each round, by each clock.
    pub(crate) fn steady(engine: &'static str, seconds: f64) -> Time {
        let sample = Sample { thread: seconds, process: seconds, wall: seconds };
        Time { engine, median: sample, quartiles: [sample; 2] }
    }
}

impl Contest {
    /// Lets the engines take turns for so many rounds, each round beginning with another one. A first round is not
    /// counted, and there and in all others every engine must come to the same checksum.
    ///
    /// # Errors
    ///
    /// What the engines disagree about.
    // ANCHOR: hold
    pub fn hold(mut self, rounds: usize) -> Result<Row, String> {
        let mut samples = vec![Vec::with_capacity(rounds); self.entries.len()];
        let mut sum = None;
        for round in 0..=rounds {
            for turn in 0..self.entries.len() {
                let turn = (round + turn) % self.entries.len();
                let sample = self.turn(turn, &mut sum)?;
                if round > 0 {
                    samples[turn].push(sample);
                }
            }
        }
        let times = self.entries.iter().zip(&samples).map(|(entry, samples)| self.time(entry.engine, samples));
        let times = times.collect();
        Ok(Row { group: self.group, name: self.name, unit: self.unit, rounds, times })
    }
    // ANCHOR_END: hold

    fn turn(&mut self, turn: usize, expected: &mut Option<u64>) -> Result<Sample, String> {
        let Entry { engine, run } = &mut self.entries[turn];
        let (sum, sample) = time(|| run.run(self.n));
        run.reset();
        let expected = *expected.get_or_insert(sum);
        if sum == expected {
            Ok(sample)
        } else {
            Err(format!("{}: {engine} gives {sum:#x}, others {expected:#x}", self.name))
        }
    }

    fn time(&self, engine: &'static str, samples: &[Sample]) -> Time {
        let quartiles = |clock| quartiles(samples.iter().map(|sample| sample.by(clock))).map(|time| time / self.items);
        let [thread, process, wall] = [Clock::Thread, Clock::Process, Clock::Wall].map(quartiles);
        let [lower, median, upper] =
            [0, 1, 2].map(|which| Sample { thread: thread[which], process: process[which], wall: wall[which] });
        Time { engine, median, quartiles: [lower, upper] }
    }
}

impl Row {
    /// An engine's time for an item, in seconds.
    pub fn time(&self, engine: &str, clock: Clock) -> Option<f64> {
        self.times.iter().find(|time| time.engine == engine).map(|time| time.median.by(clock))
    }

    /// One engine's time as a multiple of another's.
    pub fn ratio(&self, engine: &str, other: &str, clock: Clock) -> Option<f64> {
        Some(self.time(engine, clock)? / self.time(other, clock)?)
    }
}

/// The geometric mean of the ratios in the rows of a group where both took part.
pub fn mean_ratio(rows: &[Row], group: Group, engine: &str, other: &str, clock: Clock) -> Option<f64> {
    geometric_mean(rows.iter().filter(|row| row.group == group).filter_map(|row| row.ratio(engine, other, clock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contest(results: [u64; 2]) -> Contest {
        let entry = |engine, result| Entry { engine, run: Box::new(move |n| u64::from(n) + result) };
        let entries = vec![entry(engine::INTERP, results[0]), entry(engine::WASMI, results[1])];
        Contest { group: Group::Exec, name: "sum".into(), n: 3, items: 1.0, unit: Unit::Milliseconds, entries }
    }

    #[test]
    fn equal_results_give_a_row() {
        let row = contest([7, 7]).hold(4).unwrap();
        assert_eq!(row.times.len(), 2);
        assert!(row.ratio(engine::WASMI, engine::INTERP, Clock::Thread).is_some());
        assert!(row.ratio(engine::NATIVE, engine::INTERP, Clock::Thread).is_none());
    }

    #[test]
    fn differing_results_are_an_error() {
        let error = contest([7, 8]).hold(4).unwrap_err();
        assert_eq!(error, "sum: wasmi gives 0xb, others 0xa");
    }
}
