//! Strings from each encoding to each, with the calls of `realloc` that the specification prescribes.

use falkirk_canonical_abi::*;

use super::check::{Case, all_options};

const STRINGS: &[&str] = &[
    "",
    "a",
    "hi",
    "\0",
    "a\0b",
    "\u{80}",
    "\u{80}b",
    "ab\u{ef}c",
    "\u{1ff}y",
    "xy\u{1ff}",
    "a\u{d7ff}b",
    "a\u{2ff}\u{3ff}\u{4ff}bc",
    "\u{f123}",
    "\u{f123}\u{f123}abc",
    "abcdef\u{f123}",
    // Further than the reference: four bytes of UTF-8, and a mixture.
    "\u{1f6a2}",
    "a\u{e9}\u{1f6a2}\u{df}z",
];

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|char| u8::try_from(char).ok()).collect()
}

/// All the ways in which a guest may have a string: bytes, and the tagged length.
fn encoded(text: &str, options: Options) -> Vec<(Vec<u8>, u64)> {
    let units = text.encode_utf16().count() as u64;
    match options.string_encoding {
        StringEncoding::Utf8 => vec![(text.into(), text.len() as u64)],
        StringEncoding::Utf16 => vec![(utf16(text), units)],
        StringEncoding::Latin1Utf16 => {
            let wide = (utf16(text), units | options.ptr_type.utf16_tag());
            let narrow = latin1(text).map(|bytes| (bytes.clone(), bytes.len() as u64));
            narrow.into_iter().chain([wide]).collect()
        }
    }
}

