//! Storing a string: a conversion for each pair of encodings, with the calls of `realloc` that the specification
//! prescribes for it.
//!
//! How long a string will be in another encoding is known only when it has been converted. So memory is asked for by a
//! guess or by the worst case, and given back by a second call; each function below tells which calls it makes, as
//! `realloc(old, old size, alignment, new size)`.

use super::transcode::{
    ascii_prefix, check, code_units, deflate, inflate, narrow, to_latin1, to_utf8, to_utf16, widen,
};
use crate::context::MAX_STRING_BYTE_LENGTH;
use crate::error::Error;
use crate::options::{PtrType, SimpleEncoding, StringEncoding};
use crate::trap::Trap;

/// A string on its way into a guest. Where it comes from, and where it goes to, may move with each `realloc`.
pub(crate) trait Transfer {
    /// The guest's own error.
    type Error;

    /// Whether the source is known to be valid: it is the host's.
    const VALID: bool;

    /// Calls the guest's `realloc` and checks what it returns.
    fn reallocate(&mut self, old: usize, old_size: u64, align: u32, new_size: u64)
    -> Result<usize, Error<Self::Error>>;

    /// The string's bytes, and the guest's memory.
    fn both(&mut self) -> (&[u8], &mut [u8]);

    /// Tells the observer that bytes were stored; and whether they are the source's, unchanged.
    fn stored(&mut self, at: usize, length: usize, unchanged: bool);
}

/// What is known of a string before it is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    /// What its guest uses for all strings.
    pub encoding: StringEncoding,
    /// What it used for this one.
    pub simple: SimpleEncoding,
    /// How many code units it has.
    pub code_units: u64,
}

/// An address and a tagged length.
type Stored<T> = Result<(u64, u64), Error<<T as Transfer>::Error>>;

/// Stores a string: where it is now, and how many code units it has, with the tag for UTF-16 where one is due.
#[inline]
pub(crate) fn store_string_into_range<T: Transfer>(
    t: &mut T,
    source: Source,
    target: StringEncoding,
    ptr_type: PtrType,
) -> Stored<T> {
    use SimpleEncoding::{Latin1, Utf8, Utf16};
    let Source { encoding, simple, code_units } = source;
    debug_assert!(code_units * simple.unit() <= MAX_STRING_BYTE_LENGTH, "BUG: a string's length was not checked");
    match (target, simple) {
        (StringEncoding::Utf8, Utf8) => store_string_copy(t, code_units, Utf8, 1),
        (StringEncoding::Utf8, Utf16) => store_string_to_utf8(t, Utf16, code_units, 3 * code_units),
        (StringEncoding::Utf8, Latin1) => store_string_to_utf8(t, Latin1, code_units, 2 * code_units),
        (StringEncoding::Utf16, Utf8) => store_utf8_to_utf16(t, code_units),
        (StringEncoding::Utf16, Utf16) => store_string_copy(t, code_units, Utf16, 2),
        (StringEncoding::Utf16, Latin1) => store_latin1_to_utf16(t, code_units),
        (StringEncoding::Latin1Utf16, Latin1) => store_string_copy(t, code_units, Latin1, 2),
        (StringEncoding::Latin1Utf16, Utf16) if encoding == StringEncoding::Latin1Utf16 => {
            store_probably_utf16_to_latin1_or_utf16(t, code_units, ptr_type)
        }
        (StringEncoding::Latin1Utf16, _) => store_string_to_latin1_or_utf16(t, simple, code_units, ptr_type),
    }
}

/// A guest's string is checked before it is converted, and before more is asked of the guest that gets it.
#[inline]
fn check_source<T: Transfer>(t: &mut T, encoding: SimpleEncoding) -> Result<(), Trap> {
    if T::VALID { Ok(()) } else { check(encoding, t.both().0) }
}

/// The encodings are the same: one call `(0, 0, alignment, bytes)`, one copy, during which the string is checked.
fn store_string_copy<T: Transfer>(t: &mut T, code_units: u64, encoding: SimpleEncoding, align: u32) -> Stored<T> {
    let bytes = code_units * encoding.unit();
    let at = t.reallocate(0, 0, align, bytes)?;
    check_source(t, encoding)?;
    let length = bytes as usize;
    let (source, memory) = t.both();
    crate::bytes::copy(source, &mut memory[at..at + length]);
    t.stored(at, length, true);
    Ok((at as u64, code_units))
}

/// Each byte becomes a unit: one call `(0, 0, 2, 2 * units)`.
fn store_latin1_to_utf16<T: Transfer>(t: &mut T, code_units: u64) -> Stored<T> {
    let length = 2 * code_units as usize;
    let at = t.reallocate(0, 0, 2, length as u64)?;
    let (source, memory) = t.both();
    widen(source, &mut memory[at..at + length]);
    t.stored(at, length, false);
    Ok((at as u64, code_units))
}

