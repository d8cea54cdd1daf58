//! How much one crossing may make of what the guest says.

use crate::trap::Trap;

/// How many bytes a crossing may still make.
///
/// The specification bounds each list and string, but lists of lists may all point at the same memory: a guest of a few
/// kilobytes can describe a value that no host could hold. So each list and string is charged before it is made.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    limit: u64,
    left: u64,
}

impl Default for Budget {
    /// A gibibyte.
    fn default() -> Self {
        Budget::new(1 << 30)
    }
}

impl Budget {
    /// So many bytes.
    pub const fn new(limit: u64) -> Budget {
        Budget { limit, left: limit }
    }

    /// Takes so many bytes. Traps if they are not left.
    #[inline]
    pub fn charge(&mut self, bytes: u64) -> Result<(), Trap> {
        self.left = self.left.checked_sub(bytes).ok_or(Trap::BudgetExceeded { limit: self.limit })?;
        Ok(())
    }
}
