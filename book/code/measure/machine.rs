//! A machine that does not exist. Its times are invented; what disturbs them is what disturbs real ones. Everybody
//! measures the same on it, as the disturbances come from a seed.

use crate::differ::random::Rng;

// ANCHOR: program
/// A program to be measured.
#[derive(Clone)]
pub struct Program {
    /// How long it takes where nothing disturbs it, in microseconds.
    pub work: f64,
    /// What the first run takes besides: code is compiled, memory is touched, files are read.
    pub first: f64,
    /// What it computes.
    pub result: u64,
}
// ANCHOR_END: program

/// The machine.
pub struct Machine {
    rng: Rng,
    elapsed: f64,
}

/// How long a run took, in microseconds.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Time that passed on the clock on the wall.
    pub wall: f64,
    /// Time for which a processor worked on it.
    pub thread: f64,
}

impl Machine {
    /// A machine that has just been started.
    pub fn new(seed: u64) -> Machine {
        Machine { rng: Rng::new(seed), elapsed: 0.0 }
    }

    // ANCHOR: run
    /// Runs a program once. `cold` says that it is the first time.
    pub fn run(&mut self, program: &Program, cold: bool) -> (u64, Sample) {
        // Nothing takes exactly as long twice.
        let mut thread = program.work * (1.0 + 0.01 * self.chance());
        if cold {
            thread += program.first;
        }
        // When it has worked for a while it is hot, and its clock is turned down.
        if self.elapsed > 80_000.0 {
            thread *= 1.12;
        }
        let mut wall = thread;
        // Now and then another program has its turn. It leaves the caches full of its own things.
        if self.chance() < 0.1 {
            thread *= 1.02;
            wall = thread + 4_000.0 * self.chance();
        }
        self.elapsed += wall;
        (program.result, Sample { wall, thread })
    }
    // ANCHOR_END: run

    /// A number from 0 to 1.
    fn chance(&mut self) -> f64 {
        self.rng.below(10_000) as f64 / 10_000.0
    }
}
