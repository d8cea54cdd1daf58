//! `falkirk diff`: a module on two engines, side by side.

use std::io::Write;
use std::time::Duration;

use falkirk::diff::{Call, Difference, Oracle, Outcome, Report, Script, Step, Value, What};
use falkirk::{Config, Engine, EngineKind, Error, ErrorKind, ExternType, Linker, Module, StoreLimitsBuilder};

use crate::failure::Failure;
use crate::options::{Diff, Settings};
use crate::output::Out;
use crate::source::Source;
use crate::{arguments, host, session};

/// Compares the engines. The exit status is 1 when they differ.
pub fn run(command: &Diff, settings: &Settings, out: &mut Out) -> Result<u8, Failure> {
    let source = Source::read(&command.file)?;
    let oracle = oracle(command, settings)?;
    let trial = oracle.compile(&**source.module()?);
    let script = match trial.module() {
        Some(module) => script(command, &source.name, module)?,
        None => Script::default(),
    };
    let state = trial.module().map(state);
    let report = trial.run(&script);
    match failed_before_calls(&source.name, &report) {
        Some(failure) if report.difference.is_none() => Err(failure),
        _ => print(&report, &state.unwrap_or_default(), out),
    }
}

/// The interpreter and the other engine, in the settings of the command line.
fn oracle(command: &Diff, settings: &Settings) -> Result<Oracle, Failure> {
    let other = match settings.engine {
        EngineKind::Auto => EngineKind::Jit,
        EngineKind::Interp => {
            let failure = Failure::input("`diff` compares the interpreter with another engine");
            return Err(failure.found("--engine interp").wanted("--engine jit or --engine mixed, or no --engine"));
        }
        other => other,
    };
    let name = if other == EngineKind::Jit { "jit" } else { settings.engine_name() };
    let engines = [("interp", engine(EngineKind::Interp, settings)?), (name, engine(other, settings)?)];
    let mut oracle = Oracle::new(engines);
    let mut limits = StoreLimitsBuilder::new();
    if let Some(bytes) = settings.limits.max_memory {
        limits = limits.memory_size(bytes);
    }
    oracle.deadline(settings.limits.timeout).limits(limits.build());
    if let Some(fuel) = settings.limits.fuel {
        oracle.fuel(fuel);
    }
    if !command.made_up_imports {
        let sink = Out::sink();
        oracle.instantiate_with(move |store, module| {
            let mut linker = Linker::new(store.engine());
            host::define(&mut linker, store, module, &sink)?;
            host::define_exit(&mut linker)?;
            linker.instantiate(store, module)
        });
    }
    Ok(oracle)
}

/// An engine that makes all functions ready at once, so that the times can be compared.
fn engine(kind: EngineKind, settings: &Settings) -> Result<Engine, Failure> {
    let mut config = Config::new();
    config.engine(kind).consume_fuel(settings.limits.fuel.is_some()).lazy_above(None);
    Engine::new(&config).map_err(|error| Failure::input(format!("there is no second engine to compare: {error}")))
}

/// What is called: `--invoke`, else `_start`, else all exports without parameters. `_initialize` goes first where there is
/// one and it is not a command that runs.
fn script(command: &Diff, file: &str, module: &Module) -> Result<Script, Failure> {
    let mut calls = Vec::new();
    match &command.invoke {
        Some(name) => calls.push(invocation(name, &command.arguments, file, module)?),
        None if takes_nothing(module, "_start") => calls.push(invocation("_start", &command.arguments, file, module)?),
        None if !command.arguments.is_empty() => {
            return Err(Failure::input("there are arguments, and no function to give them to")
                .found(command.arguments.join(" "))
                .help("`--invoke NAME` says which function gets them"));
        }
        None => {
            let names = module.exports().map(|export| export.name());
            let names = names.filter(|name| takes_nothing(module, name) && *name != "_initialize");
            calls.extend(names.map(|name| Call { export: name.to_owned(), arguments: Vec::new() }));
        }
    }
    let is_command = calls.iter().any(|call| call.export == "_start" || call.export == "_initialize");
    if takes_nothing(module, "_initialize") && !is_command {
        calls.insert(0, Call { export: "_initialize".to_owned(), arguments: Vec::new() });
    }
    Ok(Script::new(calls))
}

fn takes_nothing(module: &Module, name: &str) -> bool {
    matches!(module.get_export(name), Some(ExternType::Func(ty)) if ty.params().is_empty())
}

fn invocation(name: &str, texts: &[String], file: &str, module: &Module) -> Result<Call, Failure> {
    let Some(ExternType::Func(ty)) = module.get_export(name) else {
        return Err(session::no_function(file, module, name));
    };
    let arguments = arguments::parse(name, &ty, texts)?;
    Ok(Call { export: name.to_owned(), arguments: arguments.iter().map(Value::without_store).collect() })
}

