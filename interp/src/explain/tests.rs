//! Tests: every instruction is known, and reads as it should.

use std::path::Path;
use std::sync::Arc;

use falkirk_runtime::module::{ModuleInfo, Naming};
use falkirk_runtime::{Config, Engine, Module};

use super::{Listing, explain};
use crate::Interpreter;

struct Numbers;

impl Naming for Numbers {
    fn local(&self, index: u32) -> String {
        format!("${index}")
    }
    fn function(&self, index: u32) -> String {
        format!("f{index}")
    }
    fn global(&self, index: u32) -> String {
        format!("g{index}")
    }
    fn table(&self, index: u32) -> String {
        format!("table{index}")
    }
    fn memory(&self, index: u32) -> String {
        format!("memory{index}")
    }
    fn function_type(&self, index: u32) -> String {
        format!("type{index}")
    }
}

fn module(bytes: impl AsRef<[u8]>) -> Module {
    let mut config = Config::new();
    config.lazy_above(Some(0));
    let engine = Engine::with_backend(&config, Arc::new(Interpreter)).expect("an engine");
    Module::new(&engine, bytes).expect("a module")
}

fn listing(module: &Module, index: u32) -> Listing {
    let settings = *module.engine().config().settings();
    explain(module.info(), index, settings, &Numbers).expect("within the limits")
}

/// The code of a module's last function, a line each.
fn code(text: &str) -> String {
    let module = module(text);
    let mut code = String::new();
    for line in listing(&module, module.info().functions.len() as u32 - 1).lines {
        if let Some(label) = line.label {
            code += &format!("{label}:\n");
        }
        code += &line.text;
        code.push('\n');
    }
    code
}

fn check_all(info: &ModuleInfo, module: &Module) {
    for number in 0..info.bodies.len() as u32 {
        let index = info.imported_functions + number;
        let listing = listing(module, index);
        let mut next = 0;
        for line in &listing.lines {
            assert!(!line.text.contains("unknown") && !line.text.contains('?'), "function {index}: {line:?}");
            assert!(line.at == 0 || !line.operators.is_empty(), "function {index}: {line:?}");
            assert!(line.at >= next && line.operators.is_sorted(), "function {index}: {line:?}");
            next = line.at + 1;
        }
    }
}

#[test]
fn every_instruction_of_real_programs_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests/built");
    let mut checked = 0;
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let module = module(std::fs::read(&path).expect("a module"));
            check_all(module.info(), &module);
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} modules");
}

#[test]
fn operators_that_became_one_instruction_stand_in_it() {
    let text = "(module (memory 1) (func (param i32 i32) (result i32) (local i32)
        (loop $again
            (local.set 2 (i32.add (local.get 2) (i32.load offset=4 (local.get 0))))
            (local.set 0 (i32.add (local.get 0) (i32.const 8)))
            (br_if $again (i32.lt_u (local.get 0) (local.get 1))))
        (i32.div_s (local.get 2) (local.get 1))))";
    let expected = "$2 = 0
L0:
$2 = i32.add (i32.load [$0 + 4]), $2
goto L0 if i32.lt_u ($0 = i32.add $0, 8), $1
t0 = i32.div_s $2, $1
return acc
";
    assert_eq!(code(text), expected);
    let module = module(text);
    let lines = listing(&module, 0).lines;
    let operators: Vec<usize> = lines.iter().map(|line| line.operators.len()).collect();
    // The loop: the load, the sum, `local.set`; then the sum, `local.set`, the comparison, the branch.
    assert_eq!(operators, [0, 3, 4, 1, 1]);
}

#[test]
fn what_is_taken_apart_again_keeps_its_operators() {
    let text = "(module (func (param i32 i32 i32)
        (loop $again
            (local.set 0 (i32.add (local.get 0) (i32.const 1)))
            (local.set 1 (i32.add (local.get 1) (i32.const 4)))
            (br_if $again (i32.ne (local.get 1) (local.get 2))))))";
    let expected = "L0:\n$0 = i32.add $0, 1\ngoto L0 if i32.ne ($1 = i32.add $1, 4), $2\nreturn\n";
    assert_eq!(code(text), expected);
    let operators: Vec<usize> = listing(&module(text), 0).lines.iter().map(|line| line.operators.len()).collect();
    assert_eq!(operators, [2, 4, 1]);
}

