//! Limits that an embedder sets on what a store's guests may use.

use crate::error::{Error, Limit};

/// How many instances, memories and tables a store may have unless a limiter says otherwise.
pub const DEFAULT_COUNT: usize = 10_000;

/// How many elements a table may have at most, whatever a limiter says.
pub const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// Decides whether memories and tables may be made and grow, and how many there may be in a store.
///
/// A store asks its limiter ([`Store::limiter`](crate::Store::limiter)) before it allocates anything: when a memory or
/// table is made, with `current` 0, and each time one grows.
pub trait ResourceLimiter {
    /// Whether a memory of `current` bytes may grow to `desired` bytes. `maximum` is what its type allows, in bytes.
    ///
    /// With `Ok(false)`, `memory.grow` gives -1 to the guest, and making the memory fails with
    /// [`Limit::Memory`].
    ///
    /// # Errors
    ///
    /// An error ends the guest's call (or the instantiation) and comes back to the embedder.
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool, Error>;

    /// Whether a table of `current` elements may grow to `desired` elements; as [`ResourceLimiter::memory_growing`].
    ///
    /// # Errors
    ///
    /// An error ends the guest's call (or the instantiation) and comes back to the embedder.
    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool, Error>;

    /// How many instances the store may have.
    fn instances(&self) -> usize {
        DEFAULT_COUNT
    }

    /// How many memories the store may have.
    fn memories(&self) -> usize {
        DEFAULT_COUNT
    }

    /// How many tables the store may have.
    fn tables(&self) -> usize {
        DEFAULT_COUNT
    }
}

/// Limits that are numbers. Made with a [`StoreLimitsBuilder`].
///
/// ```
/// use falkirk_runtime::StoreLimitsBuilder;
/// let limits = StoreLimitsBuilder::new().memory_size(1 << 20).instances(1).build();
/// ```
///
/// [The book](crate#in-the-book) explains it in chapter 19.
#[derive(Clone, Debug)]
pub struct StoreLimits {
    memory_size: Option<usize>,
    table_elements: Option<usize>,
    instances: usize,
    memories: usize,
    tables: usize,
    trap_on_grow_failure: bool,
}

impl Default for StoreLimits {
    fn default() -> StoreLimits {
        StoreLimits {
            memory_size: None,
            table_elements: None,
            instances: DEFAULT_COUNT,
            memories: DEFAULT_COUNT,
            tables: DEFAULT_COUNT,
            trap_on_grow_failure: false,
        }
    }
}

/// Makes [`StoreLimits`].
#[derive(Clone, Debug, Default)]
pub struct StoreLimitsBuilder(StoreLimits);

impl StoreLimitsBuilder {
    /// Starts with no limit on sizes and the default counts.
    pub fn new() -> StoreLimitsBuilder {
        StoreLimitsBuilder::default()
    }

    /// How many bytes each memory may have.
    pub fn memory_size(mut self, bytes: usize) -> StoreLimitsBuilder {
        self.0.memory_size = Some(bytes);
        self
    }

    /// How many elements each table may have.
    pub fn table_elements(mut self, elements: usize) -> StoreLimitsBuilder {
        self.0.table_elements = Some(elements);
        self
    }

    /// How many instances the store may have.
    pub fn instances(mut self, count: usize) -> StoreLimitsBuilder {
        self.0.instances = count;
        self
    }

    /// How many memories the store may have.
    pub fn memories(mut self, count: usize) -> StoreLimitsBuilder {
        self.0.memories = count;
        self
    }

    /// How many tables the store may have.
    pub fn tables(mut self, count: usize) -> StoreLimitsBuilder {
        self.0.tables = count;
        self
    }

    /// Whether `memory.grow` and `table.grow` past the limit end the call instead of giving -1.
    pub fn trap_on_grow_failure(mut self, enable: bool) -> StoreLimitsBuilder {
        self.0.trap_on_grow_failure = enable;
        self
    }

    /// The limits.
    pub fn build(self) -> StoreLimits {
        self.0
    }
}

impl StoreLimits {
    /// Whether something may grow to `desired`, which the type limits to `maximum` and these limits to `allowed`.
    fn decide(
        &self,
        limit: Limit,
        desired: usize,
        maximum: Option<usize>,
        allowed: Option<usize>,
    ) -> Result<bool, Error> {
        let fits = |most: Option<usize>| most.is_none_or(|most| desired <= most);
        match fits(allowed) && fits(maximum) {
            false if self.trap_on_grow_failure => {
                let allowed = allowed.into_iter().chain(maximum).min().unwrap_or(usize::MAX);
                Err(Error::limit_reached(limit, format!("wanted {desired}, allowed {allowed}")))
            }
            fits => Ok(fits),
        }
    }
}

impl ResourceLimiter for StoreLimits {
    fn memory_growing(&mut self, _current: usize, desired: usize, maximum: Option<usize>) -> Result<bool, Error> {
        self.decide(Limit::Memory, desired, maximum, self.memory_size)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, maximum: Option<usize>) -> Result<bool, Error> {
        self.decide(Limit::Table, desired, maximum, self.table_elements)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.memories
    }

    fn tables(&self) -> usize {
        self.tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_limit_sizes() {
        let mut limits = StoreLimitsBuilder::new().memory_size(100).table_elements(10).build();
        assert!(limits.memory_growing(0, 100, None).unwrap());
        assert!(!limits.memory_growing(0, 101, None).unwrap());
        assert!(!limits.memory_growing(0, 51, Some(50)).unwrap());
        assert!(limits.table_growing(0, 10, Some(11)).unwrap());
        assert!(!limits.table_growing(0, 11, Some(11)).unwrap());
    }

    #[test]
    fn a_refusal_can_be_an_error() {
        let mut limits = StoreLimitsBuilder::new().memory_size(100).trap_on_grow_failure(true).build();
        let error = limits.memory_growing(0, 101, Some(500)).unwrap_err();
        assert_eq!(error.limit(), Some(Limit::Memory));
        assert_eq!(error.to_string(), "memory limit exceeded: wanted 101, allowed 100");
    }
}
