//! What our pages for a browser share: the frame, the style, and how names are kept in their place.
//!
//! A page is one file: no network, no framework.

use std::fmt::{self, Write};

/// What all pages look like. A page's own style comes behind it.
const STYLE: &str = include_str!("base.css");

/// Nothing is loaded from anywhere, whatever the names in a module contain.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// Begins a page, up to the start of its body. The style is ours and goes in as it is.
pub fn open(page: &mut String, title: fmt::Arguments<'_>, style: &str) {
    page.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let title = title.to_string();
    let written = writeln!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>",
        Text(&title)
    );
    written.expect("BUG: a string takes everything");
}

/// Ends a page. The script is ours and goes in as it is; what it works on is in the page.
pub fn close(page: &mut String, script: &str) {
    page.push_str("<script>\n");
    page.push_str(script);
    page.push_str("</script>\n</body>\n</html>\n");
}

/// Text as HTML shows it, in elements and in attributes.
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                char => f.write_char(char)?,
            }
        }
        Ok(())
    }
}

/// Text as a JSON string with its quotes, which can also stand in a `<script>` and on a terminal: what would end either,
/// turn the reading direction or move the cursor is written as `\u`.
#[cfg(feature = "crossing")]
pub struct Json<'a>(pub &'a str);

#[cfg(feature = "crossing")]
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for char in self.0.chars() {
            match char {
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '"' | '<' | '>' | '&' => write!(f, "\\u{:04x}", u32::from(char))?,
                char if char.is_control() || is_invisible(char) => {
                    for unit in char.encode_utf16(&mut [0; 2]) {
                        write!(f, "\\u{unit:04x}")?;
                    }
                }
                char => f.write_char(char)?,
            }
        }
        f.write_char('"')
    }
}

/// Marks of the reading direction, separators of lines, and others that show nothing.
#[cfg(feature = "crossing")]
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
