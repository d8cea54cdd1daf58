//! The crates of the workspace that `cargo doc` makes pages for: those with a library.

use std::path::{Path, PathBuf};

/// A crate with documentation.
pub struct Crate {
    /// Its name in Rust, which is also that of the folder with its pages.
    pub name: String,
    /// The file that begins with the crate's own documentation.
    pub library: PathBuf,
}

impl Crate {
    /// The folder with its sources.
    pub fn sources(&self) -> &Path {
        self.library.parent().expect("a file is in a folder")
    }
}

/// The crates, in the order of the workspace.
pub fn documented() -> Vec<Crate> {
    let manifest = read(&crate::root());
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = ")).expect("the workspace has members");
    members.split('"').skip(1).step_by(2).filter_map(|member| library(&crate::root().join(member))).collect()
}

/// The library of a package, if it has one.
fn library(folder: &Path) -> Option<Crate> {
    let manifest = read(folder);
    let value = |section: &str, key: &str| {
        let (_, section) = manifest.split_once(section)?;
        let mut lines = section.lines().skip(1).take_while(|line| !line.starts_with('['));
        let value = lines.find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))?;
        Some(value.trim().trim_matches('"').to_owned())
    };
    let library = folder.join(value("[lib]", "path").unwrap_or("src/lib.rs".to_owned()));
    let name = value("[package]", "name").expect("a package has a name").replace('-', "_");
    library.exists().then_some(Crate { name, library })
}

fn read(folder: &Path) -> String {
    let path = folder.join("Cargo.toml");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_with_a_library_have_documentation() {
        let found = documented();
        let library = |name: &str| found.iter().find(|krate| krate.name == name).map(|krate| krate.library.clone());
        let root = crate::root();
        assert_eq!(library("falkirk"), Some(root.join("./src/lib.rs")));
        assert_eq!(library("falkirk_canonical_abi_derive"), Some(root.join("canonical-abi/derive/src/lib.rs")));
        assert_eq!(library("falkirk_book"), Some(root.join("book/code/lib.rs")));
        assert_eq!(library("falkirk_cli"), None, "a program has none");
    }
}
