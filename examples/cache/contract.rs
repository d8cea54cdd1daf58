//! What every cache has in common: what it does, what it takes, and how it says that something went wrong.

use std::fmt;

/// The longest key, in bytes of UTF-8.
pub const MAX_KEY: usize = 1 << 10;

/// The longest payload, in bytes.
pub const MAX_PAYLOAD: usize = 1 << 20;

// ANCHOR: cache
/// A cache of bytes by name. What the functions do is what [the guest's WIT] says of them.
///
/// [the guest's WIT]: ../../guests/components/cache-client/wit/cache.wit
pub trait Cache: 'static {
    /// Keeps a payload for so many seconds, or until it is deleted. For no seconds at all means: it is gone at once,
    /// and so is what was there before.
    fn set(&mut self, key: &str, payload: &[u8], time_to_live: Option<u32>) -> Result<(), Failure>;

    /// The payload, if it is still there.
    fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Failure>;

    /// Takes away the payload, if it is there.
    fn delete(&mut self, key: &str) -> Result<(), Failure>;
}
// ANCHOR_END: cache

/// Why a cache did not do what it was asked to. The guest sees only which of the three it is.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// What keeps the payloads does not answer, or not as expected: what was wanted, and what was found.
    Unavailable { wanted: String, found: String },
    /// A key of this length.
    InvalidKey(usize),
    /// A payload of this length.
    TooLarge(usize),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Unavailable { wanted, found } => {
                write!(f, "the cache is unavailable: found {found}, wanted {wanted}")
            }
            Failure::InvalidKey(found) => {
                write!(f, "the key is invalid: found {found} bytes, wanted 1 to {MAX_KEY}")
            }
            Failure::TooLarge(found) => {
                write!(f, "the payload is too large: found {found} bytes, wanted at most {MAX_PAYLOAD}")
            }
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for falkirk::Error {
    fn from(failure: Failure) -> falkirk::Error {
        falkirk::Error::host(failure)
    }
}

/// Checks a key, before a cache sees it.
pub fn check_key(key: &str) -> Result<(), Failure> {
    match key.len() {
        1..=MAX_KEY => Ok(()),
        length => Err(Failure::InvalidKey(length)),
    }
}

/// Checks a payload, before a cache sees it.
pub fn check_payload(payload: &[u8]) -> Result<(), Failure> {
    match payload.len() {
        0..=MAX_PAYLOAD => Ok(()),
        length => Err(Failure::TooLarge(length)),
    }
}
