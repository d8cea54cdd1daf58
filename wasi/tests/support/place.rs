//! A place with a granted directory full of links that lead out, and what is outside.

use std::path::Path;

use falkirk_wasi::WasiCtx;
use falkirk_wasi::files::{Access, Dir, FileType, MemoryFs, OpenOptions, Opened};

use super::{host_dir, write_file};

/// What is in the files outside.
pub const SECRET: &str = "secret-7f3a";

/// Links in the granted directory: where, and to what. `{root}` is the host's path of what is above it.
pub const LINKS: &[(&str, &str)] = &[
    ("up", ".."),
    ("chain", "up"),
    ("d/up", "../.."),
    ("d/chain", "../chain"),
    ("to-secret", "../secret"),
    ("to-to-secret", "to-secret"),
    ("deep", "d/inner/../../../secret"),
    ("d/to-secret", "../../secret"),
    ("out", "../outside"),
    ("slash", "../outside/"),
    ("slashes", "../outside//"),
    ("dot", "../outside/."),
    ("to-slash", "slash/"),
    ("through", "up/outside"),
    ("new-outside", "../outside/made"),
    ("back", "../granted/f"),
    ("d/back", "../f"),
    ("loop", "loop"),
    ("loop-a", "loop-b/x"),
    ("loop-b", "loop-a/x"),
    ("nowhere", "missing"),
    ("absolute", "{root}/outside"),
    ("absolute-slash", "{root}/outside/"),
    ("absolute-file", "{root}/secret"),
    ("root", "/"),
    ("proc", "/proc/self/root"),
    ("cwd", "/proc/self/cwd"),
    ("fds", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
];

/// A place with a granted directory, another, and secrets beside them.
pub struct Place {
    /// Everything, with the host's authority.
    pub root: Dir,
    granted: Dir,
    other: Dir,
    /// Where that is on the host.
    pub path: String,
    _temporary: Option<tempfile::TempDir>,
}

impl Place {
    /// A place of the host, or in memory.
    pub fn new(kind: &str) -> Place {
        let temporary = (kind == "host").then(|| tempfile::tempdir().expect("a temporary directory"));
        let path = temporary.as_ref().map_or("/memory".into(), |dir| dir.path().to_string_lossy().into_owned());
        let root = match &temporary {
            Some(dir) => host_dir(dir.path(), "", Access::ReadWrite),
            None => MemoryFs::new().root("", Access::ReadWrite),
        };
        for dir in ["granted", "granted/d", "granted/d/inner", "granted/empty", "other", "outside"] {
            root.create_dir(dir.as_bytes()).expect("it can be made");
        }
        for (file, bytes) in [("granted/f", "f"), ("other/f", "f"), ("secret", SECRET), ("outside/secret", SECRET)] {
            write_file(&root, file, bytes);
        }
        // To see it in a list is to have been there.
        write_file(&root, &format!("outside/{SECRET}"), SECRET);
        for (at, to) in LINKS {
            make_link(&root, temporary.as_ref().map(|dir| dir.path()), at, &to.replace("{root}", &path));
        }
        let (granted, other) = (subdirectory(&root, "granted"), subdirectory(&root, "other"));
        Place { root, granted, other, path, _temporary: temporary }
    }

    /// What a guest of the place is given: `/` and `/other`.
    pub fn context(&self) -> WasiCtx {
        let mut builder = WasiCtx::builder();
        builder.preopen("/", self.granted.clone()).preopen("/other", self.other.clone());
        builder.build().expect("nothing is wrong with it")
    }

    /// All that is outside of what was granted.
    pub fn outside(&self) -> Vec<String> {
        let mut found = Vec::new();
        look(&self.root, "", &mut found);
        found.sort();
        found
    }
}

/// A link below `granted`, which may be absolute: nobody can make those in memory.
fn make_link(root: &Dir, host: Option<&Path>, at: &str, to: &str) {
    let at = format!("granted/{at}");
    match host {
        Some(host) => std::os::unix::fs::symlink(to, host.join(at)).expect("it can be made"),
        None if to.starts_with('/') => {}
        None => root.symlink(to.as_bytes(), at.as_bytes()).expect("it can be made"),
    }
}

fn subdirectory(root: &Dir, name: &str) -> Dir {
    let options = OpenOptions { read: true, directory: true, ..OpenOptions::default() };
    match root.open(name.as_bytes(), options) {
        Ok(Opened::Dir(dir)) => dir,
        other => panic!("{name}: {other:?}"),
    }
}

/// Notes everything below a directory, but for what was granted.
fn look(root: &Dir, dir: &str, found: &mut Vec<String>) {
    let here = if dir.is_empty() { root.clone() } else { subdirectory(root, dir) };
    for entry in here.entries().expect("it can be listed") {
        let path = format!("{dir}{}{}", if dir.is_empty() { "" } else { "/" }, String::from_utf8_lossy(&entry.name));
        if matches!(&*path, "granted" | "other") {
            continue;
        }
        let stat = root.stat(path.as_bytes(), false).expect("it is there");
        if stat.file_type == FileType::Directory {
            found.push(format!("{path} modified={}", stat.modified));
            look(root, &path, found);
        } else {
            let bytes = read(root, &path);
            found.push(format!("{path} modified={} links={} {:?} {bytes}", stat.modified, stat.links, stat.file_type));
        }
    }
}

fn read(root: &Dir, path: &str) -> String {
    let Ok(Opened::File(file)) = root.open(path.as_bytes(), OpenOptions { read: true, ..OpenOptions::default() })
    else {
        return String::new();
    };
    let mut bytes = [0; 64];
    let count = file.read_at(&mut [std::io::IoSliceMut::new(&mut bytes)], 0).expect("it can be read");
    String::from_utf8_lossy(&bytes[..count]).into_owned()
}
