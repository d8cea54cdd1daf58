//! Ways out of a directory that were tried on others. Beside a granted directory there is a secret; whatever a guest
//! does, it does not read it, change it, or learn that it is there.

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use falkirk_runtime::Engine;
use falkirk_wasi::WasiCtx;
use falkirk_wasi::files::Access;
use falkirk_wasi::preview1::{oflags, rights};
use support::{Guest, engines};

const SECRET: &str = "secret-7f3a";

/// A guest with the directory `granted`; `secret` is beside it.
fn guest(engine: &Engine, root: &Path) -> Guest {
    std::fs::create_dir_all(root.join("granted/d")).expect("it can be made");
    std::fs::create_dir_all(root.join("other")).expect("it can be made");
    std::fs::write(root.join("secret"), SECRET).expect("it can be made");
    let context = WasiCtx::builder()
        .dir(root.join("granted"), "/", Access::ReadWrite)
        .expect("it is there")
        .dir(root.join("other"), "/other", Access::ReadWrite)
        .expect("it is there")
        .build()
        .expect("nothing is wrong with it");
    Guest::new(engine, context)
}

/// Runs a test with a new guest for each engine.
fn with_guest(test: impl Fn(&mut Guest, &Path)) {
    for engine in engines() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        test(&mut guest(&engine, temporary.path()), temporary.path());
        let secret = std::fs::read_to_string(temporary.path().join("secret")).expect("it is still there");
        assert_eq!(secret, SECRET);
    }
}

/// Whether a guest gets at the secret by this path, in any way of opening it.
fn reads_secret(guest: &mut Guest, path: &[u8]) -> bool {
    guest.free_all();
    let ways =
        [(0, rights::FD_READ), (oflags::CREAT as u64, rights::FD_READ), (oflags::DIRECTORY as u64, rights::FD_READ)];
    ways.into_iter().any(|(oflags, rights)| {
        let Ok(fd) = guest.open(3, path, oflags, rights, 0) else { return false };
        let found = guest.read(fd, 64).is_ok_and(|bytes| bytes == SECRET.as_bytes());
        assert_eq!(guest.call("fd_close", &[fd as u64]), "success");
        found
    })
}

fn link(target: impl AsRef<Path>, root: &Path, at: &str) {
    std::os::unix::fs::symlink(target, root.join("granted").join(at)).expect("it can be made");
}

#[test]
fn paths_and_links_in_any_position_stay_inside() {
    with_guest(|guest, root| {
        // ANCHOR: paths
        link("../secret", root, "relative");
        link(root.join("secret"), root, "absolute");
        link("..", root, "up");
        link("relative", root, "chain");
        link("/", root, "root");
        link("../../secret", root, "d/deep");
        link("/proc/self/root", root, "proc");
        let absolute = root.join("secret").to_string_lossy().into_owned();
        let long = format!("{}../secret", "d/../".repeat(700));
        let paths = [
            "../secret",
            "relative",
            "relative/",
            "absolute",
            "absolute/",
            "up/secret",
            "up//secret",
            "./up/./secret",
            "chain",
            "chain/.",
            "d/deep",
            "d/../d/deep",
            "d/../../secret",
            "root/etc/hostname",
            "proc/etc/hostname",
            "up/granted/../secret",
            "../granted/../secret",
            &absolute,
            &long,
            "/proc/self/fd/3/../secret",
            "/proc/self/cwd/../secret",
            "\\..\\secret",
            "../secret\0",
            "relative\0/x",
            "",
            ".",
            "..",
            "...",
            "d/inner/..",
            "//secret",
            "up/./../x",
        ];
        // ANCHOR_END: paths
        for path in paths {
            assert!(!reads_secret(guest, path.as_bytes()), "{path}");
        }
        // The same links are no way for changes either.
        for path in ["up/new", "relative", "absolute", "root/tmp/new", "../new", "up/secret", "proc/tmp/new"] {
            guest.free_all();
            let opened = guest.open(3, path.as_bytes(), (oflags::CREAT | oflags::TRUNC) as u64, rights::FD_WRITE, 0);
            assert_eq!(opened, Err("perm"), "{path}");
        }
        assert!(!root.join("new").exists());
    });
}

