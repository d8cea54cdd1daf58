//! Finding a string in a guest's memory.

use crate::context::{MAX_STRING_BYTE_LENGTH, check_pointer};
use crate::options::{Options, SimpleEncoding, StringEncoding};
use crate::trap::{Trap, What};

/// Where a string lies, and in which encoding. It is not known yet whether it is valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub at: usize,
    pub bytes: usize,
    pub encoding: SimpleEncoding,
    pub code_units: u64,
}

/// Finds the string whose address and (tagged) length a guest gave: the first half of `load_string_from_range`.
#[inline]
pub(crate) fn find_string(memory: usize, options: Options, ptr: u64, tagged_code_units: u64) -> Result<Found, Trap> {
    let tag = options.ptr_type.utf16_tag();
    let (align, encoding, code_units) = match options.string_encoding {
        StringEncoding::Utf8 => (1, SimpleEncoding::Utf8, tagged_code_units),
        StringEncoding::Utf16 => (2, SimpleEncoding::Utf16, tagged_code_units),
        StringEncoding::Latin1Utf16 if tagged_code_units & tag != 0 => {
            (2, SimpleEncoding::Utf16, tagged_code_units ^ tag)
        }
        StringEncoding::Latin1Utf16 => (2, SimpleEncoding::Latin1, tagged_code_units),
    };
    let bytes = code_units.saturating_mul(encoding.unit());
    if bytes > MAX_STRING_BYTE_LENGTH {
        return Err(Trap::StringTooLong { bytes });
    }
    let at = check_pointer(What::String, ptr, bytes, align, memory)?;
    Ok(Found { at, bytes: bytes as usize, encoding, code_units })
}
