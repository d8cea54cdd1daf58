//! Counts and sizes that promise more than there is, or more than anyone should take.

use falkirk::Engine;
use falkirk_spec_tests::build::{leb, raw_module};

use super::Case;
use super::support::{gives, is_rejected, run, start};

pub const CASES: &[Case] = &[
    Case { name: "vectors_that_promise_four_billion_items", mib: 32, run: promised_vectors },
    Case { name: "sections_longer_than_the_file", mib: 32, run: promised_sections },
    Case { name: "names_longer_than_the_file", mib: 32, run: promised_names },
    Case { name: "every_truncation_of_a_module", mib: 32, run: truncations },
    Case { name: "a_million_types", mib: 512, run: million_types },
    Case { name: "a_million_functions", mib: 512, run: million_functions },
    Case { name: "a_hundred_thousand_exports", mib: 128, run: many_exports },
    Case { name: "a_million_elements", mib: 128, run: million_elements },
    Case { name: "a_hundred_thousand_data_segments", mib: 128, run: many_data_segments },
    Case { name: "a_name_section_of_nonsense", mib: 32, run: nonsense_names },
    Case { name: "a_function_name_of_a_megabyte", mib: 64, run: long_name },
    Case { name: "text_nested_a_hundred_thousand_deep", mib: 256, run: nested_text },
];

/// Each section says that it holds `u32::MAX` items, and holds none.
fn promised_vectors(engine: &Engine) {
    for id in (1..=13).filter(|id| *id != 8) {
        is_rejected(engine, raw_module(&[(id, leb(u64::from(u32::MAX)))]));
    }
    // A type with `u32::MAX` parameters, a body with `u32::MAX` locals and one with a `br_table` of `u32::MAX` labels.
    let many = leb(u64::from(u32::MAX));
    is_rejected(engine, raw_module(&[(1, [&[1, 0x60][..], &many].concat())]));
    for body in [[&[1][..], &many, &[0x7f, 0x0b]].concat(), [&[0, 0x41, 0, 0x0e][..], &many, &[0, 0x0b]].concat()] {
        let code = [&[1][..], &leb(body.len() as u64), &body].concat();
        is_rejected(engine, raw_module(&[(1, vec![1, 0x60, 0, 0]), (3, vec![1, 0]), (10, code)]));
    }
}

fn promised_sections(engine: &Engine) {
    for id in 0..=13 {
        let mut bytes = raw_module(&[]);
        bytes.push(id);
        bytes.extend(leb(u64::from(u32::MAX)));
        is_rejected(engine, bytes);
    }
}

fn promised_names(engine: &Engine) {
    let name = leb(u64::from(u32::MAX));
    is_rejected(engine, raw_module(&[(2, [&[1][..], &name].concat())]));
    is_rejected(engine, raw_module(&[(7, [&[1][..], &name].concat())]));
    is_rejected(engine, raw_module(&[(0, name)]));
}

/// The preamble alone, and the module up to the end of a section, are modules; nothing else is.
fn truncations(engine: &Engine) {
    let whole = include_bytes!("../../../guests/built/greet.wasm");
    let accepted = (0..whole.len()).filter(|length| falkirk::Module::new(engine, &whole[..*length]).is_ok()).count();
    assert!(accepted < 20, "{accepted} of {} truncations are accepted", whole.len());
}

fn million_types(engine: &Engine) {
    let types = [leb(1_000_000), [0x60, 0, 0].repeat(1_000_000)].concat();
    start(engine, raw_module(&[(1, types.clone())])).unwrap_or_else(|error| panic!("{error}"));
    let more = [leb(1_000_001), types[3..].to_vec(), vec![0x60, 0, 0]].concat();
    is_rejected(engine, raw_module(&[(1, more)]));
}

/// Functions `() -> i32` that give 7, the last one exported as `f`.
fn functions(count: u64) -> Vec<u8> {
    let body = [4, 0, 0x41, 7, 0x0b];
    raw_module(&[
        (1, vec![1, 0x60, 0, 1, 0x7f]),
        (3, [leb(count), vec![0; count as usize]].concat()),
        (7, [vec![1, 1, b'f', 0], leb(count - 1)].concat()),
        (10, [leb(count), body.repeat(count as usize)].concat()),
    ])
}

fn million_functions(engine: &Engine) {
    gives(run(engine, functions(1_000_000)), 7);
    is_rejected(engine, functions(1_000_001));
}

