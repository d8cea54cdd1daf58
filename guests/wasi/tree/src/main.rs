//! Walks through directories and hashes every file in them, as `sha256sum` would print it. Links are shown and not
//! followed. The last line has the hash of all other lines.
//!
//!     tree [DIRECTORY...]        (without any: `/`)

mod sha256;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sha256::Sha256;

fn main() -> ExitCode {
    let mut roots: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if roots.is_empty() {
        roots.push("/".into());
    }
    let mut walk = Walk { lines: Sha256::new(), count: 0, failed: false };
    for root in &roots {
        walk.visit(root);
    }
    println!("{}  {} entries", walk.lines.finish(), walk.count);
    if walk.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What was seen so far.
struct Walk {
    lines: Sha256,
    count: usize,
    failed: bool,
}

impl Walk {
    /// A path, and if it is a directory, what is in it, in the order of the names.
    fn visit(&mut self, path: &Path) {
        match entry(path) {
            Ok(Entry::File(hash)) => self.print(&format!("{hash}  {}", path.display())),
            Ok(Entry::Link(target)) => {
                self.print(&format!("{:64}  {} -> {}", "link", path.display(), target.display()))
            }
            Ok(Entry::Directory(children)) => {
                self.print(&format!("{:64}  {}", "directory", path.display()));
                children.iter().for_each(|child| self.visit(child));
            }
            Err(error) => {
                eprintln!("tree: {}: {error}", path.display());
                self.failed = true;
            }
        }
    }

    fn print(&mut self, line: &str) {
        println!("{line}");
        self.lines.update(line.as_bytes());
        self.lines.update(b"\n");
        self.count += 1;
    }
}

/// What a path leads to.
enum Entry {
    File(String),
    Link(PathBuf),
    Directory(Vec<PathBuf>),
}

fn entry(path: &Path) -> io::Result<Entry> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Ok(Entry::Link(fs::read_link(path)?));
    }
    if kind.is_dir() {
        let mut children = fs::read_dir(path)?.map(|child| Ok(child?.path())).collect::<io::Result<Vec<_>>>()?;
        children.sort();
        return Ok(Entry::Directory(children));
    }
    let mut hash = Sha256::new();
    io::copy(&mut fs::File::open(path)?, &mut hash)?;
    Ok(Entry::File(hash.finish()))
}
