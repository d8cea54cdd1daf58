//! Pictures, from text: `book/diagrams/NAME.txt` becomes `book/src/pictures/NAME.svg`.
//!
//! A source begins with a line that says which kind of picture it is and what its title is; what the other lines mean
//! depends on the kind.
//!
//! | kind | what it shows | module |
//! | --- | --- | --- |
//! | `memory` | rows of cells with addresses, and what lies where | [`memory`] |
//! | `stack` | a stack, step by step | [`stack`] |
//! | `pipeline` | what becomes of what | [`pipeline`] |
//!
//! Pages include the pictures as they are, so text in them is text, and colours are those of the page's theme. Opened by
//! itself, a picture follows the reader's preference for light or dark.

pub mod memory;
pub mod pipeline;
pub mod stack;
pub mod svg;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::programs::Result;
use svg::Svg;

/// Draws what a source describes.
pub fn draw(source: &str) -> Result<String> {
    let mut lines = source.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().ok_or("there is nothing in it")?;
    let (kind, title) = first.split_once(' ').ok_or("the first line is a kind and a title")?;
    let lines: Vec<&str> = lines.map(str::trim).collect();
    let mut svg = Svg::new(title);
    match kind {
        "memory" => memory::draw(&lines, &mut svg)?,
        "stack" => stack::draw(&lines, &mut svg)?,
        "pipeline" => pipeline::draw(&lines, &mut svg)?,
        _ => return Err(format!("`{kind}` is no kind of picture").into()),
    }
    Ok(svg.finish())
}

/// The sources, and where their pictures are.
fn pictures() -> Vec<(PathBuf, PathBuf)> {
    let book = crate::root().join("book");
    let picture = |source: &Path| {
        let name = source.file_stem().expect("a source has a name");
        book.join("src/pictures").join(name).with_extension("svg")
    };
    crate::files(&book.join("diagrams"), "txt").into_iter().map(|source| (source.clone(), picture(&source))).collect()
}

fn draw_file(source: &Path) -> Result<String> {
    let text = std::fs::read_to_string(source)?;
    draw(&text).map_err(|error| format!("{}: {error}", source.display()).into())
}

/// Draws every picture again.
pub fn run(_: &[String], out: &mut dyn Write) -> Result<()> {
    for (source, picture) in pictures() {
        std::fs::write(&picture, draw_file(&source)?)?;
        writeln!(out, "{}", picture.strip_prefix(crate::root())?.display())?;
    }
    Ok(())
}

/// Pictures that are not what their sources describe, and those that have none.
pub fn check() -> Vec<String> {
    let pictures = pictures();
    let mut complaints = Vec::new();
    for (source, picture) in &pictures {
        match draw_file(source) {
            Err(error) => complaints.push(error.to_string()),
            Ok(drawn) if std::fs::read_to_string(picture).ok().as_ref() != Some(&drawn) => {
                complaints.push(format!("{} is not what its source describes: `cargo book draw`", picture.display()));
            }
            Ok(_) => {}
        }
    }
    let files = crate::files(&crate::root().join("book/src/pictures"), "svg");
    let orphans = files.into_iter().filter(|file| !pictures.iter().any(|(_, picture)| picture == file));
    complaints.extend(orphans.map(|file| format!("{} has no source", file.display())));
    complaints
}
