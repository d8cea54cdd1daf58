//! The checks of what guests give, one by one: for code that crosses between guests without this crate's help, and only
//! wants to know which trap it is when something looks wrong to it.

use crate::options::{Options, SimpleEncoding};
use crate::strings::{find_string, transcode};
use crate::trap::Trap;

pub use crate::context::{check_discriminant, check_pointer, check_realloc, list_byte_length};
pub use crate::val::convert_i32_to_char as check_char;

/// The string whose address and (tagged) length these are lies in the memory, and is valid.
///
/// ```
/// use falkirk_canonical_abi::{Options, checks};
///
/// assert!(checks::check_string(b"Zo\xc3\xab", Options::default(), 0, 4).is_ok());
/// let trap = checks::check_string(b"Zo\xc3\xab", Options::default(), 0, 3).unwrap_err();
/// assert_eq!(trap.to_string(), "a string is not UTF-8 after its first 2 bytes");
/// ```
pub fn check_string(memory: &[u8], options: Options, ptr: u64, tagged_code_units: u64) -> Result<(), Trap> {
    let found = find_string(memory.len(), options, ptr, tagged_code_units)?;
    match found.encoding {
        SimpleEncoding::Latin1 => Ok(()),
        encoding => transcode::check(encoding, &memory[found.at..found.at + found.bytes]),
    }
}
