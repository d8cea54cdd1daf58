//! Where listings are from. A chapter shows a part of a file; the reader may want the rest of it.

use std::path::Path;

use crate::tidy;

/// What opens an include.
const OPEN: &str = "{{#include ";

/// The chapter with a line under each listing of a file, which names the file and links to the place in it.
pub fn caption(chapter: &str) -> String {
    let mut captioned = String::with_capacity(chapter.len());
    let (mut inside, mut included) = (false, None);
    for line in chapter.lines() {
        captioned.push_str(line);
        captioned.push('\n');
        if line.starts_with("```") {
            inside = !inside;
            if let Some(file) = included.take().filter(|_| !inside) {
                captioned.push_str(&below(file));
            }
        } else if inside && let Some(file) = line.strip_prefix(OPEN).and_then(|line| line.strip_suffix("}}")) {
            included = Some(file);
        }
    }
    captioned
}

/// What stands under a listing of a file, or of a part of it (`file:anchor`). It is a link like those that chapters have.
fn below(included: &str) -> String {
    let (file, anchor) = included.split_once(':').unwrap_or((included, ""));
    let name = name(file);
    format!("\n<div class=\"from\">\n\n[{name}]({file}#anchor:{anchor})\n\n</div>\n")
}

/// The name of a file from the root of the repository, for one that a chapter names from its own folder.
pub fn name(file: &str) -> String {
    tidy(Path::new("book/src"), file).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_says_where_it_is_from() {
        let chapter = "a\n```rust\n{{#include ../../jit/a.rs:part}}\n```\n{{#include picture.svg}}\n```sh\nb\n```\n";
        let expected = "a\n```rust\n{{#include ../../jit/a.rs:part}}\n```\n\n<div class=\"from\">\n\n\
                        [jit/a.rs](../../jit/a.rs#anchor:part)\n\n</div>\n{{#include picture.svg}}\n```sh\nb\n```\n";
        assert_eq!(caption(chapter), expected);
    }

    #[test]
    fn names_begin_at_the_root() {
        assert_eq!(name("../modules/peek.wat"), "book/modules/peek.wat");
        assert_eq!(name("../../README.md"), "README.md");
        assert_eq!(name("ch01-bytes.md"), "book/src/ch01-bytes.md");
    }
}
