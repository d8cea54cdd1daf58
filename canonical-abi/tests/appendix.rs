//! The book's page with the layout of every type, drawn from the layouts that this crate computes.
//! `FALKIRK_BLESS=1 cargo test -p falkirk-canonical-abi --test appendix` writes it again.

use std::fmt::Write;

use falkirk_book::appendix::compare;
use falkirk_book::draw;
use falkirk_canonical_abi::{Layout, discriminant_size};

/// What stands above the types.
const HEAD: &str = "# Every type in memory\n\nHow the canonical ABI lays out values of each type in a memory with 32-bit \
                    addresses: what is lit is the value, and what is not is padding. The page is drawn from the layouts that \
                    Falkirk computes. An alignment of 4 means that the address is a multiple of 4. *Core values* are what a \
                    function takes if the value does not go through memory.\n";

/// A type with its layout, and what lies where: offset, size, and a word for it.
struct Row {
    wit: &'static str,
    what: &'static str,
    layout: Layout,
    parts: Vec<(u32, u32, &'static str)>,
}

/// A type that is one number.
fn scalar(wit: &'static str, what: &'static str, size: u32) -> Row {
    Row { wit, what, layout: Layout::scalar(size), parts: vec![(0, size, "value")] }
}

/// A type that is an address and a length.
fn pair(wit: &'static str, what: &'static str) -> Row {
    Row { wit, what, layout: Layout::POINTER_PAIR, parts: vec![(0, 4, "address"), (4, 4, "length")] }
}

/// A type with one field behind the other.
fn record<const N: usize>(wit: &'static str, what: &'static str, fields: [(&'static str, Layout); N]) -> Row {
    let layouts = fields.map(|(_, layout)| layout);
    let offsets = Layout::offsets(layouts).into_iter().zip(fields);
    let parts = offsets.map(|(offset, (name, layout))| (offset.at32, layout.at32.size, name)).collect();
    Row { wit, what, layout: Layout::record(&layouts), parts }
}

/// A type with a discriminant, and a payload for some of its cases.
fn variant(wit: &'static str, what: &'static str, cases: &[Option<Layout>]) -> Row {
    let mut parts = vec![(0, discriminant_size(cases.len()), "case")];
    let payload = cases.iter().flatten().map(|case| case.at32.size).max();
    parts.extend(payload.map(|size| (Layout::payload_offset(cases).at32, size, "payload")));
    Row { wit, what, layout: Layout::variant(cases), parts }
}

/// Every type; of those with parts, an example.
fn rows() -> Vec<Row> {
    let [byte, half, word, long] = [1, 2, 4, 8].map(Layout::scalar);
    let flags = |labels| (Layout::flags(labels), vec![(0, Layout::flags(labels).at32.size, "bits")]);
    let ((few, few_parts), (many, many_parts)) = (flags(3), flags(12));
    let fixed = Layout::fixed_list(half, 3);
    vec![
        scalar("bool", "0 or 1. Of a guest, all but 0 is true.", 1),
        scalar("u8, s8", "An integer.", 1),
        scalar("u16, s16", "An integer.", 2),
        scalar("u32, s32", "An integer.", 4),
        scalar("u64, s64", "An integer.", 8),
        scalar("f32", "A floating point number.", 4),
        scalar("f64", "A floating point number.", 8),
        scalar("char", "The number of a Unicode scalar value.", 4),
        pair("string", "Where its bytes are, and how many; in UTF-16, how many units of 16 bits."),
        pair("list<T>", "Where its elements are, and how many. They stand side by side, each as its type is laid out."),
        Row {
            wit: "list<u16, 3>",
            what: "As many elements each time, in place. A proposal, when this was written.",
            layout: fixed,
            parts: vec![(0, 2, "0"), (2, 2, "1"), (4, 2, "2")],
        },
        record(
            "record { a: u8, b: u32, c: u16 }",
            "One field behind the other, each at a multiple of its alignment.",
            [("a", byte), ("b", word), ("c", half)],
        ),
        record("tuple<u8, u64>", "A record whose fields have numbers for names.", [("0", byte), ("1", long)]),
        variant(
            "variant { none, small(u8), large(u64) }",
            "The number of the case, then room for the largest payload, where every payload can stand.",
            &[None, Some(byte), Some(long)],
        ),
        variant("enum { red, green, blue }", "A variant without payloads.", &[None, None, None]),
        variant("option<u16>", "A variant: `none`, or `some`.", &[None, Some(half)]),
        variant("result<u32, string>", "A variant: `ok`, or `error`.", &[Some(word), Some(Layout::POINTER_PAIR)]),
        Row {
            wit: "flags { read, write, run }",
            what: "A bit for each, the first one lowest.",
            layout: few,
            parts: few_parts,
        },
        Row {
            wit: "flags with 12 names",
            what: "Two bytes from nine names on, and four from seventeen on. There may be no more than 32.",
            layout: many,
            parts: many_parts,
        },
        Row {
            wit: "own<R>, borrow<R>",
            what: "A handle: an index into the guest's table.",
            layout: Layout::HANDLE,
            parts: vec![(0, 4, "index")],
        },
    ]
}

/// The cells of a value: lit where a part is.
fn picture(row: &Row) -> String {
    let lit = |at: u32| row.parts.iter().any(|(offset, size, _)| (*offset..offset + size).contains(&at));
    let cells: Vec<&str> = (0..row.layout.at32.size).map(|at| if lit(at) { "*." } else { "." }).collect();
    let mut source = format!("memory A value of the type {}\nrow 0\ncells {}\n", row.wit, cells.join(" "));
    for (offset, size, word) in &row.parts {
        writeln!(source, "mark {offset} {} {word}", offset + size).expect("a string takes everything");
    }
    draw::draw(&source).expect("the picture can be drawn")
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for row in rows() {
        let Layout { at32, at64, flat } = row.layout;
        let size = |size: u32| if size == 1 { "1 byte".to_owned() } else { format!("{size} bytes") };
        write!(page, "\n## `{}`\n\n{} {}, alignment {}", row.wit, row.what, size(at32.size), at32.align)
            .expect("a string");
        if at32 != at64 {
            write!(page, "; with 64-bit addresses {}, alignment {}", size(at64.size), at64.align).expect("a string");
        }
        let values = if flat == 1 { "core value" } else { "core values" };
        write!(page, "; {flat} {values}.\n\n<figure>\n{}</figure>\n", picture(&row)).expect("a string");
    }
    page
}

#[test]
fn every_type_is_drawn_as_it_is_laid_out() {
    compare("appendix-types.md", &page()).unwrap_or_else(|wrong| panic!("{wrong}"));
}

/// What is drawn is within the value, and nothing lies in another's place.
#[test]
fn parts_lie_side_by_side() {
    for row in rows() {
        let mut end = 0;
        for (offset, size, _) in &row.parts {
            assert!(*offset >= end && offset.is_multiple_of((*size).min(row.layout.at32.align)), "{}", row.wit);
            end = offset + size;
        }
        assert!(end <= row.layout.at32.size && row.layout.at32.size < end + row.layout.at32.align, "{}", row.wit);
    }
}
