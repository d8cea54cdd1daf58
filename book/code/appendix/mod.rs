//! The pages behind the chapters that are made from something else. `cargo book appendix` writes them again.

pub mod glossary;
pub mod wasi;

use std::io::Write;
use std::path::PathBuf;

use crate::check::{pages, source};
use crate::programs::Result;

/// The pages, each with what it should say.
fn made() -> Vec<(PathBuf, String)> {
    vec![(source().join("appendix-wasi.md"), wasi::page()), (source().join("glossary.md"), glossary::page(&pages()))]
}

/// Writes every such page.
pub fn run(_: &[String], out: &mut dyn Write) -> Result<()> {
    for (path, text) in made() {
        std::fs::write(&path, text)?;
        writeln!(out, "{}", path.strip_prefix(crate::root())?.display())?;
    }
    Ok(())
}

/// Pages that are not what they would be made now.
pub fn check() -> Vec<String> {
    let old = made().into_iter().filter(|(path, text)| std::fs::read_to_string(path).ok().as_ref() != Some(text));
    old.map(|(path, _)| format!("{} is not up to date: `cargo book appendix`", path.display())).collect()
}

/// What is wrong with a page that a test makes, if something is. With `FALKIRK_BLESS` in the environment the page is
/// written first.
///
/// # Errors
///
/// It is not what it would be made now, or cannot be written.
pub fn compare(name: &str, text: &str) -> std::result::Result<(), String> {
    let path = source().join(name);
    if std::env::var_os("FALKIRK_BLESS").is_some() {
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    match std::fs::read_to_string(&path) {
        Ok(there) if there == text => Ok(()),
        _ => Err(format!("{} is not up to date: run this test with FALKIRK_BLESS=1", path.display())),
    }
}
