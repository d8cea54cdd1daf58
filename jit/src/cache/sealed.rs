//! Code as it stands in a file: which module it is for, and a proof that this user made it.
//!
//! ```text
//! the unit
//! the fingerprint: 128 bytes
//! the keyed hash of all before, under the user's secret key: 32 bytes
//! ```
//!
//! Whoever can write such bytes can make us run any machine code, so nothing of them is read before the hash is right.

use super::fingerprint::Fingerprint;
use super::secret::Secret;
use crate::unit::Unit;

/// The length of the keyed hash.
const MAC: usize = 32;

/// Puts code and proof together.
pub fn seal(secret: &Secret, fingerprint: Fingerprint, unit: &Unit) -> Vec<u8> {
    let mut bytes = unit.encode();
    bytes.extend_from_slice(&fingerprint.to_bytes());
    let mac = secret.mac(&bytes);
    bytes.extend_from_slice(mac.as_bytes());
    bytes
}

/// The code in such bytes, if it is what we would make.
///
/// # Errors
///
/// Why it cannot be trusted or used, as the end of a sentence.
pub fn open(secret: &Secret, fingerprint: Fingerprint, mut bytes: Vec<u8>) -> Result<Unit, &'static str> {
    const FOREIGN: &str = "it is damaged, or was not made by this user on this machine";
    let (signed, mac) = bytes.split_last_chunk::<MAC>().ok_or(FOREIGN)?;
    // This comparison takes the same time wherever the difference is, so that nobody finds a right one byte by byte.
    if secret.mac(signed) != *mac {
        return Err(FOREIGN);
    }
    let (unit, found) = signed.split_last_chunk().ok_or(FOREIGN)?;
    if let Some(difference) = fingerprint.difference(found) {
        return Err(difference);
    }
    bytes.truncate(unit.len());
    Unit::decode(bytes)
}
