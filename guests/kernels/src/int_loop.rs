//! Integer arithmetic in a loop that ends where the data says: Collatz sequences. No memory, no calls; each round waits
//! for the round before.

use crate::mix;

/// Follows the Collatz sequence of each number from 1 to `n`.
pub fn run(n: u32) -> u64 {
    let mut sum = 0;
    for start in 1..=u64::from(n) {
        sum = mix(sum, steps(start));
    }
    sum
}

fn steps(start: u64) -> u64 {
    let mut x = start;
    let mut steps = 0;
    while x != 1 {
        x = if x % 2 == 0 { x / 2 } else { 3 * x + 1 };
        steps += 1;
    }
    steps
}

#[test]
fn twenty_seven_takes_111_steps() {
    assert_eq!(steps(27), 111);
}
