//! Chapter 9: traps by hardware.

use std::collections::BTreeMap;

use falkirk::Trap;

use crate::{instantiate, trap};

// ANCHOR: last
#[test]
fn the_last_address() {
    let (mut store, instance) = instantiate("book/modules/ch09/offsets.wat");
    for (name, offset) in [("small", 100), ("large", 100_000_000)] {
        let load = instance.get_typed_func::<u32, u32>(&store, name).expect("the export");
        // Four bytes are loaded, and the last of them must be below 65,536.
        for index in [0, 65_436 - 4, 65_436 - 3, 65_436, u32::MAX - offset, u32::MAX - offset + 1, u32::MAX] {
            let expected = u64::from(index) + u64::from(offset) + 4 <= 65_536;
            let result = load.call(&mut store, index);
            match expected {
                true => assert_eq!(result.expect("no trap"), 0),
                false => assert_eq!(trap(result.map(drop)), Trap::MemoryOutOfBounds, "{name}({index})"),
            }
        }
    }
}
// ANCHOR_END: last

// ANCHOR: table
/// The trap table of a function, from what `falkirk explain` prints: where machine code can trap, and why.
fn trap_table(explained: &str) -> BTreeMap<u32, &str> {
    let entries = explained.lines().filter_map(|line| {
        let (code, remark) = line.split_once(";; ")?;
        let reason = remark.strip_prefix("trap: ").or(remark.strip_prefix("may trap: "))?;
        let offset = code.split_whitespace().find_map(|word| word.strip_prefix("0x"))?;
        Some((u32::from_str_radix(offset, 16).ok()?, reason))
    });
    entries.collect()
}

/// What the signal handler does: the reason of a fault at this place, if it is a trap.
fn reason<'a>(table: &BTreeMap<u32, &'a str>, start: u64, pc: u64) -> Option<&'a str> {
    let offset = u32::try_from(pc.checked_sub(start)?).ok()?;
    table.get(&offset).copied()
}
// ANCHOR_END: table

#[test]
fn the_table_of_divide() {
    // As this chapter shows it.
    let page = std::fs::read_to_string(falkirk_book::root().join("book/src/ch09-hardware.md")).expect("the chapter");
    let (_, block) = page.split_once("--function divide").expect("the chapter explains `divide`");
    let (block, _) = block.split_once("```").expect("the block ends");
    let table = trap_table(block);
    let reasons: Vec<&str> = table.values().copied().collect();
    assert_eq!(reasons, ["integer overflow", "integer divide by zero"]);
    let start = 0x7f00_0000_1000;
    for (offset, found) in &table {
        assert_eq!(reason(&table, start, start + u64::from(*offset)), Some(*found));
        // In the middle of an instruction no trap begins, and before the function none at all.
        assert_eq!(reason(&table, start, start + u64::from(*offset) + 1), None);
    }
    assert_eq!(reason(&table, start, start - 1), None);
}

// ANCHOR: needs
/// Whether a load or store of a 32-bit memory needs a comparison, if the memory has a reservation and a guard of 32 MiB.
fn needs_comparison(offset: u64, size: u64) -> bool {
    // The highest index is 2^32 - 1, so the last byte is at most at 2^32 - 1 + offset + size - 1.
    let last = u64::from(u32::MAX) + offset + size - 1;
    let reserved = (4 << 30) + (32 << 20);
    last >= reserved
}
// ANCHOR_END: needs

#[test]
fn offsets_that_leave_the_guard() {
    assert!(!needs_comparison(0, 16));
    assert!(!needs_comparison(100, 4));
    assert!(!needs_comparison((32 << 20) - 4, 4));
    assert!(needs_comparison((32 << 20) + 2, 4));
    assert!(needs_comparison(100_000_000, 4));
}