/// A link to a place outside with slashes behind it, by every function (GHSA-vqjp-4c8c-hfgg). The last link may be
/// reached through others. Both previews and races are in `escapes_by_operation.rs`.
#[test]
fn slashes_at_the_end_of_links_stay_inside() {
    with_guest(|guest, root| {
        std::fs::create_dir(root.join("outside")).expect("it can be made");
        std::fs::write(root.join("outside/file"), SECRET).expect("it can be made");
        link("../outside", root, "out");
        link("out/", root, "to-out");
        link("../outside/", root, "slash");
        for link in ["out", "to-out", "slash", "d/../out", "d/../slash"] {
            for end in ["/", "//", "/.", "/./", "/./.", "/../outside", "/file", "/file/"] {
                guest.free_all();
                let path = format!("{link}{end}");
                let (name, len) = (guest.put(path.as_bytes()) as u64, path.len() as u64);
                let (buffer, used) = (guest.allocate(64) as u64, guest.allocate(4) as u64);
                for follow in [0, 1] {
                    for o in [0, oflags::DIRECTORY, oflags::CREAT, oflags::TRUNC] {
                        let call = [3, follow, name, len, o as u64, rights::FD_READ, rights::ALL, 0, used];
                        assert_ne!(guest.call("path_open", &call), "success", "{path}");
                    }
                    assert_ne!(guest.call("path_filestat_get", &[3, follow, name, len, buffer]), "success", "{path}");
                    let times = [3, follow, name, len, 1, 1, 5];
                    assert_ne!(guest.call("path_filestat_set_times", &times), "success", "{path}");
                }
                assert_ne!(guest.call("path_readlink", &[3, name, len, buffer, 64, used]), "success", "{path}");
                assert_ne!(guest.call("path_create_directory", &[3, name, len]), "success", "{path}");
                assert_ne!(guest.call("path_unlink_file", &[3, name, len]), "success", "{path}");
                assert_ne!(guest.call("path_remove_directory", &[3, name, len]), "success", "{path}");
                let new = guest.put(b"new") as u64;
                assert_ne!(guest.call("path_link", &[3, 0, name, len, 3, new, 3]), "success", "{path}");
                assert_ne!(guest.call("path_symlink", &[new, 3, 3, name, len]), "success", "{path}");
            }
        }
        assert_eq!(std::fs::read_dir(root.join("outside")).expect("it is there").count(), 1);
        assert_eq!(std::fs::read_to_string(root.join("outside/file")).expect("it is there"), SECRET);
    });
}

#[test]
fn nothing_is_renamed_or_linked_out_of_a_directory_or_into_it() {
    with_guest(|guest, root| {
        std::fs::write(root.join("granted/f"), "f").expect("it can be made");
        link("..", root, "up");
        let cases = [
            ("f", 3, "../f"),
            ("f", 3, "up/f"),
            ("f", 4, "../f"),
            ("../secret", 3, "got"),
            ("up/secret", 3, "got"),
            ("../secret", 4, "got"),
            ("f", 3, "/tmp/f"),
            ("../granted", 4, "got"),
            ("..", 4, "got"),
            ("f", 4, ".."),
        ];
        for (old, to, new) in cases {
            guest.free_all();
            let (old_at, new_at) = (guest.put(old.as_bytes()) as u64, guest.put(new.as_bytes()) as u64);
            let (old_len, new_len) = (old.len() as u64, new.len() as u64);
            assert_ne!(guest.call("path_rename", &[3, old_at, old_len, to, new_at, new_len]), "success", "{old} {new}");
            assert_ne!(
                guest.call("path_link", &[3, 0, old_at, old_len, to, new_at, new_len]),
                "success",
                "{old} {new}"
            );
        }
        // Between two directories that were granted, both work, and a link that is moved leads nowhere else.
        let (f, len) = (guest.put(b"f") as u64, 1);
        assert_eq!(guest.call("path_rename", &[3, f, len, 4, f, len]), "success");
        assert!(root.join("other/f").exists());
        link("d/../../secret", root, "g");
        let g = guest.put(b"g") as u64;
        assert_eq!(guest.call("path_rename", &[3, g, 1, 4, g, 1]), "success");
        assert_eq!(guest.open(4, b"g", 0, rights::FD_READ, 0), Err("noent"));
    });
}

