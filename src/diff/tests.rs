//! Planted differences: two engines of the same kind are given modules that differ in one thing, and the oracle must say
//! which and where.

use falkirk_runtime::{Config, Linker};

use super::*;
use crate::Engine;

/// An oracle for two interpreters.
fn oracle() -> Oracle {
    let mut fuel = Config::new();
    fuel.consume_fuel(true);
    let second = Engine::new(&fuel).expect("an engine that counts fuel");
    Oracle::new([("one", Engine::default()), ("two", second)])
}

fn call(export: &str, arguments: &[Value]) -> Call {
    Call { export: export.to_owned(), arguments: arguments.to_vec() }
}

/// Runs `f` (with 7, if it wants something) in `(module one...)` and `(module two...)`.
fn run(oracle: &Oracle, one: &str, two: &str) -> Report {
    let modules = [format!("(module {one})"), format!("(module {two})")];
    let trial = oracle.compile_each(modules.iter().map(String::as_bytes));
    let calls = trial.module().map(|module| Script::new(calls(module)));
    match calls {
        Some(script) => trial.run(&script),
        None => trial.report().clone(),
    }
}

fn calls(module: &falkirk_runtime::Module) -> Vec<Call> {
    let has_f = module.get_export("f").is_some();
    if has_f { vec![call("f", &[])] } else { Vec::new() }
}

/// The two must differ at `place`, where they have `found`; a `_` in both stays the same, and is replaced by `parts`.
#[track_caller]
fn differ(common: &str, parts: [&str; 2], place: Place, found: [&str; 2]) {
    let [one, two] = parts.map(|part| common.replace('_', part));
    let report = run(&oracle(), &one, &two);
    let Some(difference) = &report.difference else { panic!("no difference:\n{report}") };
    assert_eq!(difference.place, place, "{report}");
    let texts: Vec<&str> = difference.found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, found, "{report}");
    // And with nothing planted there is nothing to find.
    for same in [&one, &two] {
        let report = run(&oracle(), same, same);
        assert_eq!(report.difference, None, "{report}");
    }
}

