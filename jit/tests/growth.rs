//! Modules and engines that come and go leave nothing behind. One test, since it measures the whole process.
#![cfg(target_os = "linux")]

mod common;

use common::engine_with;
use falkirk_runtime::{Config, Engine, Linker, Module, Store};

/// A module that no other is equal to.
fn text(number: usize) -> String {
    format!(
        r#"(module
            (func $f (param i32) (result i32) (i32.div_u (i32.const {number}) (local.get 0)))
            (func (export "f") (param i32) (result i32) (i32.add (call $f (local.get 0)) (i32.const 1))))"#
    )
}

/// How many kilobytes of memory this process can access, and in how many mappings: neighbours that are accessible in the
/// same way count as one, as an emulator does not always join them.
///
/// Not how much of it stands in the machine's memory: under an emulator that grows with each instruction that runs for the
/// first time, which the emulator keeps a translation of.
fn used() -> (usize, usize) {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let number = |hexadecimal: &str| usize::from_str_radix(hexadecimal, 16).unwrap();
    let (mut kilobytes, mut mappings, mut last) = (0, 0, (0, ""));
    for line in maps.lines() {
        let (range, rest) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').map(|(start, end)| (number(start), number(end))).unwrap();
        let access = &rest[..4];
        if !access.starts_with("---") {
            kilobytes += (end - start) >> 10;
        }
        if last != (start, access) {
            mappings += 1;
        }
        last = (end, access);
    }
    (kilobytes, mappings)
}

fn load_and_run(engine: &Engine, number: usize) {
    let module = Module::new(engine, text(number)).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Linker::new(engine).instantiate(&mut store, &module).unwrap();
    let f = instance.get_typed_func::<u32, u32>(&mut store, "f").unwrap();
    assert_eq!(f.call(&mut store, 1).unwrap() as usize, number + 1);
    assert!(f.call(&mut store, 0).unwrap_err().trap().is_some());
}

#[test]
fn modules_and_engines_come_and_go_without_growth() {
    modules();
    engines();
}

fn modules() {
    let engine = engine_with(Config::new().memory_reservation(0));
    (0..500).for_each(|number| load_and_run(&engine, number));
    let before = used();
    (500..10_500).for_each(|number| load_and_run(&engine, number));
    let after = used();
    assert!(after.0 < before.0 + 2048, "{} KiB grew to {} KiB", before.0, after.0);
    assert!(after.1 < before.1 + 8, "{} mappings grew to {}", before.1, after.1);
}

fn engines() {
    let round = |number| load_and_run(&engine_with(Config::new().memory_reservation(0)), number);
    (0..50).for_each(round);
    let before = used();
    (50..550).for_each(round);
    let after = used();
    assert!(after.0 < before.0 + 2048, "{} KiB grew to {} KiB", before.0, after.0);
}