/// Hopes for ASCII: `(0, 0, 1, units)`. If something else comes, the worst case, `(at, units, 1, worst)`, and then what
/// it came to, `(at, worst, 1, bytes)`, if that is less.
fn store_string_to_utf8<T: Transfer>(t: &mut T, encoding: SimpleEncoding, units: u64, worst: u64) -> Stored<T> {
    check_source(t, encoding)?;
    let mut at = t.reallocate(0, 0, 1, units)?;
    let (source, memory) = t.both();
    let ascii = ascii_prefix(encoding, source);
    narrow(encoding, source, &mut memory[at..at + ascii]);
    if ascii as u64 == units {
        t.stored(at, ascii, false);
        return Ok((at as u64, units));
    }
    at = t.reallocate(at, units, 1, worst)?;
    let (source, memory) = t.both();
    let rest = &source[ascii * encoding.unit() as usize..];
    let length = ascii + to_utf8(encoding, rest, &mut memory[at + ascii..at + worst as usize])?;
    t.stored(at, length, false);
    if worst > length as u64 {
        at = t.reallocate(at, worst, 1, length as u64)?;
    }
    Ok((at as u64, length as u64))
}

/// A unit for each byte, `(0, 0, 2, 2 * bytes)`, and then what it came to, `(at, 2 * bytes, 2, length)`, if that is less.
fn store_utf8_to_utf16<T: Transfer>(t: &mut T, bytes: u64) -> Stored<T> {
    check_source(t, SimpleEncoding::Utf8)?;
    let worst = 2 * bytes;
    let mut at = t.reallocate(0, 0, 2, worst)?;
    let (source, memory) = t.both();
    let length = to_utf16(SimpleEncoding::Utf8, source, &mut memory[at..at + worst as usize])?;
    t.stored(at, length, false);
    if worst > length as u64 {
        at = t.reallocate(at, worst, 2, length as u64)?;
    }
    Ok((at as u64, length as u64 / 2))
}

/// Hopes for Latin-1: `(0, 0, 2, units)`, and `(at, units, 2, length)` if it was fewer bytes. If another character comes,
/// makes UTF-16 of what is there: `(at, units, 2, 2 * units)`, and `(at, 2 * units, 2, length)` if it was fewer.
fn store_string_to_latin1_or_utf16<T: Transfer>(
    t: &mut T,
    encoding: SimpleEncoding,
    units: u64,
    ptr_type: PtrType,
) -> Stored<T> {
    check_source(t, encoding)?;
    let mut at = t.reallocate(0, 0, 2, units)?;
    let (source, memory) = t.both();
    let (chars, used) = to_latin1(encoding, source, &mut memory[at..at + units as usize])?;
    if used == source.len() {
        t.stored(at, chars, false);
        if (chars as u64) < units {
            at = t.reallocate(at, units, 2, chars as u64)?;
        }
        return Ok((at as u64, chars as u64));
    }
    let worst = 2 * units;
    at = t.reallocate(at, units, 2, worst)?;
    let (source, memory) = t.both();
    let target = &mut memory[at..at + worst as usize];
    inflate(target, chars);
    let length = 2 * chars + to_utf16(encoding, &source[used..], &mut target[2 * chars..])?;
    t.stored(at, length, false);
    if worst > length as u64 {
        at = t.reallocate(at, worst, 2, length as u64)?;
    }
    Ok((at as u64, (length as u64 / 2) | ptr_type.utf16_tag()))
}

/// From UTF-16 that might have been Latin-1, had its guest looked: `(0, 0, 2, bytes)`, and `(at, bytes, 1, bytes / 2)`
/// if it was.
fn store_probably_utf16_to_latin1_or_utf16<T: Transfer>(t: &mut T, units: u64, ptr_type: PtrType) -> Stored<T> {
    check_source(t, SimpleEncoding::Utf16)?;
    let bytes = 2 * units;
    let mut at = t.reallocate(0, 0, 2, bytes)?;
    let (source, memory) = t.both();
    let target = &mut memory[at..at + bytes as usize];
    crate::bytes::copy(source, target);
    if code_units(target).any(|unit| unit > 0xff) {
        t.stored(at, bytes as usize, true);
        return Ok((at as u64, units | ptr_type.utf16_tag()));
    }
    deflate(target, units as usize);
    t.stored(at, units as usize, false);
    at = t.reallocate(at, bytes, 1, units)?;
    Ok((at as u64, units))
}
