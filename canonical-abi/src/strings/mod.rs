//! Strings in three encodings (*Loading* and *Storing*, `load_string` and `store_string`).
//!
//! | file | what |
//! | --- | --- |
//! | `load.rs` | out of a guest's memory, checked |
//! | `store.rs` | into a guest's memory, with the calls of `realloc` that the specification prescribes |
//! | `transcode.rs` | from one encoding to another, bytes to bytes |

mod load;
mod store;
pub(crate) mod transcode;

pub(crate) use load::{Found, find_string};
pub(crate) use store::{Source, Transfer, store_string_into_range};

use crate::context::{LiftContext, LowerContext, MAX_STRING_BYTE_LENGTH};
use crate::error::Error;
use crate::guest::Guest;
use crate::observer::{Event, Observer};
use crate::options::{SimpleEncoding, StringEncoding};
use crate::trap::Trap;
use crate::types::Mismatch;

// ANCHOR: load
/// Lifts the string whose (tagged) length and address these are: `load_string_from_range`.
pub(crate) fn load_string_from_range<O: Observer>(
    cx: &mut LiftContext<'_, O>,
    ptr: u64,
    tagged_code_units: u64,
) -> Result<String, Trap> {
    let found = find_string(cx.memory.len(), cx.options, ptr, tagged_code_units)?;
    cx.budget.charge(found.bytes as u64)?;
    let bytes = cx.read_bytes(found.at, found.bytes);
    transcode::to_string(found.encoding, bytes)
}
// ANCHOR_END: load

/// Lowers a string, with what a guest has for its address and (tagged) length: `store_string_into_range`.
#[inline]
pub(crate) fn store_str<G: Guest, O: Observer>(
    cx: &mut LowerContext<'_, G, O>,
    text: &str,
) -> Result<(u64, u64), Error<G::Error>> {
    if text.len() as u64 > MAX_STRING_BYTE_LENGTH {
        return Err(too_long(text).into());
    }
    let (encoding, ptr_type) = (cx.options.string_encoding, cx.options.ptr_type);
    let source = Source { encoding: StringEncoding::Utf8, simple: SimpleEncoding::Utf8, code_units: text.len() as u64 };
    store_string_into_range(&mut FromHost { cx, text }, source, encoding, ptr_type)
}

#[cold]
fn too_long(text: &str) -> Mismatch {
    let found = format!("a string of {} bytes", text.len());
    Mismatch::new(found, format_args!("at most {MAX_STRING_BYTE_LENGTH}"))
}

/// A string on its way from the host into a guest.
struct FromHost<'c, 'a, 's, G: Guest, O: Observer> {
    cx: &'c mut LowerContext<'a, G, O>,
    text: &'s str,
}

impl<G: Guest, O: Observer> Transfer for FromHost<'_, '_, '_, G, O> {
    type Error = G::Error;
    const VALID: bool = true;

    fn reallocate(&mut self, old: usize, old_size: u64, align: u32, new_size: u64) -> Result<usize, Error<G::Error>> {
        self.cx.reallocate(old as u64, old_size, align, new_size)
    }

    fn both(&mut self) -> (&[u8], &mut [u8]) {
        (self.text.as_bytes(), self.cx.guest.memory())
    }

    fn stored(&mut self, at: usize, length: usize, _: bool) {
        if O::ENABLED {
            let bytes = &self.cx.guest.memory()[at..at + length];
            self.cx.observer.event(Event::Store { address: at as u64, bytes });
        }
    }
}
