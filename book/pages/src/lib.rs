//! The book's pages: made by mdBook from the chapters, with what mdBook does not do.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`listings`] | says under each listing which file it is from |
//! | [`sources`] | shows these files, and others to which chapters link |
//! | [`links`] | follows every link of the pages |
//!
//! `cargo pages` is all of it. It needs nothing but cargo: mdBook is a library here.

pub mod links;
pub mod listings;
pub mod sources;

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use tracing_subscriber::fmt::MakeWriter;

/// Anything that can go wrong.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Makes all pages, in this folder.
///
/// # Errors
///
/// The folder cannot be written, or mdBook has a complaint: a warning counts, since it mostly is about something that the
/// reader will not see.
pub fn build(into: &Path) -> Result<()> {
    let folder = falkirk_book::root().join("book");
    let mut config = Config::from_disk(folder.join("book.toml"))?;
    config.build.build_dir = std::path::absolute(into)?;
    let mut book = MDBook::load_with_config(folder, config)?;
    let mut shown = sources::Sources::default();
    book.book.for_each_chapter_mut(|chapter| chapter.content = shown.link(&listings::caption(&chapter.content)));
    let complaints = listen(|| book.build())?;
    if !complaints.is_empty() {
        return Err(format!("mdBook is not content:\n{complaints}").into());
    }
    shown.write(into)
}

/// Where cargo's own programs find the book: in its target folder, beside the folder of this program.
///
/// # Errors
///
/// The system does not say where this program is.
pub fn place() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent).ok_or("this program is in no target folder")?;
    Ok(target.join("book"))
}

/// A relative path from a folder, without the ways up in it.
pub fn tidy(folder: &Path, relative: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for component in folder.join(relative).components() {
        match component {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

/// Does the work, and gives the warnings and errors that were written to the log meanwhile.
fn listen<E>(work: impl FnOnce() -> std::result::Result<(), E>) -> std::result::Result<String, E> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .without_time()
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, work)?;
    let bytes = log.0.lock().expect("nobody panics with it").clone();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Log;

    fn make_writer(&self) -> Log {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_up_are_gone() {
        assert_eq!(tidy(Path::new("/a/b"), "../c/./d.html"), Path::new("/a/c/d.html"));
    }

    #[test]
    fn warnings_are_complaints() {
        let heard = listen(|| {
            tracing::warn!("an odd chapter");
            tracing::info!("building");
            Ok::<(), ()>(())
        });
        let heard = heard.unwrap();
        assert!(heard.contains("an odd chapter") && !heard.contains("building"), "{heard}");
    }
}