/// A module that is rejected, or cannot be instantiated, on both engines alike.
fn failed_before_calls(file: &str, report: &Report) -> Option<Failure> {
    let step = report.steps.last().filter(|step| !matches!(step.what, What::Call(_)))?;
    match step.ends.iter().map(|end| &end.outcome).find(|outcome| !matches!(outcome, Outcome::Returned(_)))? {
        Outcome::Failed(failure) => Some(match &failure.kind {
            ErrorKind::Link(link) => Failure::of(file, &Error::from(link.clone())),
            _ => Failure::input(format!("{file}: {}", failure.message)),
        }),
        outcome => Some(Failure::input(format!("{file}: {outcome}"))),
    }
}

/// What there is to compare behind each call.
fn state(module: &Module) -> String {
    let info = module.info();
    let counts = [(info.memories.len(), "memory"), (info.globals.len(), "global"), (info.tables.len(), "table")];
    let [memories, globals, tables] = counts.map(|(count, noun)| counted(count, noun));
    format!("{memories}, {globals} and {tables}")
}

fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// Prints the steps side by side, and the verdict. Gives the exit status.
fn print(report: &Report, state: &str, out: &mut Out) -> Result<u8, Failure> {
    let mut rows = vec![[String::new(), report.engines[0].clone(), report.engines[1].clone()]];
    report.steps.iter().for_each(|step| add_rows(step, &mut rows));
    print_rows(&rows, out)?;
    match &report.difference {
        Some(difference) => writeln!(out, "\n{}", describe(difference))?,
        None => writeln!(out, "\n{}", praise(report, state))?,
    }
    Ok(u8::from(report.difference.is_some()))
}

/// A row with the times; for a call, how it ended.
fn add_rows(step: &Step, rows: &mut Vec<[String; 3]>) {
    let cells = |label: String, cell: &dyn Fn(usize) -> String| [label, cell(0), cell(1)];
    rows.push(cells(step.what.to_string(), &|side| milliseconds(step.ends[side].took)));
    match (&step.ends[0].outcome, &step.ends[1].outcome) {
        (Outcome::Returned(one), Outcome::Returned(other)) => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                rows.push([format!("  result {number}"), one.to_string(), other.to_string()]);
            }
        }
        (Outcome::Returned(_), _) | (_, Outcome::Returned(_)) | (_, _) => {
            rows.push(cells("  ended with".to_owned(), &|side| step.ends[side].outcome.to_string()));
        }
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}

/// Labels to the left, the engines' columns to the right; wide enough for times, so that these do not move columns.
fn print_rows(rows: &[[String; 3]], out: &mut Out) -> Result<(), Failure> {
    const LEAST: usize = 14;
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(LEAST);
    let (label, first, second) = (width(0), width(1), width(2));
    for [name, one, other] in rows {
        writeln!(out, "{name:label$}  {one:>first$}  {other:>second$}")?;
    }
    Ok(())
}

fn describe(difference: &Difference) -> String {
    format!("different: {difference}")
}

fn praise(report: &Report, state: &str) -> String {
    let calls = counted(report.calls().count(), "call");
    let host: usize = report.steps.iter().map(|step| step.host_events).sum();
    match report.calls().find(|(_, step)| step.is_at_limit()) {
        Some((call, _)) => {
            format!("no difference before `{call}` came to a limit, which engines reach at different points")
        }
        None if report.calls().next().is_none() => {
            format!(
                "no difference in {state} at the start; no function without parameters is exported: `--invoke` names one"
            )
        }
        None => format!("no difference in {calls}, {}, {state}", counted(host, "host event")),
    }
}

#[cfg(test)]
mod tests {
    use falkirk::diff::{End, Place};

    use super::*;

    #[test]
    fn a_difference_is_shown_with_its_place() {
        let ends = |values: [i32; 2]| {
            let end =
                |value| End { outcome: Outcome::Returned(vec![Value::I32(value)]), took: Duration::from_micros(1) };
            values.map(end).to_vec()
        };
        let call = Call { export: "f".to_owned(), arguments: vec![Value::I64(5)] };
        let mut rows = vec![[String::new(), "interp".to_owned(), "jit".to_owned()]];
        add_rows(&Step { what: What::Call(call), ends: ends([1, 2]), host_events: 0 }, &mut rows);
        let wanted = [["", "interp", "jit"], ["f(5)", "0.001 ms", "0.001 ms"], ["  result 0", "1", "2"]];
        assert_eq!(rows, wanted);
        let found = [("interp", "1"), ("jit", "2")].map(|(name, found)| (name.to_owned(), found.to_owned()));
        let difference = Difference { step: "f(5)".to_owned(), place: Place::Result(0), found: found.to_vec() };
        assert_eq!(describe(&difference), "different: f(5): result 0\n  interp: 1\n  jit:    2");
    }

    #[test]
    fn counts_with_their_nouns() {
        assert_eq!(counted(1, "memory"), "1 memory");
        assert_eq!(counted(2, "memory"), "2 memories");
        assert_eq!(counted(0, "table"), "0 tables");
    }
}
