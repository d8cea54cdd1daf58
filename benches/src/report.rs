//! The tables, in Markdown.

use std::fmt::Write;

use crate::clock::Clock;
use crate::contest::engine::{INTERP, JIT, JIT_2, JIT_BARE, NANO, NATIVE, WASMI, WASMTIME, WASMTIME_2};
use crate::contest::{Group, Row, mean_ratio};
use crate::targets::Check;

/// A module's size before and after its translation.
#[derive(Debug)]
pub struct CodeSize {
    /// The module.
    pub name: String,
    /// Bytes of its code section.
    pub wasm: usize,
    /// Bytes of Falkirk's code.
    pub code: usize,
}

impl CodeSize {
    /// How many times as large the code became.
    pub fn ratio(&self) -> f64 {
        self.code as f64 / self.wasm as f64
    }
}

/// What one more instance takes, in bytes, once a function of it was called, as several counts see it.
#[derive(Debug)]
pub struct InstanceSize {
    /// What the allocator has handed out.
    pub heap: f64,
    /// What became resident, without the linear memory's touched pages.
    pub resident: f64,
    /// The operating system's page tables, which are its own business and no part of the target.
    pub page_tables: f64,
}

impl InstanceSize {
    /// The larger of the first two.
    pub fn largest(&self) -> f64 {
        self.heap.max(self.resident)
    }
}

/// The engines in the order of their columns.
const COLUMNS: [&str; 9] = [JIT, JIT_2, JIT_BARE, WASMTIME, WASMTIME_2, INTERP, WASMI, NANO, NATIVE];

/// A column of ratios: one engine's time as a multiple of another's.
struct Ratio {
    label: &'static str,
    engine: &'static str,
    other: &'static str,
}

const fn ratio(label: &'static str, engine: &'static str, other: &'static str) -> Ratio {
    Ratio { label, engine, other }
}

/// Interpreters are compared by their speed.
const INTERPRETERS: [Ratio; 2] =
    [ratio("speed, of wasmi's", WASMI, INTERP), ratio("speed, of sf-nano's", NANO, INTERP)];

/// Compilers are compared by their time, as their targets are.
const COMPILERS: [Ratio; 5] = [
    ratio("falkirk-jit's time, of wasmtime's", JIT, WASMTIME),
    ratio("of native", JIT, NATIVE),
    ratio("of not interruptible", JIT, JIT_BARE),
    ratio("wasmtime's, of native", WASMTIME, NATIVE),
    ratio("falkirk-interp's, of native", INTERP, NATIVE),
];

/// What a second thread gains shows in elapsed time only.
const THREADS: [Ratio; 2] =
    [ratio("falkirk-jit with 2 threads, times as fast", JIT, JIT_2), ratio("wasmtime with 2", WASMTIME, WASMTIME_2)];

/// The conditions as a list.
pub fn conditions(conditions: &[(&str, String)]) -> String {
    conditions.iter().filter(|(_, value)| !value.is_empty()).fold(String::new(), |mut text, (name, value)| {
        writeln!(text, "- {name}: {value}").expect("a string takes everything");
        text
    })
}

/// The tables of one group: by its own clock, and where threads may share the work also in elapsed time. Empty without
/// rows.
pub fn group(rows: &[Row], group: Group) -> String {
    let tables = match group {
        Group::Translate | Group::JitCompile => {
            vec![(Clock::Process, ", processor time of all threads"), (Clock::Wall, ", elapsed time")]
        }
        _ => vec![(group.clock(), "")],
    };
    tables.into_iter().map(|(clock, note)| by_clock(rows, group, clock, note)).collect()
}

/// The table of one group by one clock, with geometric means where there are several rows.
fn by_clock(rows: &[Row], group: Group, clock: Clock, note: &str) -> String {
    let of_group: Vec<&Row> = rows.iter().filter(|row| row.group == group).collect();
    let Some(first) = of_group.first() else { return String::new() };
    let engines: Vec<&str> = COLUMNS.into_iter().filter(|name| any(&of_group, name)).collect();
    let measured = |ratio: &&Ratio| of_group.iter().any(|row| row.ratio(ratio.engine, ratio.other, clock).is_some());
    let ratios: Vec<&Ratio> = ratios(group, clock).filter(measured).collect();

    let mut header = vec![String::new()];
    header.extend(engines.iter().map(|name| format!("{name} {}", first.unit.name())));
    header.extend(ratios.iter().map(|ratio| ratio.label.to_owned()));
    let mut lines: Vec<Vec<String>> = of_group.iter().map(|row| cells(row, &engines, &ratios, clock)).collect();
    if of_group.len() > 1 {
        lines.push(means(rows, group, &engines, &ratios, clock));
    }
    format!("## {}{note}\n\n{}\n", group.title(), table(&header, &lines))
}

