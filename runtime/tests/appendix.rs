//! The book's page with every instruction, made from the table by which modules are read and validated.
//! `FALKIRK_BLESS=1 cargo test -p falkirk-runtime --test appendix` writes it again.

use std::fmt::Write;

use falkirk_book::appendix::compare;

/// What stands above the instructions.
const HEAD: &str = "# Every instruction\n\nWhat Falkirk executes, by the proposals that brought it. *Behind it* is what follows the \
                    opcode in the module. What an instruction pops and pushes is how many values; where that depends on what \
                    is behind it, nothing is said. The page is made from the table by which modules are read and validated.\n";

/// The proposals whose instructions are executed, by the names of the table, with the headings of the page.
const PROPOSALS: [(&str, &str); 9] = [
    ("mvp", "WebAssembly 1.0"),
    ("sign_extension", "Sign extension"),
    ("saturating_float_to_int", "Conversions that never trap"),
    ("bulk_memory", "Bulk memory"),
    ("reference_types", "References"),
    ("tail_call", "Tail calls"),
    ("function_references", "Typed function references"),
    ("simd", "Vectors"),
    ("relaxed_simd", "Relaxed vectors"),
];

/// Words for what is behind instructions, where the table has short names for it.
const WORDS: [(&str, &str); 17] = [
    ("blockty", "type"),
    ("data_index", "data segment"),
    ("dst_mem", "memory to write"),
    ("dst_table", "table to write"),
    ("elem_index", "element segment"),
    ("function_index", "function"),
    ("global_index", "global"),
    ("hty", "type"),
    ("local_index", "local"),
    ("mem", "memory"),
    ("memarg", "alignment and offset"),
    ("relative_depth", "label"),
    ("src_mem", "memory to read"),
    ("src_table", "table to read"),
    ("targets", "labels"),
    ("ty", "type"),
    ("tys", "types"),
];

/// An instruction of the table.
struct Row {
    proposal: &'static str,
    /// Its name as that of a function: `visit_i32_add`.
    visit: &'static str,
    /// The names of what is behind it.
    immediates: Vec<&'static str>,
    /// What it pops and pushes: `arity 2 -> 1`.
    arity: &'static str,
}

macro_rules! rows {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        vec![$(Row {
            proposal: stringify!($proposal),
            visit: stringify!($visit),
            immediates: vec![$($(stringify!($arg)),*)?],
            arity: stringify!($($arity)*),
        }),*]
    };
}

fn rows() -> Vec<Row> {
    wasmparser::for_each_operator!(rows)
}

/// The name in the text format: `i32.add` for `visit_i32_add`.
fn name(visit: &str) -> String {
    const NAMESPACES: [&str; 19] = [
        "i32", "i64", "f32", "f64", "v128", "i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2", "local", "global",
        "table", "memory", "ref", "elem", "data", "i31",
    ];
    let name = visit.strip_prefix("visit_").expect("a function's name");
    match name.split_once('_') {
        // Two opcodes have this name: with and without types behind them.
        _ if name.starts_with("typed_select") => "select".to_owned(),
        Some((namespace, rest)) if NAMESPACES.contains(&namespace) => format!("{namespace}.{rest}"),
        _ => name.to_owned(),
    }
}

/// What is behind an instruction, in words.
fn word(immediate: &'static str) -> &'static str {
    let found = WORDS.iter().find(|(short, _)| *short == immediate).map(|(_, word)| *word);
    found.or(immediate.strip_suffix("_index")).unwrap_or(immediate)
}

/// How many values are popped and pushed, if that is always the same.
fn arity(row: &Row) -> (&str, &str) {
    let ends = row.arity.split_once(" -> ").map(|(pops, pushes)| (pops.rsplit(' ').next().unwrap_or(pops), pushes));
    ends.filter(|(pops, pushes)| [pops, pushes].into_iter().all(|n| n.parse::<u32>().is_ok())).unwrap_or(("", ""))
}

fn page() -> String {
    let (mut page, rows) = (HEAD.to_owned(), rows());
    for (proposal, heading) in PROPOSALS {
        write!(page, "\n## {heading}\n\n| instruction | behind it | pops | pushes |\n| --- | --- | --: | --: |\n")
            .expect("a string takes everything");
        for row in rows.iter().filter(|row| row.proposal == proposal) {
            let immediates: Vec<&str> = row.immediates.iter().map(|name| word(name)).collect();
            let (pops, pushes) = arity(row);
            writeln!(page, "| `{}` | {} | {pops} | {pushes} |", name(row.visit), immediates.join(", "))
                .expect("a string takes everything");
        }
    }
    page
}

#[test]
fn every_instruction_is_listed() {
    compare("appendix-instructions.md", &page()).unwrap_or_else(|wrong| panic!("{wrong}"));
}

#[test]
fn names_are_those_of_the_text_format() {
    let cases = [
        ("visit_i32_add", "i32.add"),
        ("visit_br_if", "br_if"),
        ("visit_memory_grow", "memory.grow"),
        ("visit_v128_load8x8_s", "v128.load8x8_s"),
        ("visit_ref_as_non_null", "ref.as_non_null"),
        ("visit_return_call_ref", "return_call_ref"),
        ("visit_typed_select", "select"),
    ];
    for (visit, expected) in cases {
        assert_eq!(name(visit), expected);
    }
    for (proposal, _) in PROPOSALS {
        assert!(rows().iter().any(|row| row.proposal == proposal), "{proposal}");
    }
}
