//! What compilation gives: the same for the same module, however many threads there are.

use std::fmt::Write;
use std::sync::Arc;

use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::{Config, Engine, Module};

use crate::translate::{Compiled, ModuleEnv};
use crate::unit::Unit;
use crate::{Jit, compile, isa};

fn info(text: &str) -> Arc<ModuleInfo> {
    let engine = Engine::with_backend(&Config::new(), Arc::new(Jit::new().expect("a JIT"))).expect("an engine");
    Module::new(&engine, text).expect("a module").info().clone()
}

fn unit(info: &Arc<ModuleInfo>, compiled: Compiled, threads: usize) -> Unit {
    let settings = *Config::new().compile_threads(threads).settings();
    let env = ModuleEnv { info: info.clone(), settings, compiled };
    compile::compile(&env, &*isa::host().expect("a JIT")).expect("a unit")
}

/// A module of many functions that call one another.
fn many() -> String {
    let mut text = String::from("(module (memory 1) (table 10 funcref) (type $t (func (param i32) (result i32)))");
    for number in 0..300 {
        let (other, offset) = ((number * 7 + 1) % 300, number * 4);
        write!(
            text,
            r#"(func (export "f{number}") (param i32) (result i32)
                (if (i32.eqz (local.get 0)) (then (return (i32.load offset={offset} (local.get 0)))))
                (i32.add
                    (call {other} (i32.sub (local.get 0) (i32.const 1)))
                    (call_indirect (type $t) (local.get 0) (i32.div_u (i32.const {number}) (local.get 0)))))"#
        )
        .expect("a string takes text");
    }
    text + ")"
}

#[test]
fn a_unit_depends_on_the_module_alone() {
    let info = info(&many());
    for compiled in [Compiled::All, Compiled::Even] {
        let one = unit(&info, compiled, 1);
        assert_eq!(unit(&info, compiled, 1), one);
        assert_eq!(unit(&info, compiled, 4), one);
    }
}

#[test]
fn the_tables_are_in_order() {
    let info = info(&many());
    let unit = unit(&info, Compiled::All, 2);
    assert!(unit.trap_offsets.is_sorted_by(|a, b| a < b));
    assert!(unit.place_ends.is_sorted_by(|a, b| a < b));
    assert!(unit.functions.is_sorted_by(|a, b| a.end <= b.start));
    assert_eq!(unit.functions.len(), 300);
    assert!(unit.functions.iter().all(|code| !code.is_empty()));
    for (index, code) in unit.functions.iter().enumerate() {
        let body = info.body(index as u32).expect("a function of the module");
        for offset in code.start..code.end {
            // Where nothing can fail there may be no operator.
            if let Some((function, operator)) = unit.frames_at(offset, 0).last() {
                assert_eq!(function as usize, index);
                assert!(body.contains(&(operator as usize)));
            }
        }
    }
    assert_eq!(unit.bridges.len(), 1);
    assert_eq!(unit.gates.len(), 1, "one for the type that functions in tables are called with");
}

#[test]
fn only_what_is_asked_for_is_compiled() {
    let info = info(&many());
    let unit = unit(&info, Compiled::Even, 2);
    for (index, code) in unit.functions.iter().enumerate() {
        assert_eq!(code.is_empty(), index % 2 == 1);
    }
}

#[test]
fn equal_types_share_bridges_and_gates() {
    let info = info(
        r#"(module
            (type $a (func (param i32)))
            (type $b (func (param i32)))
            (type $c (func (param i64)))
            (type $unused (func (param f32)))
            (import "host" "f" (func $f (type $b)))
            (import "host" "unused" (func (type $unused)))
            (func (export "a") (type $a) (call $f (local.get 0)))
            (func (export "b") (type $b) (return_call $f (local.get 0)))
            (func (type $c)))"#,
    );
    let unit = unit(&info, Compiled::All, 1);
    let [(0, first), (1, second)] = unit.bridges[..] else { panic!("{:?}", unit.bridges) };
    assert_eq!(first, second);
    assert_eq!(gates(&unit), [0]);
}

fn gates(unit: &Unit) -> Vec<u32> {
    unit.gates.iter().map(|(ty, _)| *ty).collect()
}

#[test]
fn there_are_gates_for_what_may_be_called_that_is_no_machine_code() {
    let info = info(
        r#"(module
            (type $a (func (param i32)))
            (type $b (func (param i64)))
            (type $c (func (param f32)))
            (type $d (func (param f64)))
            (type $e (func (param f64 f64)))
            (table 1 funcref)
            (func $direct (param i64 i64 i64))
            (func $0 (call_indirect (type $a) (i32.const 1) (i32.const 0)))
            (func $1 (return_call_indirect (type $b) (i64.const 1) (i32.const 0)))
            (func $2 (param (ref null $c)) (call_ref $c (f32.const 1) (local.get 0)))
            (func $3 (param (ref null $d)) (return_call_ref $d (f64.const 1) (local.get 0)))
            (func $4 (call $direct (i64.const 0) (i64.const 0) (i64.const 0))))"#,
    );
    assert_eq!(gates(&unit(&info, Compiled::All, 1)), [0, 1, 2, 3]);
}

#[test]
fn a_module_with_very_many_types_takes_no_longer_for_it() {
    let mut text = String::from("(module (table 1 funcref)");
    for number in 0..2000 {
        let params: String = (0..11).map(|bit| if number >> bit & 1 == 0 { " i32" } else { " i64" }).collect();
        write!(text, "(type (func (param{params})))").expect("a string takes text");
    }
    let info = info(&(text + "(func (export \"f\")))"));
    let unit = unit(&info, Compiled::All, 1);
    assert_eq!((unit.bridges.len(), unit.gates.len()), (1, 0));
}
