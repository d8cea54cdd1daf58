//! Every way out of a directory, tried with every operation that takes a path, by guests of both previews, with files
//! of the host and with files in memory. Whatever is tried, nothing outside changes, nothing of it is read, and whether
//! something is there makes no difference to what the guest is told.

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::both::{At, Guests, Outcome, PREVIEWS, Paths};
use support::place::{Place, SECRET};
use support::{engines, write_file};

/// An operation that takes a path.
struct Operation {
    name: &'static str,
    /// Whether it follows a link at the end of the path.
    follows: bool,
    run: fn(&mut dyn Paths, At<'_>) -> Outcome,
}

const fn follow(name: &'static str, run: fn(&mut dyn Paths, At<'_>) -> Outcome) -> Operation {
    Operation { name, follows: true, run }
}

const fn stay(name: &'static str, run: fn(&mut dyn Paths, At<'_>) -> Outcome) -> Operation {
    Operation { name, follows: false, run }
}

const OPERATIONS: &[Operation] = &[
    follow("open", |guest, at| guest.open(at, true, &[])),
    follow("open to write", |guest, at| guest.open(at, true, &["write"])),
    follow("open, creating", |guest, at| guest.open(at, true, &["create", "write"])),
    follow("open, emptying", |guest, at| guest.open(at, true, &["truncate", "write"])),
    follow("open a directory", |guest, at| guest.open(at, true, &["directory"])),
    follow("open, not following", |guest, at| guest.open(at, false, &[])),
    follow("open, creating, not following", |guest, at| guest.open(at, false, &["create", "write"])),
    follow("open, emptying, not following", |guest, at| guest.open(at, false, &["truncate", "write"])),
    follow("open a directory, not following", |guest, at| guest.open(at, false, &["directory"])),
    follow("open, only creating", |guest, at| guest.open(at, true, &["create", "exclusive", "write"])),
    follow("stat", |guest, at| guest.stat(at, true)),
    stay("stat, not following", |guest, at| guest.stat(at, false)),
    follow("hash", |guest, at| guest.hash(at, true)),
    stay("hash, not following", |guest, at| guest.hash(at, false)),
    follow("set times", |guest, at| guest.set_times(at, true)),
    stay("set times, not following", |guest, at| guest.set_times(at, false)),
    follow("create directory", |guest, at| guest.create_directory(at)),
    stay("remove directory", |guest, at| guest.remove_directory(at)),
    stay("unlink", |guest, at| guest.unlink(at)),
    stay("rename from", |guest, at| guest.rename(at, (0, b"new"))),
    stay("rename from, to another grant", |guest, at| guest.rename(at, (1, b"new"))),
    stay("rename to", |guest, at| guest.rename((0, b"f"), at)),
    stay("rename to, from another grant", |guest, at| guest.rename((1, b"f"), at)),
    stay("rename a directory to", |guest, at| guest.rename((0, b"empty"), at)),
    stay("link from", |guest, at| guest.link(at, (0, b"new"))),
    stay("link from, to another grant", |guest, at| guest.link(at, (1, b"new"))),
    stay("link to", |guest, at| guest.link((0, b"f"), at)),
    stay("link to, from another grant", |guest, at| guest.link((1, b"f"), at)),
    stay("symlink at", |guest, at| guest.symlink(b"f", at)),
    stay("read link", |guest, at| guest.read_link(at)),
    follow("list", |guest, at| guest.list(at)),
    // Operations one after the other: what the first has made is what the second goes through.
    follow("open through a new link", |guest, (dir, path)| {
        guest.symlink(path, (dir, b"new"))?;
        guest.open((dir, b"new"), true, &[])
    }),
    follow("empty through a new link", |guest, (dir, path)| {
        guest.symlink(path, (dir, b"new"))?;
        guest.open((dir, b"new"), true, &["create", "truncate", "write"])
    }),
    follow("list through a new link", |guest, (dir, path)| {
        guest.symlink(path, (dir, b"new"))?;
        guest.list((dir, b"new/"))
    }),
    follow("open through a link that was renamed", |guest, at| {
        guest.rename(at, (1, b"moved"))?;
        guest.open((1, b"moved"), true, &[])
    }),
    follow("open through a hard link of a link", |guest, at| {
        guest.link(at, (1, b"moved"))?;
        guest.open((1, b"moved"), true, &[])
    }),
];

