//! What both previews do with files, by guests of each: published holes of other runtimes, directories with many names
//! and with strange ones, what is in two granted directories.

mod support;

use std::os::unix::ffi::OsStrExt;

use falkirk_wasi::WasiCtx;
use falkirk_wasi::files::{Access, Dir, MemoryFs, OpenOptions, Opened};
use support::both::{Guests, PREVIEWS, Paths};
use support::{engines, host_dir, write_file};

/// Opens one of two directories, for this kind of access.
type Open<'a> = &'a dyn Fn(usize, Access) -> Dir;

/// Guests of each preview with two directories, of which the first is granted like this: two of the host, or one in
/// memory that is granted twice. In the first is `kept`, in the second `mine`. `test` gets what the host sees of them.
fn with_two(access: Access, test: impl Fn(&mut dyn Paths, [&Dir; 2], &str)) {
    let engine = engines().remove(0);
    for preview in PREVIEWS {
        let guests = Guests::of(preview, &engine);
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let paths = ["one", "two"].map(|name| temporary.path().join(name));
        paths.iter().for_each(|path| std::fs::create_dir(path).expect("it can be made"));
        let files = MemoryFs::new();
        let on_host = |at: usize, access| host_dir(&paths[at], "/", access);
        let in_memory = |_: usize, access| files.root("/", access);
        let kinds: [(&str, Open<'_>); 2] = [("host", &on_host), ("memory", &in_memory)];
        for (kind, dir) in kinds {
            let seen = [dir(0, Access::ReadWrite), dir(1, Access::ReadWrite)];
            write_file(&seen[0], "kept", "kept");
            write_file(&seen[1], "mine", "mine");
            let mut builder = WasiCtx::builder();
            builder.preopen("/one", dir(0, access)).preopen("/two", dir(1, Access::ReadWrite));
            let mut guest = guests.guest(builder.build().expect("nothing is wrong with it"));
            test(&mut *guest, [&seen[0], &seen[1]], &format!("{preview}, {kind}"));
        }
    }
}

/// What is in a file.
fn content(dir: &Dir, path: &str) -> Option<String> {
    let options = OpenOptions { read: true, ..OpenOptions::default() };
    let Ok(Opened::File(file)) = dir.open(path.as_bytes(), options) else { return None };
    let mut bytes = [0; 64];
    let count = file.read_at(&mut [std::io::IoSliceMut::new(&mut bytes)], 0).expect("it can be read");
    Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
}

fn refused<T: std::fmt::Debug>(found: Result<T, String>, name: &str) {
    assert_eq!(found.map(|_| ()), Err("read-only".to_owned()), "{name}");
}

/// GHSA-4ch3-9j33-3pmj: what was granted for reading got a name in a directory that was granted for writing, by a hard
/// link or by renaming, and was written there.
#[test]
fn what_is_granted_for_reading_gets_no_name_where_it_could_be_written() {
    with_two(Access::ReadOnly, |guest, [one, two], name| {
        refused(guest.link((0, b"kept"), (1, b"stolen")), name);
        refused(guest.rename((0, b"kept"), (1, b"stolen")), name);
        refused(guest.rename((0, b"kept"), (1, b"mine")), name);
        // Nor is it replaced, or does it get company.
        refused(guest.link((1, b"mine"), (0, b"new")), name);
        refused(guest.rename((1, b"mine"), (0, b"kept")), name);
        refused(guest.link((0, b"kept"), (0, b"new")), name);
        refused(guest.rename((0, b"kept"), (0, b"new")), name);
        assert_eq!(guest.open((1, b"stolen"), true, &["write"]), Err("no-entry".into()), "{name}");
        assert_eq!(one.stat(b"kept", false).map(|stat| stat.links), Ok(1), "{name}");
        assert_eq!(content(one, "kept").as_deref(), Some("kept"), "{name}");
        assert_eq!(content(two, "mine").as_deref(), Some("mine"), "{name}");
    });
}

/// GHSA-2r75-cxrj-cmph: a file that was granted for reading was emptied by opening it, which asks for no right to write.
#[test]
fn what_is_granted_for_reading_is_not_emptied() {
    with_two(Access::ReadOnly, |guest, [one, _], name| {
        let ways: [&[&str]; 6] = [
            &["truncate"],
            &["truncate", "write"],
            &["create"],
            &["create", "truncate"],
            &["write"],
            &["create", "write"],
        ];
        for how in ways {
            refused(guest.open((0, b"kept"), true, how), name);
            refused(guest.open((0, b"kept"), false, how), name);
        }
        refused(guest.set_times((0, b"kept"), true), name);
        assert_eq!(guest.open((0, b"kept"), true, &[]), Ok(b"kept".to_vec()), "{name}");
        assert_eq!(content(one, "kept").as_deref(), Some("kept"), "{name}");
    });
}

/// GHSA-hxf5-99xg-86hw: names of devices, on Windows. Here they are names like any others, and lead nowhere else.
#[test]
fn names_that_are_devices_elsewhere_are_files_here() {
    let names =
        ["CON", "NUL", "aux.txt", "COM1", "COM\u{b9}", "LPT\u{2070}", "C:", "\\\\.\\COM1", "..\\mine", "a:b", "a "];
    with_two(Access::ReadWrite, |guest, [one, _], name| {
        for file in names {
            assert_eq!(guest.open((0, file.as_bytes()), true, &["create", "write"]), Ok(Vec::new()), "{name}: {file}");
            assert!(one.stat(file.as_bytes(), false).is_ok(), "{name}: {file}");
            assert_eq!(guest.unlink((0, file.as_bytes())), Ok(Vec::new()), "{name}: {file}");
        }
    });
}

/// Files move between two directories, and have names in both.
#[test]
fn names_in_two_directories_are_of_one_file() {
    with_two(Access::ReadWrite, |guest, [one, two], name| {
        assert_eq!(guest.link((0, b"kept"), (1, b"linked")), Ok(Vec::new()), "{name}");
        assert_eq!(one.stat(b"kept", false).map(|stat| stat.links), Ok(2), "{name}");
        assert_eq!(guest.open((1, b"linked"), true, &["truncate", "write"]), Ok(Vec::new()), "{name}");
        assert_eq!(content(one, "kept").as_deref(), Some(""), "{name}");
        // Two names of one file: to rename one to the other changes nothing.
        assert_eq!(guest.rename((0, b"kept"), (1, b"linked")), Ok(Vec::new()), "{name}");
        assert_eq!(one.stat(b"kept", false).map(|stat| stat.links), Ok(2), "{name}");
        assert_eq!(guest.rename((1, b"mine"), (0, b"moved")), Ok(Vec::new()), "{name}");
        assert_eq!((content(one, "moved").as_deref(), content(two, "mine")), (Some("mine"), None), "{name}");
        assert_eq!(guest.create_directory((0, b"d")), Ok(Vec::new()), "{name}");
        assert_eq!(guest.rename((0, b"d"), (1, b"d2")), Ok(Vec::new()), "{name}");
        assert_eq!(guest.rename((1, b"d2"), (1, b"d2/below")), Err("invalid".into()), "{name}");
        assert_eq!(guest.remove_directory((1, b"d2")), Ok(Vec::new()), "{name}");
    });
}

#[test]
fn times_are_set_through_links_or_of_them() {
    let second = |found: Result<Vec<u8>, String>| {
        String::from_utf8(found.expect("it is there")).expect("text").ends_with(" 1000000000")
    };
    with_two(Access::ReadWrite, |guest, _, name| {
        assert_eq!(guest.symlink(b"kept", (0, b"link")), Ok(Vec::new()), "{name}");
        assert_eq!(guest.set_times((0, b"link"), false), Ok(Vec::new()), "{name}");
        assert!(second(guest.stat((0, b"link"), false)) && !second(guest.stat((0, b"kept"), true)), "{name}");
        assert_eq!(guest.set_times((0, b"link"), true), Ok(Vec::new()), "{name}");
        assert!(second(guest.stat((0, b"kept"), true)), "{name}");
        assert_eq!(guest.set_times((1, b"."), true), Ok(Vec::new()), "{name}");
        assert!(second(guest.stat((1, b"."), true)), "{name}");
    });
}

/// How many files a large directory of the host has; one in memory with more is in `files.rs`.
const MANY: usize = 1500;

#[test]
fn a_large_directory_is_listed_once_each() {
    with_two(Access::ReadWrite, |guest, [one, _], name| {
        for number in 0..MANY {
            one.symlink(b"x", format!("file-{number}").as_bytes()).expect("it can be made");
        }
        let found = String::from_utf8(guest.list((0, b".")).expect("it can be listed")).expect("text");
        let mut names: Vec<&str> = found.lines().filter(|name| name.starts_with("file-")).collect();
        assert_eq!(names.len(), MANY, "{name}");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MANY, "{name}");
    });
}

/// Names that somebody else has made, to confuse whoever lists them.
#[test]
fn strange_names_are_listed_as_they_are() {
    let names: [&[u8]; 14] = [
        b"a\nb",
        b"\n",
        b" ",
        b"-rf",
        b"...",
        b".. ",
        b"..\\x",
        b"%2e%2e",
        b"\"quoted\"",
        b"\x1b[31m",
        b"\xff\xfe",
        b"ok\xc0\xaf..",
        "\u{202e}txt.exe".as_bytes(),
        &[b'n'; 255],
    ];
    let engine = engines().remove(0);
    for preview in PREVIEWS {
        let guests = Guests::of(preview, &engine);
        let temporary = tempfile::tempdir().expect("a temporary directory");
        for name in names {
            std::fs::write(temporary.path().join(std::ffi::OsStr::from_bytes(name)), b"x").expect("it can be made");
        }
        let mut builder = WasiCtx::builder();
        builder.dir(temporary.path(), "/", Access::ReadOnly).expect("it is there");
        let mut guest = guests.guest(builder.build().expect("nothing is wrong with it"));
        let found = guest.list((0, b".")).expect("it can be listed");
        let text_only = preview == PREVIEWS[1];
        let mut unknown = 0;
        for name in names {
            if text_only && std::str::from_utf8(name).is_err() {
                unknown += 1;
                continue;
            }
            let line = [name, b"\n"].concat();
            let shown = name.escape_ascii();
            assert!(found.windows(line.len()).any(|part| part == line), "{preview}: {shown} is not listed");
            assert_eq!(guest.open((0, name), true, &[]), Ok(b"x".to_vec()), "{preview}: {shown}");
        }
        // What preview 2 has no text for is an error each, which ends nothing.
        assert_eq!(found.split(|&byte| byte == b'\n').filter(|name| name == b"?").count(), unknown, "{preview}");
        assert!(!found.contains(&b'/') && !found.starts_with(b"..\n"), "{preview}");
        assert!(!found.windows(4).any(|part| part == b"\n..\n"), "{preview}");
    }
}