#[test]
fn constants_show_in_their_type() {
    let text = "(module (global $g (mut f64) (f64.const 0))
        (func (param f32 f64 i64) (result f32)
            (global.set 0 (f64.add (local.get 1) (f64.const 1)))
            (local.set 2 (i64.mul (local.get 2) (i64.const 0x1_0000_0001)))
            (local.set 2 (i64.xor (local.get 2) (i64.const -1)))
            (f32.mul (local.get 0) (f32.const -2.5))))";
    let expected = "t0 = f64.add $1, 1.0
global.set g0 = t0
$2 = i64.mul $2, 4294967297
$2 = i64.xor acc, -1
t0 = f32.mul $0, -2.5
return acc.f32
";
    assert_eq!(code(text), expected);
}

#[test]
fn branches_name_their_labels() {
    let text = "(module (func (param i32) (result i32)
        (block $a (block $b (block $c (br_table $a $b $c (local.get 0))) (return (i32.const 1))) (return (i32.const 2)))
        (i32.const 3)))";
    let expected = "goto by $0: L2 L1 else L0\nL0:\nreturn 1\nL1:\nreturn 2\nL2:\nreturn 3\n";
    assert_eq!(code(text), expected);
}

#[test]
fn calls_name_what_they_call() {
    let text = "(module
        (import \"\" \"\" (func (param i32)))
        (table 4 funcref) (type $t (func (param i32) (result i32)))
        (func (type $t) (call 0 (local.get 0)) (call_indirect (type $t) (call 1 (i32.const 7)) (local.get 0))))";
    let expected = "t0 = $0
call import f0, frame at t0
t0 = 7
call f1, frame at t0
call_indirect table0[$0] : type0, frame at t0
return acc
";
    assert_eq!(code(text), expected);
}

#[test]
fn memories_and_tables_other_than_the_first_are_named() {
    let text = "(module (memory 1) (memory 1) (table 1 funcref) (table 1 externref) (elem func) (data \"\")
        (func (param i32 externref)
            (i32.store 1 offset=8 (local.get 0) (i32.load 1 (local.get 0)))
            (memory.copy 1 0 (local.get 0) (local.get 0) (local.get 0))
            (memory.init 1 0 (local.get 0) (local.get 0) (local.get 0))
            (table.set 1 (local.get 0) (local.get 1))
            (drop (table.grow 1 (local.get 1) (local.get 0)))
            (table.init 0 0 (local.get 0) (local.get 0) (local.get 0))
            (drop (memory.grow 1 (i32.const 1)))))";
    let expected = "t1 = i32.load memory1 [$0]
i32.store memory1 [$0 + 8] = t1
t0, t1, t2 = $0, $0, $0
memory.copy memory1 t0, t1, t2
t0, t1, t2 = $0, $0, $0
memory.init memory1 0, t0, t1, t2
table.set table1[$0] = $1
t0, t1 = $1, $0
t0 = table.grow table1, t0, t1
t0, t1, t2 = $0, $0, $0
table.init table0, 0, t0, t1, t2
t0 = 1
t0 = memory.grow memory1 t0
return
";
    assert_eq!(code(text), expected);
}

#[test]
fn vectors_take_two_slots_and_one_name() {
    let text = "(module (memory 1) (global (mut v128) (v128.const i64x2 1 2))
        (func (param v128 i32) (result v128) (local v128)
            (local.set 2 (i32x4.add (v128.load offset=16 (local.get 1)) (local.get 0)))
            (v128.store16_lane 3 (local.get 1) (v128.load8_lane 5 (local.get 1) (local.get 2)))
            (global.set 0 (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31 (local.get 0) (global.get 0)))
            (drop (i16x8.extract_lane_s 2 (select (local.get 0) (local.get 2) (local.get 1))))
            (v128.store (local.get 1) (f32x4.replace_lane 1 (v128.const i64x2 1 0) (f32.const 1)))
            (i32x4.splat (v128.any_true (local.get 0)))))";
    let expected = "t0 = v128.load [$1 + 16]
";
    let code = code(text);
    assert!(code.starts_with(expected), "{code}");
    assert!(!code.contains("unknown") && !code.contains("slot "), "{code}");
}
