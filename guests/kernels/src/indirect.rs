//! Indirect calls: through a table of functions, and through the methods of trait objects. Which one is called depends
//! on the data, so neither a compiler nor a branch predictor knows it beforehand.

use crate::Rng;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A permutation of the 64-bit numbers.
trait Step {
    fn apply(&self, x: u64) -> u64;
}

struct Add(u64);
struct Multiply(u64);
struct Rotate(u32);
struct Fold(u32);

impl Step for Add {
    fn apply(&self, x: u64) -> u64 {
        x.wrapping_add(self.0)
    }
}

impl Step for Multiply {
    fn apply(&self, x: u64) -> u64 {
        x.wrapping_mul(self.0)
    }
}

impl Step for Rotate {
    fn apply(&self, x: u64) -> u64 {
        x.rotate_left(self.0) ^ 0x55
    }
}

impl Step for Fold {
    fn apply(&self, x: u64) -> u64 {
        x ^ (x >> self.0)
    }
}

/// Functions of one type, to be called through the module's table.
static FUNCTIONS: [fn(u64) -> u64; 8] = [add, multiply, shift_left, shift_right, rotate, invert, swap, subtract];

fn add(x: u64) -> u64 {
    x.wrapping_add(0x9e37_79b9_7f4a_7c15)
}

fn multiply(x: u64) -> u64 {
    x.wrapping_mul(5).wrapping_add(1)
}

fn shift_left(x: u64) -> u64 {
    x ^ (x << 13)
}

fn shift_right(x: u64) -> u64 {
    x ^ (x >> 7)
}

fn rotate(x: u64) -> u64 {
    x.rotate_left(17)
}

fn invert(x: u64) -> u64 {
    !x
}

fn swap(x: u64) -> u64 {
    x.swap_bytes()
}

fn subtract(x: u64) -> u64 {
    x.wrapping_sub(0x1234_5678_9abc_def1)
}

/// Makes `n` calls through the table and `n` calls to trait objects.
pub fn run(n: u32) -> u64 {
    let mut rng = Rng::new(n);
    let objects: Vec<Box<dyn Step>> = (0..16u32)
        .map(|i| -> Box<dyn Step> {
            match (i + n) % 4 {
                0 => Box::new(Add(rng.next())),
                1 => Box::new(Multiply(rng.next() | 1)),
                2 => Box::new(Rotate(rng.next() as u32 % 63 + 1)),
                _ => Box::new(Fold(rng.next() as u32 % 31 + 32)),
            }
        })
        .collect();
    let mut x = rng.next();
    for i in 0..n {
        // The counter takes part in the choice, so that the walk cannot end in a short circle.
        let choice = (x >> 32) as u32 ^ i;
        x = FUNCTIONS[(choice % 8) as usize](x);
        x = objects[(choice / 8 % 16) as usize].apply(x);
    }
    x
}
