//! Modules in the text format (specification, section 6).

use std::borrow::Cow;
use std::path::Path;

use crate::error::{Error, Result};

/// Whether these bytes look like the text format: it begins with a parenthesis, or with a comment.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start(), [b'(', ..] | [b';', b';', ..])
}

/// The binary format of these bytes, which may be text.
///
/// # Errors
///
/// The text cannot be parsed. The message shows the line with a caret below it.
pub(super) fn to_binary<'a>(bytes: &'a [u8], path: Option<&Path>) -> Result<Cow<'a, [u8]>> {
    if !is_text(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    if bytes.trim_ascii_start().starts_with(b"(component") {
        return Err(super::proposals::component());
    }
    wat::parse_bytes(bytes).map_err(|mut error| {
        if let Some(path) = path {
            error.set_path(path);
        }
        Error::text(error.to_string())
    })
}
