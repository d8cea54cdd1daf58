//! Tests: what is shown is what runs, and reads as it should.

use std::path::Path;
use std::sync::Arc;

use falkirk_runtime::module::Naming;
use falkirk_runtime::{Config, Engine, Module};

use super::{ClifKind, Listing, MachineKind, MachineLine, explain};
use crate::translate::{Compiled, ModuleEnv};
use crate::{Jit, compile, isa};

struct Numbers;

impl Naming for Numbers {
    fn local(&self, index: u32) -> String {
        format!("${index}")
    }
    fn function(&self, index: u32) -> String {
        format!("$f{index}")
    }
    fn global(&self, index: u32) -> String {
        format!("$g{index}")
    }
    fn table(&self, index: u32) -> String {
        format!("$t{index}")
    }
    fn memory(&self, index: u32) -> String {
        format!("$m{index}")
    }
    fn function_type(&self, index: u32) -> String {
        format!("${index}")
    }
}

fn module(bytes: impl AsRef<[u8]>) -> Module {
    let engine = Engine::with_backend(&Config::new(), Arc::new(Jit::new().expect("a JIT"))).expect("an engine");
    Module::new(&engine, bytes).expect("a module")
}

fn listing(module: &Module, index: u32) -> Listing {
    let settings = *module.engine().config().settings();
    explain(module.info(), index, settings, Compiled::All, &Numbers).expect("within the limits")
}

/// The last function of a module.
fn last(text: &str) -> Listing {
    let module = module(text);
    listing(&module, module.info().functions.len() as u32 - 1)
}

fn notes(listing: &Listing) -> Vec<&str> {
    let clif = listing.clif.iter().filter_map(|line| line.note.as_deref());
    clif.chain(listing.machine.iter().filter_map(|line| line.note.as_deref())).collect()
}

/// Checks that the bytes which are shown are those that the JIT makes, except where calls have addresses.
fn check_all(module: &Module) {
    let info = module.info();
    let settings = *module.engine().config().settings();
    let env = ModuleEnv { info: info.clone(), settings, compiled: Compiled::All };
    let unit = compile::compile(&env, &*isa::host().expect("a JIT")).expect("within the limits");
    for (number, code) in unit.functions.iter().enumerate() {
        let index = info.imported_functions + number as u32;
        let listing = listing(module, index);
        let mut made = unit.text[code.start as usize..code.end as usize].iter();
        for line in &listing.machine {
            let bytes: Vec<u8> = made.by_ref().take(line.bytes.len()).copied().collect();
            let is_call = line.text.contains("$f");
            assert!(is_call || bytes == line.bytes, "function {index}: {line:?} is {bytes:x?}");
            assert!(!line.text.contains("(bad)") && !line.text.contains(".word"), "function {index}: {line:?}");
        }
        assert_eq!(made.len(), 0, "function {index} goes on");
        for line in listing.clif.iter().filter(|line| line.kind == ClifKind::Instruction) {
            assert!(!line.text.is_empty() && !line.text.starts_with('@'), "function {index}: {line:?}");
        }
    }
}

#[test]
fn what_is_shown_of_real_programs_is_what_runs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../guests/built");
    let mut checked = 0;
    for file in std::fs::read_dir(folder).expect("the folder is there") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            check_all(&module(std::fs::read(&path).expect("a module")));
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} modules");
}

#[test]
fn lines_know_their_operators() {
    let module = module(
        "(module (memory 1) (func (param i32 i32) (result i32)
            (i32.div_u (i32.load offset=4 (local.get 0)) (local.get 1))))",
    );
    let body = module.info().bodies[0].clone();
    // No locals; local.get, i32.load, local.get, i32.div_u.
    let (load, divide) = (body.start + 1 + 2, body.start + 1 + 2 + 3 + 2);
    let listing = listing(&module, 0);
    let of = |operator: usize| {
        let lines = listing.clif.iter().filter(|line| line.origin.is_some_and(|origin| origin.operator == operator));
        lines.map(|line| line.text.clone()).collect::<Vec<_>>().join("\n")
    };
    assert!(of(load).contains("load.i32"), "{}", of(load));
    assert!(of(divide).contains("udiv"), "{}", of(divide));
    let machine: Vec<&MachineLine> = listing.machine.iter().filter(|line| line.origin.is_some()).collect();
    assert!(machine.iter().any(|line| line.origin.is_some_and(|origin| origin.operator == load)), "{machine:#?}");
    assert!(listing.clif[0].origin.is_none() && listing.machine[0].origin.is_none());
}

#[test]
fn traps_have_their_names() {
    let listing = last("(module (func (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))");
    let notes = notes(&listing);
    assert!(notes.contains(&"may trap: integer divide by zero, or integer overflow"), "{notes:?}");
    assert!(notes.contains(&"trap: integer divide by zero"), "{notes:?}");
}

#[test]
fn calls_and_places_have_their_names() {
    let listing = last(
        r#"(module (import "" "" (func (param i32))) (memory 1) (global (mut i32) (i32.const 0))
            (func (result i32) (loop) (i32.const 1))
            (func (call 0 (global.get 0)) (drop (memory.grow (call 1)))))"#,
    );
    let notes = notes(&listing);
    for note in ["the import $f0", "the code of $f0", "global $g0", "$f1", "the library's MemoryGrow"] {
        assert!(notes.contains(&note), "{note}: {notes:?}");
    }
    assert!(listing.machine.iter().any(|line| line.text.ends_with(" $f1")), "{:#?}", listing.machine);
}

#[test]
fn tables_and_constants_are_no_instructions() {
    let listing = last(
        "(module (func (param i32) (result v128)
            (block (block (block (block (br_table 0 1 2 3 (local.get 0)))
                (return (v128.const i32x4 1 2 3 4)))
                (return (v128.const i32x4 5 6 7 8)))
                (return (v128.const i32x4 9 10 11 12)))
            (v128.const i32x4 13 14 15 16)))",
    );
    let table: Vec<&MachineLine> = listing.machine.iter().filter(|line| line.kind == MachineKind::Table).collect();
    assert!(table.len() >= 3, "{:#?}", listing.machine);
    for entry in table {
        let target = entry.text.strip_prefix("-> 0x").and_then(|text| u32::from_str_radix(text, 16).ok());
        let is_there = |line: &MachineLine| line.kind == MachineKind::Instruction && Some(line.at) == target;
        assert!(listing.machine.iter().any(is_there), "{entry:?}");
    }
    let constants = listing.machine.iter().filter(|line| line.kind == MachineKind::Constant && line.text != "padding");
    assert!(constants.count() >= 8, "{:#?}", listing.machine);
}
