//! The project's targets, and whether the measurements reach them.

use crate::clock::Clock;
use crate::conditions::{Alignment, alignment};
use crate::contest::engine::{INTERP, JIT, JIT_2, JIT_BARE, NANO, NATIVE, WASMI, WASMTIME};
use crate::contest::{Group, Row, mean_ratio};
use crate::report::{CodeSize, InstanceSize};

/// A target and what was measured.
#[derive(Debug)]
pub struct Check {
    /// What it is about.
    pub what: String,
    /// What is wanted.
    pub target: String,
    /// What was measured.
    pub measured: String,
    /// Whether that is enough; nothing where there is no target.
    pub pass: Option<bool>,
}

/// The lowest speed in execution, in wasmi's: the geometric mean of all kernels. A wasmi with aligned functions is
/// faster than the one that is shipped.
fn execution_target() -> f64 {
    if alignment() == Alignment::All { 1.25 } else { 1.45 }
}

/// Checks everything that was measured.
pub fn checks(rows: &[Row], code: &[CodeSize], instance: Option<&InstanceSize>) -> Vec<Check> {
    let mut checks = execution(rows);
    checks.extend(worst_lead(rows, Group::Translate, "translation"));
    checks.extend(first_call(rows));
    checks.extend(row_time(rows, Group::Calls, "call guest, empty", 0.7));
    checks.extend(row_time(rows, Group::Calls, "call host", 0.7));
    checks.extend(row_time(rows, Group::Instantiate, "instance, one page", 1.0));
    checks.extend(code_size(code));
    checks.extend(instance.map(instance_size));
    checks.extend(jit(rows));
    checks
}

fn execution(rows: &[Row]) -> Vec<Check> {
    let mean = |engine, target| {
        let mean = mean_ratio(rows, Group::Exec, engine, INTERP, Group::Exec.clock())?;
        Some(at_least(format!("execution, geometric mean, times {engine}'s speed"), target, mean, ""))
    };
    let worst = worst_lead(rows, Group::Exec, "execution");
    [mean(WASMI, execution_target()), worst, mean(NANO, 1.0)].into_iter().flatten().collect()
}

/// The row of a group where the interpreter's lead on wasmi is least, which must be a lead.
fn worst_lead(rows: &[Row], group: Group, what: &str) -> Option<Check> {
    let (lead, name) = least(ratios(rows, group, WASMI, INTERP, group.clock()))?;
    Some(at_least(format!("{what}, worst, times {WASMI}'s speed"), 1.0, lead, name))
}

fn first_call(rows: &[Row]) -> Option<Check> {
    let row = rows.iter().find(|row| row.group == Group::FirstCall)?;
    Some(at_most(format!("{}, ms", row.name), 100.0, row.time(INTERP, row.group.clock())? * 1e3, ""))
}

/// The interpreter's time in the row of this name, in wasmi's.
fn row_time(rows: &[Row], group: Group, name: &str, target: f64) -> Option<Check> {
    let row = rows.iter().find(|row| row.group == group && row.name == name)?;
    Some(at_most(format!("{name}, times {WASMI}'s time"), target, row.ratio(INTERP, WASMI, group.clock())?, ""))
}

/// The JIT's targets. Where several rows are meant, the worst of them counts.
fn jit(rows: &[Row]) -> Vec<Check> {
    let mean = |what: &str, other, target| {
        let mean = mean_ratio(rows, Group::JitExec, JIT, other, Group::JitExec.clock())?;
        Some(at_most(format!("JIT: {what}"), target, mean, ""))
    };
    let worst = |group: Group, names: &str, what: &str, target| {
        let times = ratios(rows, group, JIT, WASMTIME, group.clock()).filter(|(_, name)| name.starts_with(names));
        let (time, name) = times.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(at_most(format!("JIT: {what}, worst, times {WASMTIME}'s time"), target, time, name))
    };
    let checks = [
        mean("execution, geometric mean, times wasmtime's time", WASMTIME, 0.93),
        worst(Group::JitExec, "", "execution", 1.1),
        mean("execution, geometric mean, times the time of code that cannot be interrupted", JIT_BARE, 1.02),
        worst(Group::JitCompile, "", "compilation with one thread", 0.6),
        two_threads(rows),
        worst(Group::JitCache, "", "first call with a warm cache", 1.0),
        worst(Group::JitInstantiate, "", "instance", 1.0),
        instance_time(rows),
        worst(Group::JitCalls, "call guest", "call of the guest", 0.7),
        worst(Group::JitCalls, "call host", "call of the host", 1.0),
    ];
    checks.into_iter().flatten().chain(components(rows)).chain(wasi(rows)).collect()
}

/// What is wanted of components: lists as fast as they can be copied, everything else in less than wasmtime's time.
fn components(rows: &[Row]) -> impl Iterator<Item = Check> {
    rows.iter().filter(|row| row.group == Group::Components).filter_map(|row| {
        let (other, target) = if row.name.starts_with("list") { (NATIVE, 1.1) } else { (WASMTIME, 0.7) };
        let ratio = row.ratio(JIT, other, row.group.clock())?;
        Some(at_most(format!("components: {}, times the time of {other}", row.name), target, ratio, ""))
    })
}

/// What is wanted of WASI: files almost as fast as without it, and programs that are done before wasmtime's.
fn wasi(rows: &[Row]) -> impl Iterator<Item = Check> {
    rows.iter().filter_map(|row| {
        let (other, target) = match row.group {
            Group::Files => (NATIVE, if row.name.contains("4 KB") { 1.5 } else { 1.1 }),
            Group::Programs => (WASMTIME, if row.name.contains("cache") { 0.9 } else { 0.8 }),
            _ => return None,
        };
        let ratio = row.ratio(JIT, other, row.group.clock())?;
        Some(at_most(format!("WASI: {}, times the time of {other}", row.name), target, ratio, ""))
    })
}

