//! Arithmetic on `f64` in straight lines of code: five bodies that attract each other, moved forward in small steps.
//!
//! The inverse square root is a guess from the exponent's bits, made good by Newton's method: `f64::sqrt` is in `std`
//! alone, and this way integers and floats exchange bits too.

use crate::{Rng, mix};

const BODIES: usize = 5;
const TIME_STEP: f64 = 0.001;

#[derive(Clone, Copy, Default)]
struct Body {
    place: [f64; 3],
    speed: [f64; 3],
    mass: f64,
}

/// Moves the bodies `n` steps.
pub fn run(n: u32) -> u64 {
    let mut rng = Rng::new(n);
    let mut unit = || (rng.next() >> 11) as f64 / (1u64 << 53) as f64;
    let mut bodies = [Body::default(); BODIES];
    for body in &mut bodies {
        body.place = [unit() * 10.0, unit() * 10.0, unit() * 10.0];
        body.speed = [unit() - 0.5, unit() - 0.5, unit() - 0.5];
        body.mass = unit() + 0.1;
    }
    for _ in 0..n {
        step(&mut bodies);
    }
    bodies.iter().flat_map(|body| body.place).fold(0, |sum, x| mix(sum, x.to_bits()))
}

fn step(bodies: &mut [Body; BODIES]) {
    for i in 0..BODIES {
        for j in i + 1..BODIES {
            let (a, b) = (bodies[i], bodies[j]);
            let apart = [a.place[0] - b.place[0], a.place[1] - b.place[1], a.place[2] - b.place[2]];
            // The softening term keeps the force finite when two bodies meet.
            let distance2 = apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2] + 0.01;
            let inverse = inverse_sqrt(distance2);
            let pull = TIME_STEP * inverse * inverse * inverse;
            for (k, apart) in apart.into_iter().enumerate() {
                bodies[i].speed[k] -= apart * b.mass * pull;
                bodies[j].speed[k] += apart * a.mass * pull;
            }
        }
    }
    for body in bodies {
        for k in 0..3 {
            body.place[k] += body.speed[k] * TIME_STEP;
        }
    }
}

/// 1 / sqrt(x) to about 15 digits.
fn inverse_sqrt(x: f64) -> f64 {
    let mut y = f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (x.to_bits() >> 1));
    for _ in 0..4 {
        y *= 1.5 - 0.5 * x * y * y;
    }
    y
}

#[test]
fn inverse_square_roots() {
    for x in [0.01, 0.5, 1.0, 2.0, 1234.5] {
        assert!((inverse_sqrt(x) * inverse_sqrt(x) * x - 1.0).abs() < 1e-14);
    }
}
