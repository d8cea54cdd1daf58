//! What an instance may do now, where machine code can see it too.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Whether an instance may be entered, and whether it may call out: two bits of a cell.
///
/// A clone is the same cell. An embedder may give it to code that crosses between instances without the host: see
/// [`cell`](InstanceFlags::cell). Nobody reads a cell while another thread changes it, so no access is ordered.
#[derive(Clone, Debug)]
pub struct InstanceFlags(Arc<AtomicU64>);

impl InstanceFlags {
    /// The bit of an instance that may call out.
    pub const MAY_LEAVE: u32 = 1;
    /// The bit of an instance that may be entered.
    pub const MAY_ENTER: u32 = 2;

    /// The cell. Only the lower half counts.
    pub fn cell(&self) -> &Arc<AtomicU64> {
        &self.0
    }

    /// Whether the instance may call out.
    #[inline]
    pub fn may_leave(&self) -> bool {
        self.get(InstanceFlags::MAY_LEAVE)
    }

    /// Says whether the instance may call out.
    #[inline]
    pub fn set_may_leave(&self, may: bool) {
        self.set(InstanceFlags::MAY_LEAVE, may);
    }

    /// Whether the instance may be entered.
    #[inline]
    pub fn may_enter(&self) -> bool {
        self.get(InstanceFlags::MAY_ENTER)
    }

    /// Says whether the instance may be entered.
    #[inline]
    pub fn set_may_enter(&self, may: bool) {
        self.set(InstanceFlags::MAY_ENTER, may);
    }

    #[inline]
    fn get(&self, flag: u32) -> bool {
        self.0.load(Ordering::Relaxed) & u64::from(flag) != 0
    }

    #[inline]
    fn set(&self, flag: u32, on: bool) {
        let flags = self.0.load(Ordering::Relaxed);
        let flag = u64::from(flag);
        self.0.store(if on { flags | flag } else { flags & !flag }, Ordering::Relaxed);
    }
}

impl Default for InstanceFlags {
    /// Both.
    fn default() -> Self {
        InstanceFlags(Arc::new(AtomicU64::new((InstanceFlags::MAY_LEAVE | InstanceFlags::MAY_ENTER).into())))
    }
}