/// How many times as fast two threads compile as one.
fn two_threads(rows: &[Row]) -> Option<Check> {
    let (lead, name) = least(ratios(rows, Group::JitCompile, JIT, JIT_2, Clock::Wall))?;
    Some(at_least("JIT: compilation with two threads, worst, times as fast as with one".into(), 1.8, lead, name))
}

fn instance_time(rows: &[Row]) -> Option<Check> {
    let row = rows.iter().find(|row| row.group == Group::JitInstantiate)?;
    Some(at_most(format!("JIT: {}, µs", row.name), 5.0, row.time(JIT, row.group.clock())? * 1e6, ""))
}

/// One engine's time as a multiple of another's, in each row of a group where both took part.
fn ratios<'a>(
    rows: &'a [Row],
    group: Group,
    engine: &'a str,
    other: &'a str,
    clock: Clock,
) -> impl Iterator<Item = (f64, &'a str)> {
    let rows = rows.iter().filter(move |row| row.group == group);
    rows.filter_map(move |row| Some((row.ratio(engine, other, clock)?, row.name.as_str())))
}

fn least<'a>(ratios: impl Iterator<Item = (f64, &'a str)>) -> Option<(f64, &'a str)> {
    ratios.min_by(|a, b| a.0.total_cmp(&b.0))
}

fn code_size(sizes: &[CodeSize]) -> Option<Check> {
    let worst = sizes.iter().max_by(|a, b| a.ratio().total_cmp(&b.ratio()))?;
    Some(at_most("translated code, times the code section's size".into(), 4.0, worst.ratio(), &worst.name))
}

fn instance_size(size: &InstanceSize) -> Check {
    at_most("an instance of greet, KB".into(), 20.0, size.largest() / 1e3, "")
}

fn at_least(what: String, target: f64, measured: f64, note: &str) -> Check {
    check(what, format!("≥ {target}"), measured, note, measured >= target)
}

fn at_most(what: String, target: f64, measured: f64, note: &str) -> Check {
    check(what, format!("≤ {target}"), measured, note, measured <= target)
}

fn check(what: String, target: String, measured: f64, note: &str, pass: bool) -> Check {
    let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
    Check { what, target, measured: format!("{measured:.2}{note}"), pass: Some(pass) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::{Time, Unit};

    fn row(group: Group, name: &str, times: &[(&'static str, f64)]) -> Row {
        let times = times.iter().map(|(engine, seconds)| Time::steady(engine, *seconds)).collect();
        Row { group, name: name.into(), unit: Unit::Milliseconds, rounds: 9, times }
    }

    fn interpreters(group: Group, name: &str, ours: f64, theirs: f64) -> Row {
        row(group, name, &[(INTERP, ours), (WASMI, theirs)])
    }

    fn compilers(group: Group, name: &str, ours: f64, theirs: f64) -> Row {
        row(group, name, &[(JIT, ours), (WASMTIME, theirs)])
    }

    fn verdicts(rows: &[Row]) -> Vec<(String, bool)> {
        checks(rows, &[], None).into_iter().map(|check| (check.measured, check.pass.unwrap())).collect()
    }

    #[test]
    fn leads_are_mean_and_worst() {
        let rows = [interpreters(Group::Exec, "fib", 1.0, 3.0), interpreters(Group::Exec, "sort", 4.0, 3.0)];
        assert_eq!(verdicts(&rows), [("1.50".into(), true), ("0.75 (sort)".into(), false)]);
    }

    #[test]
    fn calls_count_as_a_share_of_the_time() {
        let rows = [
            interpreters(Group::Calls, "call guest, empty", 0.6, 1.0),
            interpreters(Group::Calls, "call host", 0.8, 1.0),
        ];
        assert_eq!(verdicts(&rows), [("0.60".into(), true), ("0.80".into(), false)]);
    }

    #[test]
    fn the_jit_s_time_is_mean_and_worst() {
        let rows = [compilers(Group::JitExec, "fib", 1.0, 2.0), compilers(Group::JitExec, "sort", 2.4, 2.0)];
        assert_eq!(verdicts(&rows), [("0.77".into(), true), ("1.20 (sort)".into(), false)]);
    }

    #[test]
    fn the_jit_s_calls_to_guest_and_host_have_targets_of_their_own() {
        let rows = [
            compilers(Group::JitCalls, "call guest, empty", 0.6, 1.0),
            compilers(Group::JitCalls, "call guest, add", 0.8, 1.0),
            compilers(Group::JitCalls, "call host", 0.9, 1.0),
        ];
        assert_eq!(verdicts(&rows), [("0.80 (call guest, add)".into(), false), ("0.90 (call host)".into(), true)]);
    }

    #[test]
    fn lists_are_compared_with_native_copies_and_calls_with_wasmtime() {
        let rows = [
            row(Group::Components, "greet", &[(JIT, 1.0), (WASMTIME, 2.0)]),
            row(Group::Components, "list<u8>", &[(JIT, 1.2), (WASMTIME, 2.0), (NATIVE, 1.0)]),
        ];
        assert_eq!(verdicts(&rows), [("0.50".into(), true), ("1.20".into(), false)]);
    }

    #[test]
    fn two_threads_are_compared_with_one() {
        let rows = [row(Group::JitCompile, "large", &[(JIT, 1.9), (JIT_2, 1.0)])];
        assert_eq!(verdicts(&rows), [("1.90 (large)".into(), true)]);
    }

    #[test]
    fn nothing_measured_gives_no_checks() {
        assert!(checks(&[], &[], None).is_empty());
    }
}