fn many_exports(engine: &Engine) {
    let count = 100_000;
    let mut exports = leb(count);
    for number in 0..count {
        let name = number.to_string();
        exports.extend(leb(name.len() as u64));
        exports.extend(name.as_bytes());
        exports.extend([0, 0]);
    }
    let module = raw_module(&[
        (1, vec![1, 0x60, 0, 1, 0x7f]),
        (3, vec![1, 0]),
        (7, exports),
        (10, vec![1, 4, 0, 0x41, 7, 0x0b]),
    ]);
    let mut running = start(engine, module).unwrap_or_else(|error| panic!("{error}"));
    gives(running.call("99999"), 7);
}

/// One active element segment for a table of a million elements, and `call_indirect` of the last.
fn million_elements(engine: &Engine) {
    let count = 1_000_000;
    let call_last = [vec![0, 0x41], vec![0xbf, 0x84, 0x3d], vec![0x11, 0, 0, 0x0b]].concat();
    let module = raw_module(&[
        (1, vec![1, 0x60, 0, 1, 0x7f]),
        (3, vec![2, 0, 0]),
        (4, [vec![1, 0x70, 0], leb(count)].concat()),
        (7, vec![1, 1, b'f', 0, 1]),
        (9, [vec![1, 0, 0x41, 0, 0x0b], leb(count), vec![0; count as usize]].concat()),
        (10, [vec![2, 4, 0, 0x41, 7, 0x0b], leb(call_last.len() as u64), call_last].concat()),
    ]);
    gives(run(engine, module), 7);
}

fn many_data_segments(engine: &Engine) {
    let count = 100_000;
    let segment = [0, 0x41, 0, 0x0b, 1, 42];
    let load = [0, 0x41, 0, 0x2d, 0, 0, 0x0b];
    let module = raw_module(&[
        (1, vec![1, 0x60, 0, 1, 0x7f]),
        (3, vec![1, 0]),
        (5, vec![1, 0, 1]),
        (7, vec![1, 1, b'f', 0, 0]),
        (10, [vec![1, load.len() as u8], load.to_vec()].concat()),
        (11, [leb(count), segment.repeat(count as usize)].concat()),
    ]);
    gives(run(engine, module), 42);
}

/// A function that traps, in a module with this custom section.
fn trapping_with(custom: Vec<u8>) -> Vec<u8> {
    raw_module(&[
        (1, vec![1, 0x60, 0, 0]),
        (3, vec![1, 0]),
        (7, vec![1, 1, b'f', 0, 0]),
        (10, vec![1, 3, 0, 0, 0x0b]),
        (0, custom),
    ])
}

/// Custom sections have no say in whether a module is valid, and names are only looked at for backtraces.
fn nonsense_names(engine: &Engine) {
    let huge = leb(u64::from(u32::MAX));
    let subsections: [Vec<u8>; 6] = [
        vec![],
        huge.clone(),
        [&[1][..], &huge].concat(),
        [&[1, 6][..], &huge].concat(),
        vec![1, 5, 1, 0, 2, 0xff, 0xfe],
        vec![1, 7, 2, 9, 1, b'a', 3, 1, b'b'],
    ];
    for subsection in subsections {
        let custom = [&[4][..], b"name", &subsection].concat();
        let error = run(engine, trapping_with(custom)).expect_err("it traps");
        assert!(error.trap().is_some(), "{error}");
        let _ = format!("{error:?}");
    }
}

fn long_name(engine: &Engine) {
    let name = vec![b'n'; 1 << 20];
    let map = [vec![1, 0], leb(name.len() as u64), name].concat();
    let custom = [&[4][..], b"name", &[1], &leb(map.len() as u64), &map].concat();
    let error = run(engine, trapping_with(custom)).expect_err("it traps");
    assert!(error.trap().is_some(), "{error}");
    let _ = format!("{error:?}");
}

/// The text format nests by parentheses. Whether this deep is taken or refused, nothing overflows.
fn nested_text(engine: &Engine) {
    let depth = 100_000;
    for (open, close) in [("(block ", ")"), ("(if (i32.const 1) (then ", "))"), ("(drop (i32.eqz ", "))"), ("(;", ";)")]
    {
        let text = format!("(module (func (export \"f\") {}{}))", open.repeat(depth), close.repeat(depth));
        let _ = falkirk::Module::new(engine, text);
    }
    let _ = falkirk::Module::new(engine, "(".repeat(1 << 20));
    let _ = falkirk::Module::new(engine, "(module ".repeat(1 << 17));
}
