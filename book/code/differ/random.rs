//! Random programs that are valid.

use crate::programs::Result;
use crate::stack::table::{TABLE, Type};

/// Numbers that look random, and are the same each time for the same seed.
pub struct Rng(u64);

impl Rng {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// The next number: SplitMix64.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.number() % limit as u64) as usize
    }
}

/// Where constants come from.
pub type Source = fn(&mut Rng, Type) -> i64;

/// The source of constants that has this name.
pub fn source(name: &str) -> Result<Source> {
    match name {
        "small" => Ok(small),
        "edges" => Ok(edges),
        _ => Err(format!("`{name}`: wanted `small` or `edges`").into()),
    }
}

// ANCHOR: small
/// A number from 0 to 99.
pub fn small(rng: &mut Rng, _: Type) -> i64 {
    rng.below(100) as i64
}
// ANCHOR_END: small

// ANCHOR: edges
/// A number at an edge, where something begins or ends.
pub fn edges(rng: &mut Rng, ty: Type) -> i64 {
    const EDGES: [i64; 9] = [0, 1, -1, i32::MAX as i64, i32::MIN as i64, 1 << 31, u32::MAX as i64, i64::MAX, i64::MIN];
    match ty {
        Type::I32 => EDGES[rng.below(5)],
        Type::I64 => EDGES[rng.below(EDGES.len())],
    }
}
// ANCHOR_END: edges

// ANCHOR: program
/// A program that is valid: an instruction is taken only if the types that it pops are on top of the stack.
pub fn program(rng: &mut Rng, constants: Source) -> Vec<String> {
    let (mut words, mut stack) = (Vec::new(), Vec::new());
    for _ in 0..5 + rng.below(30) {
        let (name, takes, gives, _) = TABLE[rng.below(TABLE.len())];
        if stack.ends_with(takes) {
            stack.truncate(stack.len() - takes.len());
            stack.push(gives);
            words.push(name.to_owned());
        } else {
            let ty = [Type::I32, Type::I64][rng.below(2)];
            stack.push(ty);
            words.push(format!("{ty}.const {}", constants(rng, ty)));
        }
    }
    words
}
// ANCHOR_END: program