/// The sizes of translated code.
pub fn code_sizes(sizes: &[CodeSize]) -> String {
    let header = ["", "code section, bytes", "translated, bytes", "times"].map(str::to_owned);
    let line = |size: &CodeSize| {
        vec![size.name.clone(), size.wasm.to_string(), size.code.to_string(), format!("{:.2}", size.ratio())]
    };
    format!("## Size of translated code\n\n{}", table(&header, &sizes.iter().map(line).collect::<Vec<_>>()))
}

/// The targets with what was measured.
pub fn checks(checks: &[Check]) -> String {
    let header = ["", "target", "measured", ""].map(str::to_owned);
    let verdict = |pass| match pass {
        Some(true) => "PASS",
        Some(false) => "MISS",
        None => "",
    };
    let line = |check: &Check| {
        vec![check.what.clone(), check.target.clone(), check.measured.clone(), verdict(check.pass).to_owned()]
    };
    format!("## Targets\n\n{}", table(&header, &checks.iter().map(line).collect::<Vec<_>>()))
}

fn ratios(group: Group, clock: Clock) -> impl Iterator<Item = &'static Ratio> {
    let ratios: &[Ratio] = match group {
        Group::Exec | Group::Translate | Group::FirstCall | Group::Instantiate | Group::Calls => &INTERPRETERS,
        Group::JitExec | Group::JitCompile | Group::JitCache | Group::JitInstantiate | Group::JitCalls => &COMPILERS,
        Group::Components | Group::Files | Group::Programs => &COMPILERS,
    };
    let threads: &[Ratio] = if clock == Clock::Wall { &THREADS } else { &[] };
    ratios.iter().chain(threads)
}

fn any(rows: &[&Row], engine: &str) -> bool {
    rows.iter().any(|row| row.time(engine, Clock::Thread).is_some())
}

fn cells(row: &Row, engines: &[&str], ratios: &[&Ratio], clock: Clock) -> Vec<String> {
    let time = |engine: &&str| row.time(engine, clock).map_or("-".to_owned(), |time| number(row.unit.of(time)));
    let mut cells = vec![row.name.clone()];
    cells.extend(engines.iter().map(time));
    cells.extend(ratios.iter().map(|ratio| hundredths(row.ratio(ratio.engine, ratio.other, clock))));
    cells
}

fn means(rows: &[Row], group: Group, engines: &[&str], ratios: &[&Ratio], clock: Clock) -> Vec<String> {
    let mut cells = vec!["geometric mean".to_owned()];
    cells.extend(engines.iter().map(|_| String::new()));
    cells.extend(ratios.iter().map(|ratio| hundredths(mean_ratio(rows, group, ratio.engine, ratio.other, clock))));
    cells
}

fn hundredths(ratio: Option<f64>) -> String {
    ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"))
}

/// Three digits that count.
fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// A table with columns as wide as they must be: the first to the left, the others to the right.
fn table(header: &[String], lines: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = lines.iter().map(|line| &line[column]).chain([&header[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut text = line(header, &widths);
    let rule = |(column, width): (usize, &usize)| match column {
        0 => "-".repeat(*width),
        _ => format!("{}:", "-".repeat(width - 1)),
    };
    text += &line(&widths.iter().enumerate().map(rule).collect::<Vec<_>>(), &widths);
    text.extend(lines.iter().map(|cells| line(cells, &widths)));
    text
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let cell = |(column, (cell, width)): (usize, (&String, &usize))| match column {
        0 => format!("| {cell:width$} "),
        _ => format!("| {cell:>width$} "),
    };
    cells.iter().zip(widths).enumerate().map(cell).collect::<String>() + "|\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Time, Unit};

    #[test]
    fn tables_line_up() {
        let times = vec![Time::steady(INTERP, 0.002), Time::steady(WASMI, 0.003)];
        let rows = [Row { group: Group::Exec, name: "fib".into(), unit: Unit::Milliseconds, rounds: 9, times }];
        let expected = "\
## Execution

|     | falkirk-interp ms | wasmi ms | speed, of wasmi's |
| --- | ----------------: | -------: | ----------------: |
| fib |              2.00 |     3.00 |              1.50 |

";
        assert_eq!(group(&rows, Group::Exec), expected);
        assert_eq!(group(&rows, Group::Calls), "");
    }

    #[test]
    fn numbers_keep_three_digits() {
        assert_eq!([1.234, 12.34, 123.4].map(number), ["1.23", "12.3", "123"]);
    }
}
