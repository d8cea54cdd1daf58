//! Arithmetic on `f32` with a branch on a comparison in every round: the Mandelbrot set.

use crate::mix;

const MOST_ROUNDS: u32 = 100;

/// A picture of `n` by `n` points.
pub fn run(n: u32) -> u64 {
    let mut sum = 0;
    for row in 0..n {
        for column in 0..n {
            let re = column as f32 / n as f32 * 3.0 - 2.0;
            let im = row as f32 / n as f32 * 2.0 - 1.0;
            sum = mix(sum, u64::from(rounds(re, im)));
        }
    }
    sum
}

/// How many rounds of z = z^2 + c it takes to leave the circle of radius 2.
fn rounds(re: f32, im: f32) -> u32 {
    let (mut x, mut y) = (0.0, 0.0);
    for round in 0..MOST_ROUNDS {
        let (x2, y2) = (x * x, y * y);
        if x2 + y2 > 4.0 {
            return round;
        }
        y = 2.0 * x * y + im;
        x = x2 - y2 + re;
    }
    MOST_ROUNDS
}

#[test]
fn inside_and_outside() {
    assert_eq!(rounds(0.0, 0.0), MOST_ROUNDS);
    assert_eq!(rounds(2.0, 2.0), 1);
}