/// Strings that are longer than the blocks in which ASCII is looked for, with something else at each place.
#[test]
fn long_strings_cross() {
    let types = Types::new();
    for length in [63, 64, 65, 129] {
        for at in [0, 1, 31, 32, 62, 63, length - 1] {
            for char in ['x', '\u{e9}', '\u{1ff}', '\u{1f6a2}'] {
                let text: String = (0..length).map(|i| if i == at { char } else { 'a' }).collect();
                for options in all_options().filter(|options| options.ptr_type == PtrType::I32) {
                    for (memory, length) in encoded(&text, options) {
                        let flat = [0, length];
                        let case = Case { types: &types, ty: Type::String, flat: &flat, memory: &memory, options };
                        assert_eq!(case.lift(), Ok(Val::from(text.as_str())));
                        for target in all_options() {
                            case.copy_and_lift(&Val::from(text.as_str()), target, 1);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_string_crosses_in_every_encoding() {
    let types = Types::new();
    let mut cases = 0;
    for text in STRINGS {
        for options in all_options() {
            for (memory, length) in encoded(text, options) {
                let case = Case { types: &types, ty: Type::String, flat: &[0, length], memory: &memory, options };
                case.is(&Val::from(*text));
                cases += 1;
            }
        }
    }
    assert!(cases > 6 * STRINGS.len());
}

/// The calls of `realloc` when a string goes from one encoding to another, as `old,size,align,size`.
fn calls(from: (StringEncoding, bool), to: StringEncoding, text: &str) -> String {
    let source = Options { string_encoding: from.0, ..Options::default() };
    let target = Options { string_encoding: to, ..Options::default() };
    let ways = encoded(text, source);
    let (memory, length) = if from.1 { ways.last() } else { ways.first() }.expect("a way");
    let (mut caller, mut callee) = (Heap::new(memory), Heap::new([0; 8]));
    let mut types = Types::new();
    let func = types.func([("text", Type::String)], None).expect("a function type");
    let mut pair = Two { source: &mut caller, target: &mut callee };
    let mut copier = Copier::new(&mut pair, source, target, TypeEnv::new(&types));
    copier.copy_params(&func, &[0, *length], &mut FlatValues::default()).expect("a string is copied");
    let calls: Vec<String> =
        callee.calls.iter().map(|([old, size, align, new], _)| format!("{old},{size},{align},{new}")).collect();
    calls.join(" ")
}

#[test]
fn realloc_is_called_as_the_specification_says() {
    use StringEncoding::{Latin1Utf16, Utf8, Utf16};
    let (utf8, utf16, narrow, wide) = ((Utf8, false), (Utf16, false), (Latin1Utf16, false), (Latin1Utf16, true));
    let table = [
        // One copy.
        (utf8, Utf8, "h\u{e9}", "0,0,1,3"),
        (utf16, Utf16, "h\u{e9}", "0,0,2,4"),
        (narrow, Latin1Utf16, "h\u{e9}", "0,0,2,2"),
        (narrow, Utf16, "h\u{e9}", "0,0,2,4"),
        (utf8, Utf8, "", "0,0,1,0"),
        // To UTF-8: ASCII is hoped for, then the worst case is asked for and given back.
        (utf16, Utf8, "hi", "0,0,1,2"),
        (utf16, Utf8, "h\u{e9}", "0,0,1,2 8,2,1,6 10,6,1,3"),
        (utf16, Utf8, "\u{f123}", "0,0,1,1 8,1,1,3"),
        (narrow, Utf8, "h\u{e9}", "0,0,1,2 8,2,1,4 10,4,1,3"),
        (narrow, Utf8, "\u{e9}", "0,0,1,1 8,1,1,2"),
        // From UTF-8 to UTF-16: the worst case at once.
        (utf8, Utf16, "hi", "0,0,2,4"),
        (utf8, Utf16, "h\u{e9}", "0,0,2,6 8,6,2,4"),
        // To Latin-1 if possible.
        (utf8, Latin1Utf16, "hi", "0,0,2,2"),
        (utf8, Latin1Utf16, "h\u{e9}", "0,0,2,3 8,3,2,2"),
        (utf8, Latin1Utf16, "h\u{1ff}", "0,0,2,3 8,3,2,6 12,6,2,4"),
        (utf16, Latin1Utf16, "h\u{e9}", "0,0,2,2"),
        (utf16, Latin1Utf16, "h\u{1ff}", "0,0,2,2 8,2,2,4"),
        // From UTF-16 that was meant to be necessary.
        (wide, Latin1Utf16, "h\u{e9}", "0,0,2,4 8,4,1,2"),
        (wide, Latin1Utf16, "h\u{1ff}", "0,0,2,4"),
        (wide, Utf16, "h\u{1ff}", "0,0,2,4"),
        (wide, Utf8, "h\u{1ff}", "0,0,1,2 8,2,1,6 10,6,1,3"),
    ];
    for (from, to, text, expected) in table {
        assert_eq!(calls(from, to, text), expected, "{text:?} from {from:?} to {to:?}");
    }
}

#[test]
fn what_is_no_text_traps() {
    let types = Types::new();
    let check = |string_encoding, memory: &[u8], length, message: &str| {
        let options = Options { string_encoding, ptr_type: PtrType::I32 };
        Case { types: &types, ty: Type::String, flat: &[0, length], memory, options }.traps(message);
    };
    check(StringEncoding::Utf8, b"ab\xff", 3, "a string is not UTF-8 after its first 2 bytes");
    check(StringEncoding::Utf8, b"\xed\xa0\x80", 3, "a string is not UTF-8 after its first 0 bytes");
    check(StringEncoding::Utf8, b"caf\xc3\xa9", 4, "a string is not UTF-8 after its first 3 bytes");
    check(StringEncoding::Utf16, b"a\0\0\xd8b\0", 3, "a string is not UTF-16 after its first 1 code units");
    check(StringEncoding::Utf16, b"\x3d\xd8\xa2\xde\0\xdc", 3, "a string is not UTF-16 after its first 2 code units");
    let long: Vec<u8> = utf16(&"a".repeat(70)).into_iter().chain([0, 0xdc]).collect();
    check(StringEncoding::Utf16, &long, 71, "a string is not UTF-16 after its first 70 code units");
    let tagged = 1 | PtrType::I32.utf16_tag();
    check(StringEncoding::Latin1Utf16, b"\0\xd8", tagged, "a string is not UTF-16 after its first 0 code units");
}
