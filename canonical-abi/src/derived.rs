//! What the code of the derive macros calls. Not meant to be called otherwise.

use std::fmt;

pub use crate::context::check_discriminant;
use crate::context::{LiftContext, LowerContext};
use crate::guest::Guest;
use crate::observer::Observer;
pub use crate::typed::describe::{
    PartOf, TypeOf, enum_describe, enum_matches, flags_describe, flags_matches, record_describe, record_matches,
    variant_describe, variant_matches,
};
use crate::types::Layout;

/// The flag with this number.
pub const fn one_flag<const WORDS: usize>(flag: usize) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    words[flag / 32] = 1 << (flag % 32);
    words
}

/// So many flags from the first on.
pub const fn first_flags<const WORDS: usize>(count: usize) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    let mut flag = 0;
    while flag < count {
        words[flag / 32] |= 1 << (flag % 32);
        flag += 1;
    }
    words
}

/// Loads so many flags, with whatever stands in the bits that are none's.
pub fn load_flags<const WORDS: usize, O: Observer>(
    cx: &mut LiftContext<'_, O>,
    count: usize,
    at: usize,
) -> [u32; WORDS] {
    let bytes = cx.read_bytes(at, Layout::flags(count).at32.size as usize);
    std::array::from_fn(|i| {
        let rest = &bytes[4 * i..];
        rest.iter().take(4).rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
    })
}

/// Stores so many flags.
pub fn store_flags<G: Guest, O: Observer>(cx: &mut LowerContext<'_, G, O>, count: usize, words: &[u32], at: usize) {
    match Layout::flags(count).at32.size {
        1 => cx.write(at, [words[0] as u8]),
        2 => cx.write(at, (words[0] as u16).to_le_bytes()),
        _ => words.iter().enumerate().for_each(|(i, word)| cx.write(at + 4 * i, word.to_le_bytes())),
    }
}

/// Prints the names of the flags that are set, in braces.
pub fn debug_flags(f: &mut fmt::Formatter<'_>, names: &[&str], words: &[u32]) -> fmt::Result {
    let set = names.iter().enumerate().filter(|(i, _)| words[i / 32] >> (i % 32) & 1 == 1);
    f.debug_set().entries(set.map(|(_, name)| format_args_of(name))).finish()
}

/// A name that prints without quotes.
fn format_args_of(name: &str) -> impl fmt::Debug {
    struct Bare<'a>(&'a str);
    impl fmt::Debug for Bare<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    Bare(name)
}
