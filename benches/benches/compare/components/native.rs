//! Native code: the copies alone, which nobody who copies can do without.

use std::hint::black_box;

use falkirk_benches::contest::engine;

use super::{Components, Work, list, numbers};

/// Native code.
pub struct Native;

impl Components for Native {
    fn name(&self) -> &'static str {
        engine::NATIVE
    }

    fn bytes(&self, _: &[u8], bytes: usize) -> Option<Work> {
        Some(in_and_out(list(bytes)))
    }

    fn words(&self, _: &[u8], bytes: usize) -> Option<Work> {
        Some(in_and_out(numbers(bytes)))
    }
}

/// Copies a list to memory that is there, and from there to a new list.
fn in_and_out<A: Copy + Into<u64> + 'static>(list: Vec<A>) -> Work {
    let mut memory = list.clone();
    Box::new(move |n| {
        let mut once = |item| {
            black_box(&mut memory[..]).copy_from_slice(black_box(&list));
            let back = black_box(memory.to_vec());
            back[item as usize % back.len()].into()
        };
        (0..n).map(&mut once).sum()
    })
}
