//! Clocks: the system's, or ones that stand still until somebody waits.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The clocks that a guest sees.
#[derive(Clone, Debug)]
pub enum Clocks {
    /// The system's. The monotonic clock counts from when this was made, so that guests learn nothing of the machine.
    System {
        /// Where the monotonic clock is zero.
        start: Instant,
    },
    /// Clocks for tests: they stand still, but a guest that waits until some time finds that it is that time.
    Fixed {
        /// Nanoseconds since 1970.
        wall: u64,
        /// Nanoseconds of the monotonic clock.
        monotonic: u64,
    },
}

impl Clocks {
    /// The system's clocks.
    pub fn system() -> Clocks {
        Clocks::System { start: Instant::now() }
    }

    /// Clocks that stand still at this time.
    pub fn fixed(wall: SystemTime) -> Clocks {
        Clocks::Fixed { wall: nanoseconds(wall.duration_since(UNIX_EPOCH).unwrap_or_default()), monotonic: 0 }
    }

    /// Nanoseconds of the monotonic clock.
    #[inline]
    pub fn monotonic(&self) -> u64 {
        match self {
            Clocks::System { start } => nanoseconds(start.elapsed()),
            Clocks::Fixed { monotonic, .. } => *monotonic,
        }
    }

    /// Nanoseconds since 1970. A system whose clock is before that has zero.
    #[inline]
    pub fn wall(&self) -> u64 {
        match self {
            Clocks::System { .. } => nanoseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            Clocks::Fixed { wall, .. } => *wall,
        }
    }

    /// How long the process has used a processor, in nanoseconds.
    pub fn process_time(&self) -> u64 {
        self.cpu_time(rustix::time::ClockId::ProcessCPUTime)
    }

    /// How long the thread has used a processor, in nanoseconds.
    pub fn thread_time(&self) -> u64 {
        self.cpu_time(rustix::time::ClockId::ThreadCPUTime)
    }

    fn cpu_time(&self, clock: rustix::time::ClockId) -> u64 {
        match self {
            Clocks::System { .. } => {
                let time = rustix::time::clock_gettime(clock);
                time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
            }
            Clocks::Fixed { monotonic, .. } => *monotonic,
        }
    }

    /// The resolution of both clocks, in nanoseconds.
    pub fn resolution(&self) -> u64 {
        1
    }

    /// Whether time passes only when somebody waits.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self, Clocks::Fixed { .. })
    }

    /// Lets the time pass until the monotonic clock shows this.
    pub(crate) fn advance_to(&mut self, deadline: u64) {
        if let Clocks::Fixed { wall, monotonic } = self
            && deadline > *monotonic
        {
            *wall = wall.saturating_add(deadline - *monotonic);
            *monotonic = deadline;
        }
    }
}

/// A duration in nanoseconds; 584 years and more are all the same.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
