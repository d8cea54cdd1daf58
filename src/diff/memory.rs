//! Two memories side by side.

use std::fmt::Write;

use super::value::{Nans, alike_words};

/// How many bytes are compared at once while all is well.
const CHUNK: usize = 4096;
/// How many bytes around a difference are shown.
const SHOWN: usize = 16;

/// The address of the first byte that must be the same in both and is not. The two are of the same length.
pub(super) fn first_difference(a: &[u8], b: &[u8], nans: Nans) -> Option<usize> {
    let chunks = a.chunks(CHUNK).zip(b.chunks(CHUNK)).enumerate();
    chunks.filter(|(_, (a, b))| a != b).find_map(|(number, (a, b))| {
        let words = a.chunks(8).zip(b.chunks(8)).enumerate();
        let (at, (a, b)) = words.filter(|(_, (a, b))| a != b).find(|(_, (a, b))| !are_alike(a, b, nans))?;
        let byte = a.iter().zip(b).position(|(a, b)| a != b)?;
        Some(number * CHUNK + at * 8 + byte)
    })
}

fn are_alike(a: &[u8], b: &[u8], nans: Nans) -> bool {
    match (a.try_into(), b.try_into()) {
        (Ok(a), Ok(b)) if nans == Nans::Alike => alike_words(u64::from_le_bytes(a), u64::from_le_bytes(b)),
        _ => false,
    }
}

/// The bytes in the row of 16 that `address` is in.
pub(super) fn row(bytes: &[u8], address: usize) -> String {
    let start = address - address % SHOWN;
    let mut text = format!("{start:#010x}:");
    for byte in &bytes[start..(start + SHOWN).min(bytes.len())] {
        let _ = write!(text, " {byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_differs() {
        let a = vec![0; 10_000];
        let mut b = a.clone();
        assert_eq!(first_difference(&a, &b, Nans::Exact), None);
        (b[9_999], b[4_101]) = (1, 1);
        assert_eq!(first_difference(&a, &b, Nans::Exact), Some(4_101));
        assert_eq!(first_difference(&a, &b, Nans::Alike), Some(4_101));
        assert_eq!(row(&b, 4_101), "0x00001000: 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00");
    }

    #[test]
    fn nans_in_memory() {
        let mut a = [0_u8; 24];
        a[4..8].copy_from_slice(&0x7fc0_0000_u32.to_le_bytes());
        let mut b = a;
        b[4..8].copy_from_slice(&0xffc0_0001_u32.to_le_bytes());
        assert_eq!(first_difference(&a, &b, Nans::Alike), None);
        assert_eq!(first_difference(&a, &b, Nans::Exact), Some(4));
        b[20] = 1;
        assert_eq!(first_difference(&a, &b, Nans::Alike), Some(20));
    }
}
