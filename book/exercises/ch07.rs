//! Chapter 7: calls, tables, traps.

use falkirk::Trap;

use crate::{instantiate, trap};

#[test]
fn even_and_odd_use_no_stack() {
    let (mut store, instance) = instantiate("book/exercises/even.wat");
    for (name, n, expected) in
        [("even", 0, 1), ("even", 1, 0), ("odd", 0, 0), ("odd", 7, 1), ("even", 1_000_000, 1), ("odd", 1_000_000, 0)]
    {
        let function = instance.get_typed_func::<u32, u32>(&store, name).expect("the export");
        assert_eq!(function.call(&mut store, n).expect("no trap"), expected, "{name}({n})");
    }
}

#[test]
fn a_division_that_never_traps() {
    let (mut store, instance) = instantiate("book/exercises/divide_or.wat");
    let divide = instance.get_typed_func::<(i32, i32, i32), i32>(&store, "divide_or").expect("the export");
    for (a, b, expected) in
        [(7, 2, 3), (-7, 2, -3), (7, 0, 99), (i32::MIN, -1, 99), (i32::MIN, 1, i32::MIN), (5, -1, -5)]
    {
        assert_eq!(divide.call(&mut store, (a, b, 99)).expect("no trap"), expected, "{a} / {b}");
    }
}

// ANCHOR: leaves
#[test]
fn what_was_written_before_a_trap_stays() {
    let (mut store, instance) = instantiate("book/exercises/leaves.wat");
    let memory = instance.get_memory(&store, "memory").expect("the guest exports its memory");
    let leave = instance.get_typed_func::<(), ()>(&store, "leave").expect("the export");
    for calls in 1..=3 {
        assert_eq!(trap(leave.call(&mut store, ())), Trap::Unreachable);
        assert_eq!(memory.slice(&store, 0, 1).expect("in bounds"), [calls]);
    }
}
// ANCHOR_END: leaves
