//! Chapter 1: a module is bytes.

use falkirk::{Engine, Instance, Module, Store};
use falkirk_book::bytes::hand::ADD;
use falkirk_book::bytes::leb128::decode;
use falkirk_book::bytes::sections::split;
use falkirk_book::programs::Result;

// ANCHOR: encode
/// Encodes a number in as few bytes as possible.
fn encode(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
// ANCHOR_END: encode

#[test]
fn what_is_encoded_decodes() {
    for value in [0, 1, 127, 128, 16_383, 16_384, 624_485, u32::MAX - 1, u32::MAX] {
        let bytes = encode(value);
        assert_eq!(decode(&bytes).expect("a number"), (value, bytes.len()));
    }
    assert_eq!(encode(624_485), [0xe5, 0x8e, 0x26]);
    assert_eq!(encode(u32::MAX).len(), 5);
}

// ANCHOR: double
/// `double(a) = a + a`.
#[rustfmt::skip]
const DOUBLE: [u8; 43] = [
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f,
    0x03, 0x02, 0x01, 0x00,
    0x07, 0x0a, 0x01, 0x06, b'd', b'o', b'u', b'b', b'l', b'e', 0x00, 0x00,
    0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20, 0x00, 0x6a, 0x0b,
];
// ANCHOR_END: double

#[test]
fn double_doubles() {
    let engine = Engine::default();
    let module = Module::new(&engine, DOUBLE).expect("a valid module");
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let double = instance.get_typed_func::<i32, i32>(&store, "double").expect("the export");
    assert_eq!(double.call(&mut store, 21).expect("no trap"), 42);
}

// ANCHOR: exports
/// The names of a module's exports.
fn exports(module: &[u8]) -> Result<Vec<String>> {
    let sections = split(module)?;
    let Some(section) = sections.iter().find(|section| section.id == 7) else { return Ok(Vec::new()) };
    let mut rest = section.contents;
    let number = |bytes: &mut &[u8]| -> Result<usize> {
        let (value, length) = decode(bytes)?;
        *bytes = &bytes[length..];
        Ok(value as usize)
    };
    let mut names = Vec::new();
    for _ in 0..number(&mut rest)? {
        let length = number(&mut rest)?;
        // A length that is too long splits nothing off: `?` makes an error of it.
        let (name, behind) = rest.split_at_checked(length).ok_or("the name is longer than its section")?;
        names.push(String::from_utf8(name.to_vec())?);
        // What kind of thing it is, one byte; then which one.
        rest = behind.get(1..).ok_or("the kind is missing")?;
        number(&mut rest)?;
    }
    Ok(names)
}
// ANCHOR_END: exports

#[test]
fn exports_are_found() {
    assert_eq!(exports(&ADD).expect("a module"), ["add"]);
    assert_eq!(exports(b"\0asm\x01\0\0\0").expect("a module"), [""; 0]);
    let greet = std::fs::read(falkirk_book::root().join("guests/built/greet.wasm")).expect("the guest");
    assert_eq!(exports(&greet).expect("a module"), ["memory", "greet", "__data_end", "__heap_base"]);
}

#[test]
fn lengths_that_are_too_long_are_errors() {
    let mut module = ADD;
    module[0x18] = 0x30;
    assert!(exports(&module).is_err());
}

// ANCHOR: smallest
/// A module with nothing in it, and one with a name.
const SMALLEST: &[u8] = b"\0asm\x01\0\0\0";
const NAMED: &[u8] = b"\0asm\x01\0\0\0\x00\x04\x03Ada";
// ANCHOR_END: smallest

#[test]
fn small_modules_are_valid() {
    let engine = Engine::default();
    Module::new(&engine, SMALLEST).expect("a valid module");
    Module::new(&engine, NAMED).expect("a valid module");
    assert!(Module::new(&engine, &SMALLEST[..7]).is_err());
}
