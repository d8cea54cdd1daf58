//! The project's targets, and whether the measurements reach them.

use crate::conditions::{Alignment, alignment};
use crate::contest::engine::{FALKIRK, NANO, WASMI};
use crate::contest::{Group, Row, mean_lead};
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
    checks.extend(row_time(rows, "call empty", 0.7));
    checks.extend(row_time(rows, "call host", 0.7));
    checks.extend(row_time(rows, "instance, one page", 1.0));
    checks.extend(code_size(code));
    checks.extend(instance.map(instance_size));
    checks
}

fn execution(rows: &[Row]) -> Vec<Check> {
    let mean = |engine, target| {
        let mean = mean_lead(rows, Group::Exec, engine, Group::Exec.clock())?;
        Some(at_least(format!("execution, geometric mean, times {engine}'s speed"), target, mean, ""))
    };
    let worst = worst_lead(rows, Group::Exec, "execution");
    [mean(WASMI, execution_target()), worst, mean(NANO, 1.0)].into_iter().flatten().collect()
}

/// The row of a group where Falkirk's lead on wasmi is least, which must be a lead.
fn worst_lead(rows: &[Row], group: Group, what: &str) -> Option<Check> {
    let leads = rows
        .iter()
        .filter(|row| row.group == group)
        .filter_map(|row| Some((row.lead_on(WASMI, group.clock())?, &row.name)));
    let (lead, name) = leads.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(at_least(format!("{what}, worst, times {WASMI}'s speed"), 1.0, lead, name))
}

fn first_call(rows: &[Row]) -> Option<Check> {
    let row = rows.iter().find(|row| row.group == Group::FirstCall)?;
    Some(at_most(format!("{}, ms", row.name), 100.0, row.time(FALKIRK, row.group.clock())? * 1e3, ""))
}

/// Falkirk's time in the row of this name, in wasmi's.
fn row_time(rows: &[Row], name: &str, target: f64) -> Option<Check> {
    let row = rows.iter().find(|row| row.name == name)?;
    Some(at_most(format!("{name}, times {WASMI}'s time"), target, 1.0 / row.lead_on(WASMI, row.group.clock())?, ""))
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
    use crate::clock::Sample;
    use crate::contest::Unit;

    fn row(group: Group, name: &str, falkirk: f64, wasmi: f64) -> Row {
        let times = [(FALKIRK, falkirk), (WASMI, wasmi)];
        let times = times.map(|(engine, time)| (engine, Sample { thread: time, process: time, wall: time }));
        Row { group, name: name.into(), unit: Unit::Milliseconds, times: times.into() }
    }

    fn verdicts(rows: &[Row]) -> Vec<(String, bool)> {
        checks(rows, &[], None).into_iter().map(|check| (check.measured, check.pass.unwrap())).collect()
    }

    #[test]
    fn leads_are_mean_and_worst() {
        let rows = [row(Group::Exec, "fib", 1.0, 3.0), row(Group::Exec, "sort", 4.0, 3.0)];
        assert_eq!(verdicts(&rows), [("1.50".into(), true), ("0.75 (sort)".into(), false)]);
    }

    #[test]
    fn calls_count_as_a_share_of_the_time() {
        let rows = [row(Group::Calls, "call empty", 0.6, 1.0), row(Group::Calls, "call host", 0.8, 1.0)];
        assert_eq!(verdicts(&rows), [("0.60".into(), true), ("0.80".into(), false)]);
    }

    #[test]
    fn nothing_measured_gives_no_checks() {
        assert!(checks(&[], &[], None).is_empty());
    }
}
