//! Clocks: processor time, which other processes cannot lengthen much, and the wall's.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// A way of measuring time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Processor time of the calling thread.
    Thread,
    /// Processor time of all the process's threads. Work does not get less by being shared out.
    Process,
    /// Elapsed time.
    Wall,
}

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// By [`Clock::Thread`].
    pub thread: f64,
    /// By [`Clock::Process`].
    pub process: f64,
    /// By [`Clock::Wall`].
    pub wall: f64,
}

impl Sample {
    /// The time by this clock.
    pub fn by(&self, clock: Clock) -> f64 {
        match clock {
            Clock::Thread => self.thread,
            Clock::Process => self.process,
            Clock::Wall => self.wall,
        }
    }
}

// ANCHOR: time
/// Runs `work` and says how long it took by all clocks.
pub fn time<R>(work: impl FnOnce() -> R) -> (R, Sample) {
    let wall = Instant::now();
    let process = used(ClockId::ProcessCPUTime);
    let thread = used(ClockId::ThreadCPUTime);
    let result = work();
    let thread = used(ClockId::ThreadCPUTime) - thread;
    let process = used(ClockId::ProcessCPUTime) - process;
    let wall = wall.elapsed();
    (result, Sample { thread: thread.as_secs_f64(), process: process.as_secs_f64(), wall: wall.as_secs_f64() })
}
// ANCHOR_END: time

/// The processor time used until now.
fn used(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.try_into().expect("below one second"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uses so much of a processor's time.
    fn spin(seconds: f64) {
        let start = used(ClockId::ThreadCPUTime);
        while (used(ClockId::ThreadCPUTime) - start).as_secs_f64() < seconds {}
    }

    #[test]
    fn work_of_other_threads_is_the_process_s() {
        let ((), sample) = time(|| std::thread::scope(|scope| drop(scope.spawn(|| spin(0.02)))));
        assert!(sample.by(Clock::Process) >= 0.02);
        assert!(sample.by(Clock::Wall) >= 0.02);
        assert!(sample.by(Clock::Thread) < 0.01);
    }
}