/// Paths that lead out before their end: no operation may do anything with them. What `{file}` stands for is there
/// once, and once it is not.
const OUT: &[&str] = &[
    "..",
    "../",
    "../.",
    "../..",
    "../{file}",
    "./../{file}",
    ".//..//{file}",
    "d/../../{file}",
    "d/inner/../../../{file}",
    "d/./inner/.././../../{file}",
    "../granted/f",
    "../granted/../{file}",
    "../other/f",
    "/",
    "//",
    "/.",
    "/..",
    "/{file}",
    "//{file}",
    "{root}/{file}",
    "{root}/granted/f",
    "/etc/passwd",
    "/proc/self/root",
    "/proc/self/fd/0",
    "/proc/self/cwd/Cargo.toml",
    "/dev/stdin",
    "up/",
    "up/.",
    "up/..",
    "up/{file}",
    "up//{file}",
    "up/./{file}",
    "up/granted/f",
    "up/granted/../{file}",
    "d/up/{file}",
    "d/up/..",
    "d/../up/{file}",
    "d/chain/{file}",
    "chain/",
    "chain/{file}",
    "chain/../{file}",
    "through/",
    "through/{file}",
    "out/",
    "out//",
    "out/.",
    "out/./",
    "out/..",
    "out/../{file}",
    "out/{file}",
    "out/{file}/",
    "d/../out/",
    "d/../out/{file}",
    "slash/",
    "slash/{file}",
    "slashes/.",
    "slashes/{file}",
    "dot/",
    "dot/{file}",
    "to-slash/",
    "to-slash/{file}",
    "to-secret/",
    "to-secret/x",
    "loop/",
    "loop/x",
    "loop-a/x",
    "nowhere/x",
    "nowhere/../../{file}",
    "missing/../../{file}",
    "f/../../{file}",
    "absolute/",
    "absolute/{file}",
    "absolute-slash/{file}",
    "root/",
    "root/etc/passwd",
    "proc/etc/passwd",
    "cwd/Cargo.toml",
    "fds/0",
    "d/back/../../{file}",
];

/// Links that lead out, as the last name of a path: who follows gets an error, who does not has the link itself.
const LAST: &[&str] = &[
    "up",
    "chain",
    "d/up",
    "d/chain",
    "to-secret",
    "./to-secret",
    "d/../to-secret",
    "to-to-secret",
    "deep",
    "d/to-secret",
    "out",
    "slash",
    "slashes",
    "dot",
    "to-slash",
    "through",
    "new-outside",
    "back",
    "loop",
    "loop-a",
    "absolute",
    "absolute-slash",
    "absolute-file",
    "root",
    "proc",
    "cwd",
    "fds",
    "stdin",
];

/// Calls `test` for each preview and kind of files, with a name for them. Which engine runs the guest is all the same.
fn everywhere(test: impl Fn(&Guests, &str, &str)) {
    for preview in PREVIEWS {
        let guests = Guests::of(preview, &engines()[0]);
        for kind in ["host", "memory"] {
            test(&guests, kind, &format!("{preview}, {kind}"));
        }
    }
}

/// A guest at a place of its own, until it has changed something there.
struct Trial<'a> {
    guests: &'a Guests,
    kind: &'static str,
    place: Place,
    guest: Box<dyn Paths>,
    before: Vec<String>,
}

