//! Scripts about scripts: what must pass does, and what must not does not.

use super::{Report, Runner};
use crate::Engine;

fn run(script: &str) -> Report {
    Runner::new(&Engine::default()).run_script("test.wast", script)
}

#[track_caller]
fn passes(script: &str) {
    let report = run(script);
    assert!(report.is_success(), "{report}");
}

/// The last directive must fail, with this in its message.
#[track_caller]
fn fails(script: &str, wanted: &str) {
    let report = run(script);
    let Some(failure) = report.failed.last() else { panic!("nothing fails") };
    assert!(failure.message.contains(wanted), "{failure}");
    assert_eq!(report.failed.len(), 1, "{report}");
}

/// A module that gives back what it is given, in front of some directives.
fn identity(ty: &str, directives: &str) -> String {
    format!(r#"(module (func (export "id") (param {ty}) (result {ty}) (local.get 0))) {directives}"#)
}

#[test]
fn nan_patterns() {
    let canonical = r#"(assert_return (invoke "id" (f32.const -nan)) (f32.const nan:canonical))"#;
    let arithmetic = r#"(assert_return (invoke "id" (f32.const nan:0x600000)) (f32.const nan:arithmetic))"#;
    passes(&identity("f32", &format!("{canonical} {arithmetic}")));
    let other = r#"(assert_return (invoke "id" (f32.const nan:0x600000)) (f32.const nan:canonical))"#;
    fails(&identity("f32", other), "wanted f32 nan:canonical");
    let signalling = r#"(assert_return (invoke "id" (f64.const nan:0x1)) (f64.const nan:arithmetic))"#;
    fails(&identity("f64", signalling), "wanted f64 nan:arithmetic");
}

#[test]
fn vector_patterns() {
    let nan =
        r#"(assert_return (invoke "id" (v128.const f32x4 1 nan -0 inf)) (v128.const f32x4 1 nan:canonical -0 inf))"#;
    let either = r#"(assert_return (invoke "id" (v128.const i32x4 1 2 3 4))
        (either (v128.const i32x4 0 0 0 0) (v128.const i32x4 1 2 3 4)))"#;
    passes(&identity("v128", &format!("{nan} {either}")));
    let lanes =
        r#"(assert_return (invoke "id" (v128.const i16x8 0 1 2 3 4 5 6 7)) (v128.const i16x8 0 1 2 3 4 5 6 8))"#;
    fails(&identity("v128", lanes), "wanted");
}

#[test]
fn references() {
    passes(&identity("externref", r#"(assert_return (invoke "id" (ref.extern 3)) (ref.extern 3))"#));
    passes(&identity("externref", r#"(assert_return (invoke "id" (ref.null extern)) (ref.null extern))"#));
    fails(&identity("externref", r#"(assert_return (invoke "id" (ref.extern 3)) (ref.extern 4))"#), "wanted");
    fails(&identity("funcref", r#"(assert_return (invoke "id" (ref.null func)) (ref.func))"#), "the null funcref");
}

#[test]
fn definitions_and_instances() {
    passes(
        r#"(module definition $counter
             (global $n (mut i32) (i32.const 0))
             (func (export "next") (result i32)
               (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
           (module instance $a $counter)
           (module instance $b $counter)
           (assert_return (invoke $a "next") (i32.const 1))
           (assert_return (invoke $a "next") (i32.const 2))
           (assert_return (invoke $b "next") (i32.const 1))
           (register "counter" $a)
           (module (import "counter" "next" (func $next (result i32))) (export "next" (func $next)))
           (assert_return (invoke "next") (i32.const 3))"#,
    );
}

#[test]
fn traps_are_told_apart() {
    let module = r#"(module (func (export "stop") unreachable) (func $f (export "down") (call $f)))"#;
    passes(&format!(r#"{module} (assert_trap (invoke "stop") "unreachable")"#));
    passes(&format!(r#"{module} (assert_exhaustion (invoke "down") "call stack exhausted")"#));
    fails(&format!(r#"{module} (assert_trap (invoke "down") "unreachable")"#), "call stack exhausted");
    fails(&format!(r#"{module} (assert_exhaustion (invoke "stop") "call stack exhausted")"#), "unreachable");
}

/// A link error is no trap, and a trap is no link error.
#[test]
fn linking_and_instantiation() {
    let unknown = r#"(module (import "nowhere" "f" (func)))"#;
    let trapping = r#"(module (func $start unreachable) (start $start))"#;
    passes(&format!(r#"(assert_unlinkable {unknown} "unknown import")"#));
    passes(&format!(r#"(assert_trap {trapping} "unreachable")"#));
    fails(&format!(r#"(assert_trap {unknown} "unreachable")"#), "unknown import");
    fails(&format!(r#"(assert_unlinkable {trapping} "unknown import")"#), "unreachable");
}

#[test]
fn a_script_that_does_not_parse_is_one_failure() {
    let report = run("(module)\n  (assert_retrun)");
    assert_eq!((report.failed.len(), report.passed), (1, 0));
    assert_eq!((report.failed[0].line, report.failed[0].column), (2, 4));
}

#[test]
fn a_directive_has_a_time_limit() {
    let mut runner = Runner::new(&Engine::default());
    runner.time_limit(Some(std::time::Duration::from_millis(20)));
    let script = r#"(module (func (export "f") (loop $l (br $l)))) (invoke "f") (module)"#;
    let report = runner.run_script("endless.wast", script);
    assert_eq!((report.failed.len(), report.passed), (1, 2), "{report}");
}
