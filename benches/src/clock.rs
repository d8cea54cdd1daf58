//! Clocks: the thread's own processor time, which other processes cannot lengthen much, and the wall's.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Processor time of the calling thread.
    pub cpu: f64,
    /// Elapsed time.
    pub wall: f64,
}

/// Runs `work` and says how long it took on both clocks.
pub fn time<R>(work: impl FnOnce() -> R) -> (R, Sample) {
    let wall = Instant::now();
    let cpu = thread_cpu();
    let result = work();
    let cpu = thread_cpu() - cpu;
    (result, Sample { cpu: cpu.as_secs_f64(), wall: wall.elapsed().as_secs_f64() })
}

/// The processor time that the calling thread has used.
fn thread_cpu() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.try_into().expect("below one second"))
}