#[test]
fn a_directory_that_moves_while_it_is_open_leads_nowhere_new() {
    with_guest(|guest, root| {
        let d = guest.open(3, b"d", oflags::DIRECTORY as u64, 0, 0).expect("it is there");
        std::fs::rename(root.join("granted/d"), root.join("d")).expect("it can be moved");
        assert_eq!(guest.open(d, b"../secret", 0, rights::FD_READ, 0), Err("perm"));
        assert_eq!(guest.open(d, b"..", oflags::DIRECTORY as u64, 0, 0), Err("perm"));
    });
}

#[test]
fn very_long_names_are_refused() {
    with_guest(|guest, _| {
        for (path, errno) in [
            (b"x".repeat(256), "nametoolong"),
            (b"x/".repeat(2048), "nametoolong"),
            (b"/".repeat(5000), "perm"),
            (b"../".repeat(1000), "perm"),
            (b"x".repeat(1 << 20), "nametoolong"),
        ] {
            guest.free_all();
            let found = guest.open(3, &path, 0, rights::FD_READ, 0).expect_err("there is no such file");
            assert!(found == errno || found == "nametoolong", "{} bytes: {found}", path.len());
        }
    });
}

/// Ends the other thread, also by a panic: else a race that is won would go on for ever.
struct StopAtEnd<'a>(&'a AtomicBool);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A thread swaps a directory for a link that leads out, over and over, while the guest goes through it.
#[test]
fn a_race_with_a_thread_that_swaps_links_is_not_won() {
    with_guest(|guest, root| {
        std::fs::write(root.join("granted/d/secret"), "inside").expect("it can be made");
        link("..", root, "link");
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let (dir, link, spare) =
                    (root.join("granted/d"), root.join("granted/link"), root.join("granted/spare"));
                while !stop.load(Ordering::Relaxed) {
                    // Where `d` was is the link, and then the directory again.
                    for (from, to) in [(&dir, &spare), (&link, &dir), (&dir, &link), (&spare, &dir)] {
                        std::fs::rename(from, to).expect("nobody else moves them");
                    }
                }
            });
            let _stop = StopAtEnd(&stop);
            let mut inside = 0;
            for _ in 0..20_000 {
                guest.free_all();
                let Ok(fd) = guest.open(3, b"d/secret", 0, rights::FD_READ, 0) else { continue };
                let bytes = guest.read(fd, 64).expect("it is open");
                assert_eq!(bytes, b"inside", "the race was won");
                assert_eq!(guest.call("fd_close", &[fd as u64]), "success");
                inside += 1;
            }
            assert!(inside > 0, "the file inside was never found");
        });
    });
}

/// Links of `/proc` lead to what a process has open, wherever that is. Not even a guest that was given all of it may
/// follow them.
#[test]
#[cfg(target_os = "linux")]
fn magic_links_lead_nowhere() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(temporary.path().join("secret"), SECRET).expect("it can be made");
    let open = std::fs::File::open(temporary.path().join("secret")).expect("it is there");
    let fd = std::os::fd::AsRawFd::as_raw_fd(&open);
    for engine in engines() {
        let context =
            WasiCtx::builder().dir("/proc/self", "/proc/self", Access::ReadOnly).expect("it is there").build();
        let mut guest = Guest::new(&engine, context.expect("nothing is wrong with it"));
        for path in [
            format!("fd/{fd}"),
            format!("./fd/../fd/{fd}"),
            "root/etc/passwd".into(),
            "cwd/Cargo.toml".into(),
            "exe".into(),
        ] {
            assert!(guest.open(3, path.as_bytes(), 0, rights::FD_READ, 0).is_err(), "{path}");
        }
        let status = guest.open(3, b"status", 0, rights::FD_READ, 0).expect("what is no link can be read");
        assert!(guest.read(status, 8).is_ok_and(|bytes| bytes.starts_with(b"Name:")));
    }
}
