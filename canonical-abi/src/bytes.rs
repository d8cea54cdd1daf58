//! Copies of many bytes.
//!
//! In pieces, where they are more than some kilobytes and at most what a processor's cache holds: `memcpy` of the C library
//! uses the instruction `rep movsb` for these, which takes up to 20 times as long as anything else where the target begins
//! a few bytes further on in its page than the source in its own. Measured on AMD EPYC.

use std::mem::MaybeUninit;

/// How many bytes are copied at once.
const PIECE: usize = 2 << 10;
/// Up to how many bytes in all.
const MIDDLING: usize = 512 << 10;

/// Copies bytes. Both slices have the same length.
#[inline]
pub(crate) fn copy(source: &[u8], target: &mut [u8]) {
    in_pieces(source, target, <[u8]>::copy_from_slice);
}

/// The same to where nothing is yet.
#[inline]
pub(crate) fn copy_to(source: &[u8], target: &mut [MaybeUninit<u8>]) {
    in_pieces(source, target, |target, source| _ = target.write_copy_of_slice(source));
}

#[inline]
fn in_pieces<T>(source: &[u8], target: &mut [T], copy: impl Fn(&mut [T], &[u8])) {
    assert_eq!(source.len(), target.len(), "BUG: a copy of another length");
    match source.len() {
        PIECE..=MIDDLING => source.chunks(PIECE).zip(target.chunks_mut(PIECE)).for_each(|(s, t)| copy(t, s)),
        _ => copy(target, source),
    }
}

/// A copy of a text.
pub(crate) fn to_string(mut text: &str) -> String {
    let mut copy = String::with_capacity(text.len());
    if text.len() <= MIDDLING {
        while text.len() > PIECE {
            let (piece, rest) = text.split_at(text.floor_char_boundary(PIECE));
            copy.push_str(piece);
            text = rest;
        }
    }
    copy.push_str(text);
    copy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_whole() {
        for len in [0, 1, PIECE, PIECE + 1, 5 * PIECE + 7, MIDDLING, MIDDLING + 1] {
            let source: Vec<u8> = (0..len).map(|i| (i * i / 251) as u8).collect();
            let mut target = vec![0; len];
            copy(&source, &mut target);
            assert!(target == source, "{len} bytes");
            let text: String = (0..len).map(|i| if i % 7 == 0 { 'ë' } else { 'x' }).collect();
            assert!(to_string(&text) == text, "{} bytes", text.len());
        }
    }
}