impl<'a> Trial<'a> {
    fn new(guests: &'a Guests, kind: &str) -> Trial<'a> {
        let kind = if kind == "host" { "host" } else { "memory" };
        let place = Place::new(kind);
        let mut guest = guests.guest(place.context());
        guest.adopt((0, b"d"));
        let before = place.outside();
        Trial { guests, kind, place, guest, before }
    }

    /// Does something with a path, and checks that nothing outside has changed.
    fn run(&mut self, operation: &Operation, dir: usize, path: &str, name: &str) -> Outcome {
        let path = path.replace("{root}", &self.place.path);
        let found = (operation.run)(&mut *self.guest, (dir, path.as_bytes()));
        assert_eq!(self.place.outside(), self.before, "{name}: {} of {path} has changed something", operation.name);
        let told = String::from_utf8_lossy(found.as_deref().unwrap_or_default()).into_owned();
        assert!(!told.contains(SECRET), "{name}: {} of {path} has read it", operation.name);
        if operation.name.contains("through") {
            let _ = self.guest.unlink((dir, b"new"));
        }
        let only_looks = ["stat", "hash", "read"].iter().any(|name| operation.name.starts_with(name));
        if (found.is_ok() && !only_looks) || self.guest.unlink((1, b"moved")).is_ok() {
            *self = Trial::new(self.guests, self.kind);
        }
        found
    }
}

/// Whether a path goes through a link that is absolute: nobody can make those in memory.
fn is_absolute(path: &str) -> bool {
    ["absolute", "root", "proc", "cwd", "fds", "stdin"].iter().any(|link| path.starts_with(link))
}

#[test]
fn a_path_that_leads_out_is_an_error_for_every_operation() {
    everywhere(|guests, kind, name| {
        let mut trial = Trial::new(guests, kind);
        for operation in OPERATIONS {
            for path in OUT.iter().filter(|path| kind == "host" || !is_absolute(path)) {
                let (there, missing) = (path.replace("{file}", "secret"), path.replace("{file}", "missing"));
                let found = trial.run(operation, 0, &there, name);
                assert!(found.is_err(), "{name}: {} of {there} gave {found:?}", operation.name);
                if there != missing {
                    let other = trial.run(operation, 0, &missing, name);
                    assert_eq!(found, other, "{name}: {} tells what is at {path}", operation.name);
                }
            }
        }
    });
}

#[test]
fn a_link_that_leads_out_is_followed_by_no_operation() {
    everywhere(|guests, kind, name| {
        let mut trial = Trial::new(guests, kind);
        for operation in OPERATIONS {
            for path in LAST.iter().filter(|path| kind == "host" || !is_absolute(path)) {
                let found = trial.run(operation, 0, path, name);
                assert!(found.is_err() || !operation.follows, "{name}: {} of {path} gave {found:?}", operation.name);
            }
        }
    });
}

/// A directory that was opened is as much of an end as one that was granted.
#[test]
fn a_directory_below_is_left_by_no_operation() {
    everywhere(|guests, kind, name| {
        let mut trial = Trial::new(guests, kind);
        for operation in OPERATIONS {
            for path in
                ["..", "../", "../f", "../d", "inner/../..", "inner/../../f", "up/granted/f", "back/", "chain/f"]
            {
                let found = trial.run(operation, 2, path, name);
                assert!(found.is_err(), "{name}: {} of {path} gave {found:?}", operation.name);
            }
            let found = trial.run(operation, 2, "back", name);
            assert!(found.is_err() || !operation.follows, "{name}: {} of back gave {found:?}", operation.name);
        }
    });
}

/// Names that no system has, and paths that are too long for any.
#[test]
fn a_path_that_is_none_is_an_error_for_every_operation() {
    let long_name = "x".repeat(256);
    let paths = [
        String::new(),
        "f\0".into(),
        "\0".into(),
        "f\0/../../secret".into(),
        "d/\0/f".into(),
        format!("d/{long_name}"),
        format!("{long_name}/f"),
        long_name.repeat(64),
        "d/../".repeat(1000) + "f",
        "./".repeat(3000) + "f",
        "../".repeat(2000) + "secret",
    ];
    everywhere(|guests, kind, name| {
        let mut trial = Trial::new(guests, kind);
        for operation in OPERATIONS {
            for path in &paths {
                let found = trial.run(operation, 0, path, name);
                let shown: String = path.escape_debug().take(40).collect();
                assert!(found.is_err(), "{name}: {} of {shown} gave {found:?}", operation.name);
            }
        }
    });
}

/// Ends the other thread, also by a panic: else a race that is won would go on for ever.
struct StopAtEnd(Arc<AtomicBool>);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How often a guest tries each operation while somebody else swaps what it goes through.
const TRIES: usize = 20;

/// Paths through what is swapped, and those that name it.
const THROUGH: [&str; 3] = ["swapped/secret", "swapped/made", "swapped/made/"];
const ITSELF: [&str; 4] = ["swapped", "swapped/", "swapped//", "swapped/."];

/// A thread puts a link that leads out where a directory was, and the directory back, over and over, while a guest goes
/// through it with every operation, with and without slashes at the end.
#[test]
fn a_race_with_a_thread_that_swaps_a_directory_and_a_link_is_not_won() {
    for preview in PREVIEWS {
        let guests = Guests::of(preview, &engines()[0]);
        let mut successes = 0;
        for target in ["../outside", "../outside/"] {
            for operation in OPERATIONS {
                successes += race(&guests, preview, target, operation);
            }
        }
        assert!(successes > 0, "{preview}: the directory was never found");
    }
}

/// One operation, while somebody swaps; how often it was done.
fn race(guests: &Guests, preview: &str, target: &str, operation: &Operation) -> usize {
    let place = Place::new("host");
    place.root.create_dir(b"granted/swapped").expect("it can be made");
    write_file(&place.root, "granted/swapped/secret", "inside");
    place.root.symlink(target.as_bytes(), b"granted/spare").expect("it can be made");
    let (mut guest, before) = (guests.guest(place.context()), place.outside());
    let (stop, mut successes) = (Arc::new(AtomicBool::new(false)), 0);
    // What the other thread moves stays where it is.
    let only_looks = ["open", "stat", "list", "hash", "set"].iter().any(|name| operation.name.starts_with(name))
        && !["creating", "renamed"].iter().any(|word| operation.name.contains(word));
    let itself: &[&str] = if only_looks { &ITSELF } else { &[] };
    std::thread::scope(|scope| {
        let (granted, told) = (Path::new(&place.path).join("granted"), stop.clone());
        scope.spawn(move || swap(&granted, &told));
        let _stop = StopAtEnd(stop);
        for path in THROUGH.iter().chain(itself) {
            for _ in 0..TRIES {
                let found = (operation.run)(&mut *guest, (0, path.as_bytes()));
                let told = String::from_utf8_lossy(found.as_deref().unwrap_or_default()).into_owned();
                let outside = told.contains(SECRET) || told.starts_with(&format!("file {} ", SECRET.len()));
                assert!(!outside, "{preview}: {} has won the race: {told}", operation.name);
                successes += usize::from(found.is_ok());
                if found.is_err() && !operation.name.contains("through") {
                    continue;
                }
                // What was made is in nobody's way the next time.
                for at in [(0, "swapped/made"), (0, "new"), (1, "new"), (1, "moved")] {
                    let at = (at.0, at.1.as_bytes());
                    let _ = guest.unlink(at).or_else(|_| guest.remove_directory(at));
                }
            }
        }
    });
    assert_eq!(place.outside(), before, "{preview}: {} has changed something outside", operation.name);
    successes
}

/// Where `swapped` was is the link `spare`, and then the directory again, until it is told to stop.
fn swap(granted: &Path, stop: &AtomicBool) {
    let rename = |from: &str, to: &str| {
        std::fs::rename(granted.join(from), granted.join(to)).expect("nobody else moves them");
    };
    while !stop.load(Ordering::Relaxed) {
        rename("swapped", "aside");
        rename("spare", "swapped");
        rename("swapped", "spare");
        rename("aside", "swapped");
    }
}
