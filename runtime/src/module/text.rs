//! Modules in the text format (specification, section 6).

use std::borrow::Cow;
use std::path::Path;

use crate::error::{Error, Result};

/// The binary format of these bytes, which may be text.
///
/// # Errors
///
/// The text cannot be parsed. The message shows the line with a caret below it.
pub(super) fn to_binary<'a>(bytes: &'a [u8], path: Option<&Path>) -> Result<Cow<'a, [u8]>> {
    if bytes.starts_with(b"\0") {
        return Ok(Cow::Borrowed(bytes));
    }
    wat::parse_bytes(bytes).map_err(|mut error| {
        if let Some(path) = path {
            error.set_path(path);
        }
        Error::text(error.to_string())
    })
}
