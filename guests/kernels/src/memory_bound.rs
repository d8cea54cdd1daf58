//! Memory latency: a walk through 4 MiB, all over the place, in which each load gives the address of the next. An
//! interpreter should lose little to machine code here.

use crate::mix;

/// 65,536 nodes, each in a cache line of its own.
const NODES: u32 = 1 << 16;
const WORDS_PER_NODE: u32 = 16;

/// Walks `n` nodes.
pub fn run(n: u32) -> u64 {
    // The successor of each node, by a linear congruence with the full period: one ring through all the nodes.
    let mut words = alloc::vec![0u32; (NODES * WORDS_PER_NODE) as usize];
    for node in 0..NODES {
        let successor = (node.wrapping_mul(0x9e35).wrapping_add(n | 1)) % NODES;
        words[(node * WORDS_PER_NODE) as usize] = successor * WORDS_PER_NODE;
    }
    let mut at = 0;
    let mut sum = 0u64;
    for _ in 0..n {
        at = words[at as usize];
        sum = sum.wrapping_add(u64::from(at));
    }
    mix(sum, u64::from(at))
}
