//! Gives the crate a number for the sources that decide what machine code looks like and what it means, so that the code
//! cache of one state of the sources is not used by another.
//!
//! Released versions differ in their version numbers; this is for the states in between.

use std::fs;
use std::path::{Path, PathBuf};

/// Our own sources, those of the structures that machine code reads, and the versions of what compiles and validates. In a
/// published package some are not here, but there each version has but one state.
const SOURCES: [&str; 4] = ["src", "Cargo.toml", "../runtime/src", "../Cargo.toml"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    for path in SOURCES.map(Path::new).into_iter().filter(|path| path.exists()) {
        println!("cargo::rerun-if-changed={}", path.display());
        collect(path, &mut files);
    }
    files.sort();
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    for file in files {
        hash.add(file.to_string_lossy().as_bytes());
        hash.add(&fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    }
    println!("cargo::rustc-env=FALKIRK_SOURCES={:016x}", hash.0);
}

/// A file, or all files in a folder and those below it.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        return files.push(path.to_owned());
    }
    for entry in fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
        collect(&entry.expect("a folder can be listed").path(), files);
    }
}

/// The hash FNV-1a: nobody attacks a build with its own sources.
struct Fnv(u64);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}