#[test]
fn results() {
    differ(r#"(func (export "f") (result i32 i64) i32.const 1 i64.const _)"#, ["2", "3"], Place::Result(1), ["2", "3"]);
    let float = r#"(func (export "f") (result f64) f64.const _)"#;
    differ(float, ["0", "-0"], Place::Result(0), ["0.0", "-0.0"]);
    differ(float, ["nan", "nan:0x1"], Place::Result(0), ["nan:0x8000000000000", "nan:0x1"]);
    let function = r#"(func $a (export "a")) (func $b (export "b")) (func (export "f") (result funcref) _)"#;
    differ(function, ["ref.func $a", "ref.func $b"], Place::Result(0), ["function 0", "function 1"]);
    differ(function, ["ref.func $a", "ref.null func"], Place::Result(0), ["function 0", "null"]);
}

#[test]
fn how_calls_end() {
    let body = r#"(func (export "f") (result i32) _)"#;
    differ(body, ["i32.const 4", "unreachable"], Place::Outcome, ["(4)", "trap: unreachable"]);
    let traps = ["unreachable", "(i32.div_s (i32.const 1) (i32.const 0))"];
    differ(body, traps, Place::Failure, ["trap: unreachable", "trap: integer divide by zero"]);
    let callers = r#"(func $g unreachable) (func $h (call $g)) (func (export "f") _)"#;
    let found = ["function 2 at 0x29 (trap: unreachable)", "function 1 at 0x24 (trap: unreachable)"];
    differ(callers, ["(call $g)", "(call $h)"], Place::Frame(1), found);
}

/// Where in a function it failed is compared only if that is asked for.
#[test]
fn offsets() {
    let [one, two] = ["unreachable nop", "nop unreachable"].map(|body| format!(r#"(func (export "f") {body})"#));
    let mut oracle = oracle();
    assert_eq!(run(&oracle, &one, &two).difference, None);
    let difference = run(oracle.frames(Frames::Offsets), &one, &two).difference.expect("a difference");
    assert_eq!(difference.place, Place::Frame(0));
    assert_eq!(difference.found[1].1, "function 0 at 0x1f (trap: unreachable)");
    let [one, two] =
        ["(call $g)", "nop (call $g)"].map(|body| format!(r#"(func $g unreachable) (func (export "f") {body})"#));
    assert_eq!(run(&self::oracle(), &one, &two).difference.map(|difference| difference.place), Some(Place::Frame(1)));
    assert_eq!(run(oracle.frames(Frames::Ignored), &one, &two).difference, None);
}

#[test]
fn modules_that_are_not_accepted_everywhere() {
    let found = ["()", "invalid module at offset 0x1f: type mismatch: expected i32 but nothing on stack"];
    differ_in_compiling(r#"(func (export "f") (result i32) _)"#, ["i32.const 1", ""], found);
    let report = run(&oracle(), "(func (result i32))", "(func (result i32))");
    assert_eq!(report.difference, None);
    assert!(report.rejection().is_some() && report.steps.len() == 1, "{report}");
}

#[track_caller]
fn differ_in_compiling(common: &str, parts: [&str; 2], found: [&str; 2]) {
    let [one, two] = parts.map(|part| common.replace('_', part));
    let difference = run(&oracle(), &one, &two).difference.expect("a difference");
    assert_eq!((difference.step.as_str(), difference.place), ("compile", Place::Outcome));
    let texts: Vec<&str> = difference.found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, found);
}

#[test]
fn calls_of_the_host() {
    let common = r#"(import "a" "log" (func $log (param i32))) (func (export "f") _)"#;
    let one = "(call $log (i32.const 1))";
    let two = "(call $log (i32.const 2))";
    differ(common, [one, two], Place::HostEvent(0), ["calls a.log(1)", "calls a.log(2)"]);
    differ(common, [one, ""], Place::HostEvent(0), ["calls a.log(1)", "nothing more"]);
    let both = format!("{one} {two}");
    differ(common, [&both, one], Place::HostEvent(2), ["calls a.log(2)", "nothing more"]);
}

#[test]
fn start_functions() {
    let common = r#"(import "a" "log" (func $log (param i32))) (start $s) (func $s (call $log (i32.const _)))"#;
    differ(common, ["1", "2"], Place::HostEvent(0), ["calls a.log(1)", "calls a.log(2)"]);
    differ("(start $s) (func $s _)", ["", "unreachable"], Place::Outcome, ["()", "trap: unreachable"]);
}

#[test]
fn memories() {
    let place = Place::Memory { memory: 1, address: 70_001 };
    let found = [
        "0x00011170: 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
        "0x00011170: 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
    ];
    let common = r#"(memory 1) (memory 2) (func (export "f") (i32.store8 1 (i32.const 70001) (i32.const _)))"#;
    differ(common, ["1", "2"], place, found);
    let common = r#"(memory 1) (func (export "f") (drop (memory.grow (i32.const _))))"#;
    differ(common, ["1", "2"], Place::MemorySize(0), ["2 pages", "3 pages"]);
    differ(
        "(memory 1) (data (i32.const _) \"\\07\")",
        ["16", "17"],
        Place::Memory { memory: 0, address: 16 },
        [
            "0x00000010: 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
            "0x00000010: 00 07 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
        ],
    );
}

#[test]
fn globals() {
    let common = r#"(global i32 (i32.const 1)) (global (mut i64) (i64.const 1))
        (func (export "f") (global.set 1 (i64.const _)))"#;
    differ(common, ["5", "6"], Place::Global(1), ["5", "6"]);
    differ("(global f32 (f32.const _))", ["1.5", "inf"], Place::Global(0), ["1.5", "inf"]);
}

#[test]
fn tables() {
    let common = r#"(func $a (export "a")) (func $b (export "b")) (table 3 funcref)
        (func (export "f") (table.set (i32.const 1) _))"#;
    let place = Place::Element { table: 0, element: 1 };
    differ(common, ["(ref.func $a)", "(ref.func $b)"], place, ["function 0", "function 1"]);
    differ(common, ["(ref.func $a)", "(ref.null func)"], place, ["function 0", "null"]);
    let common = r#"(table 3 externref) (func (export "f") (drop (table.grow (ref.null extern) (i32.const _))))"#;
    differ(common, ["1", "0"], Place::TableSize(0), ["4 elements", "3 elements"]);
}

/// Values of the host are told apart by their number.
#[test]
fn references_of_the_host() {
    let text = r#"(module (table 2 externref) (global $g (mut externref) (ref.null extern))
        (func (export "f") (param externref externref) (global.set $g (local._ 0))))"#;
    let modules = [text.replace('_', "get"), text.replace("_ 0", "get 1")];
    let oracle = oracle();
    let arguments = [5, 6].map(|number| Value::Ref(Reference::MadeUp(number)));
    let trial = oracle.compile_each(modules.iter().map(String::as_bytes));
    let difference = trial.run(&Script::new([call("f", &arguments)])).difference.expect("a difference");
    assert_eq!(difference.place, Place::Global(0));
    assert_eq!(difference.found[0].1, "host value 5");
    assert_eq!(
        difference.to_string(),
        "f(host value 5, host value 6): global 0\n  one: host value 5\n  two: host value 6"
    );
}

#[test]
fn nans_may_have_other_payloads_but_not_in_exact_comparisons() {
    let common = r#"(memory 1) (global $g (mut f32) (f32.const 0))
        (func (export "f") (result f32)
            (f32.store (i32.const 8) (f32.const _)) (global.set $g (f32.const _)) (f32.const _))"#;
    let [one, two] = ["nan", "-nan:0x400001"].map(|nan| common.replace('_', nan));
    let mut oracle = oracle();
    let report = run(&oracle, &one, &two);
    assert_eq!(report.difference, None, "{report}");
    oracle.nans(Nans::Exact);
    assert_eq!(run(&oracle, &one, &two).difference.expect("a difference").place, Place::Result(0));
}

/// Behind a limit engines may be anywhere, so the rest of the run is left out; the next run is compared again.
#[test]
fn limits_end_a_run() {
    let text = r#"(module (global $g (mut i32) (i32.const 0))
        (func $r (export "r") (global.set $g (i32.const _)) (call $r))
        (func (export "f") (result i32) (i32.const _)))"#;
    let modules = ["1", "2"].map(|number| text.replace('_', number));
    let oracle = oracle();
    let trial = oracle.compile_each(modules.iter().map(String::as_bytes));
    let runs = vec![vec![call("r", &[]), call("f", &[])], vec![call("f", &[])]];
    let report = trial.run(&Script { runs });
    assert_eq!(report.calls().map(|(call, _)| call.export.as_str()).collect::<Vec<_>>(), ["r", "f"]);
    assert!(report.calls().next().is_some_and(|(_, step)| step.is_at_limit()), "{report}");
    assert_eq!(report.difference.expect("a difference").place, Place::Result(0));
}

/// Also where every engine panics.
#[test]
fn a_panic_is_a_difference() {
    let mut oracle = oracle();
    oracle.instantiate_with(|store, module| {
        let mut linker = Linker::new(store.engine());
        linker.func_wrap("a", "panic", || -> () { panic!("on purpose") })?;
        linker.instantiate(store, module)
    });
    let text = r#"(import "a" "panic" (func $panic)) (func (export "f") (call $panic))"#;
    let report = run(&oracle, text, text);
    let difference = report.difference.expect("a difference");
    assert_eq!((difference.step.as_str(), difference.place), ("f()", Place::Outcome));
    assert!(difference.found.iter().all(|(_, text)| text == "panic: on purpose"), "{difference}");
}

/// The script follows from its seed, and made-up imports do the same each time.
#[test]
fn a_seed_is_all_that_matters() {
    let text = r#"(module
        (import "a" "b" (func $import (param i32) (result i64 externref)))
        (import "a" "c" (global $c (mut i64))) (import "a" "d" (table $d 3 funcref))
        (memory (export "memory") 1 10) (table $t (export "table") 2 20 externref)
        (global (export "global") (mut i64) (i64.const 0))
        (func (export "f") (param i32) (result i64)
            (local $n i32) (local $e externref)
            (loop $again
                (call $import (local.get 0))
                local.set $e
                (global.set 1 (i64.add (global.get 1)))
                (table.set $t (i32.const 0) (local.get $e))
                (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 20))))
            (global.get 1)))"#;
    for seed in 0..20 {
        let report = oracle().check(text, |module| Script::random(module, seed));
        assert_eq!(report.difference, None, "{report}");
        assert_eq!(report.calls().count(), 4, "{report}");
        assert!(report.steps.iter().map(|step| step.host_events).sum::<usize>() > 0);
        let again = oracle().check(text, |module| Script::random(module, seed));
        assert_eq!(report.to_string(), again.to_string());
    }
}
