//! Valid modules and components with changed bytes: what comes of them is an error or something that runs, never a panic.

use falkirk::diff::{Oracle, Script};
use falkirk_spec_tests::engines::{self, Subject};
use falkirk_spec_tests::{changed, oracle, random};
use proptest::prelude::*;
use proptest::sample::Index;

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    /// Another byte in the place of one.
    Replace(Index, u8),
    /// One bit.
    Flip(Index, u8),
    /// Bytes put in between.
    Insert(Index, Vec<u8>),
    /// Bytes taken out.
    Remove(Index, usize),
    /// A piece copied over another place.
    Copy(Index, Index, usize),
    /// The end cut off.
    Truncate(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        4 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        4 => (place(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        1 => (place(), proptest::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (place(), 1..16_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => (place(), place(), 1..64_usize).prop_map(|(from, to, count)| Change::Copy(from, to, count)),
        1 => place().prop_map(Change::Truncate),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        match self {
            Change::Replace(at, byte) => bytes[at.index(length)] = *byte,
            Change::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Change::Insert(at, new) => {
                let at = at.index(length);
                bytes.splice(at..at, new.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at.index(length);
                bytes.drain(at..length.min(at + count));
            }
            Change::Copy(from, to, count) => {
                let (from, to) = (from.index(length), to.index(length));
                let count = *count.min(&(length - from.max(to)));
                bytes.copy_within(from..from + count, to);
            }
            Change::Truncate(at) => bytes.truncate(at.index(length)),
        }
    }
}

/// The modules that are changed: what ships with the project, and random ones.
#[derive(Clone, Debug)]
enum Original {
    Guest(Index),
    Random(u64),
}

const GUESTS: [&[u8]; 3] = [
    include_bytes!("../../guests/built/greet.wasm"),
    include_bytes!("../../guests/built/kernel-fib.wasm"),
    include_bytes!("../../guests/built/kernel-simd.wasm"),
];

fn original() -> impl Strategy<Value = Original> {
    prop_oneof![
        1 => any::<Index>().prop_map(Original::Guest),
        3 => any::<u64>().prop_map(Original::Random),
    ]
}

fn mutated(original: &Original, changes: &[Change]) -> Vec<u8> {
    let mut bytes = match original {
        Original::Guest(index) => GUESTS[index.index(GUESTS.len())].to_vec(),
        Original::Random(seed) => random::module(*seed),
    };
    changes.iter().for_each(|change| change.apply(&mut bytes));
    bytes
}

fn subjects() -> &'static [Subject] {
    static SUBJECTS: std::sync::OnceLock<Vec<Subject>> = std::sync::OnceLock::new();
    SUBJECTS.get_or_init(engines::all_with_fuel)
}

const COMPONENTS: [&[u8]; 3] = [
    include_bytes!("../../guests/built/components/adder.wasm"),
    include_bytes!("../../guests/built/components/calculator.wasm"),
    include_bytes!("../../guests/built/components/content.wasm"),
];

/// The components that are changed: what ships with the project, and those of the scripts.
fn components() -> &'static [Vec<u8>] {
    static ALL: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = changed::components();
        all.extend(COMPONENTS.map(<[u8]>::to_vec));
        all
    })
}

/// What was changed may run for ever, and need not make its NaNs canonical.
fn oracle() -> &'static Oracle {
    static ORACLE: std::sync::OnceLock<Oracle> = std::sync::OnceLock::new();
    ORACLE.get_or_init(|| {
        let mut oracle = oracle::of(subjects());
        oracle.fuel(20_000);
        oracle
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, max_shrink_iters: 500, ..ProptestConfig::default() })]

    /// Whatever is accepted also runs, and runs the same on each engine.
    #[test]
    fn changed_modules_are_rejected_or_run(
        original in original(),
        changes in proptest::collection::vec(change(), 1..6),
    ) {
        let report = oracle().check(mutated(&original, &changes), |module| Script::random(module, 0));
        prop_assert!(report.difference.is_none(), "{}", report);
    }

    /// The same for components.
    #[test]
    fn changed_components_are_rejected_or_run(
        original in any::<Index>(),
        changes in proptest::collection::vec(change(), 1..4),
    ) {
        let mut bytes = original.get(components()).clone();
        changes.iter().for_each(|change| change.apply(&mut bytes));
        if let Err(problem) = changed::try_component(subjects(), &bytes) {
            prop_assert!(false, "{}\n{}", problem, bytes.escape_ascii());
        }
    }

    /// Bytes that were never a module.
    #[test]
    fn noise_is_rejected(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        for subject in subjects() {
            let _ = falkirk::Module::new(&subject.engine, &noise);
            let _ = falkirk::Module::new(&subject.engine, [b"\0asm\x01\0\0\0", &noise[..]].concat());
        }
    }

    /// Text made of the format's own words.
    #[test]
    fn jumbled_text_is_rejected_or_a_module(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let text: Vec<&str> = words.into_iter().map(|word| WORDS[word]).collect();
        for subject in subjects() {
            let _ = falkirk::Module::new(&subject.engine, format!("(module {})", text.join(" ")));
        }
    }
}

/// The originals run, or there would be little to change.
#[test]
fn the_components_that_are_changed_are_components() {
    let fine = components().iter().map(|bytes| changed::try_component(subjects(), bytes));
    let fine: Vec<bool> = fine.collect::<Result<_, String>>().unwrap_or_else(|problem| panic!("{problem}"));
    let count = fine.iter().filter(|fine| **fine).count();
    assert!(count >= 12 && count > fine.len() / 2, "{count} of {} are components that are there yet", fine.len());
}

const WORDS: [&str; 32] = [
    "(",
    ")",
    "(",
    ")",
    "(module",
    "(func",
    "(param",
    "(result",
    "(local",
    "i32",
    "i64",
    "f32",
    "f64",
    "v128",
    "funcref",
    "(export \"a\"",
    "(import \"a\" \"b\"",
    "(memory 1)",
    "(table 1 funcref)",
    "(global",
    "(mut i32)",
    "i32.const",
    "0",
    "-1",
    "local.get",
    "i32.add",
    "(block",
    "(loop",
    "br_if",
    "\"\\ff\"",
    "(; ;)",
    "$x",
];
