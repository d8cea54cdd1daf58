//! What a guest has made use of, and what is withheld from it.

mod support;

use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::preview1::{oflags, rights};
use falkirk_wasi::report::{Answer, Given, Use};
use falkirk_wasi::streams::InputStream;
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::{Guest, engines, show_use};

/// A guest with two directories, the second for reading only.
fn guest(engine: &falkirk_runtime::Engine, grant: impl Fn(&mut WasiCtxBuilder)) -> Guest {
    let files = MemoryFs::new();
    files.write("f", "some bytes").expect("there is room");
    let mut builder = WasiCtx::builder();
    builder.stdin(InputStream::bytes("input")).env("A", "b").arg("me").note_uses();
    builder.memory_dir(&files, "/a", Access::ReadWrite).memory_dir(&files, "/b", Access::ReadOnly);
    grant(&mut builder);
    Guest::new(engine, builder.build().expect("nothing is wrong with it"))
}

fn read(guest: &mut Guest, fd: u64) -> &'static str {
    let (buffer, out) = (guest.allocate(16), guest.allocate(4));
    let buffers = guest.put_vectors(&[(buffer, 16)]);
    guest.call("fd_read", &[fd, buffers.into(), 1, out.into()])
}

fn write(guest: &mut Guest, fd: u64) -> &'static str {
    let (buffer, out) = (guest.allocate(16), guest.allocate(4));
    let buffers = guest.put_vectors(&[(buffer, 16)]);
    guest.call("fd_write", &[fd, buffers.into(), 1, out.into()])
}

/// Calls a function with two addresses, or with what else it wants.
fn ask(guest: &mut Guest, name: &str, arguments: &[u64]) -> &'static str {
    let at = guest.allocate(64);
    let mut arguments = arguments.to_vec();
    let wanted = falkirk_wasi::preview1::FUNCTIONS.iter().find(|it| it.name == name).expect("it is there").params.len();
    while arguments.len() < wanted {
        arguments.push(u64::from(at) + 8 * arguments.len() as u64);
    }
    guest.call(name, &arguments)
}

/// What a guest does, what it gets for it, and what that uses.
type Case = (&'static str, fn(&mut Guest) -> &'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("nothing", |guest| ask(guest, "sched_yield", &[]), "success", &[]),
    ("looking for directories", |guest| ask(guest, "fd_prestat_get", &[3]), "success", &[]),
    ("asking what a stream is", |guest| ask(guest, "fd_fdstat_get", &[1]), "success", &[]),
    ("input", |guest| read(guest, 0), "success", &["stdin"]),
    ("output", |guest| write(guest, 1), "success", &["stdout"]),
    ("errors", |guest| write(guest, 2), "success", &["stderr"]),
    ("how many arguments there are", |guest| ask(guest, "args_sizes_get", &[]), "success", &[]),
    ("arguments", |guest| ask(guest, "args_get", &[]), "success", &["args"]),
    ("variables", |guest| ask(guest, "environ_get", &[]), "success", &["env"]),
    ("the time", |guest| ask(guest, "clock_time_get", &[1, 0]), "success", &["clocks"]),
    ("a clock that is not there", |guest| ask(guest, "clock_res_get", &[9]), "inval", &["clocks"]),
    (
        "random bytes",
        |guest| {
            let at = guest.allocate(8);
            guest.call("random_get", &[at.into(), 8])
        },
        "success",
        &["random"],
    ),
    ("a file that is read", |guest| open(guest, 3, b"f", 0, rights::FD_READ), "success", &["/a reads"]),
    ("a file that is not there", |guest| open(guest, 4, b"x", 0, rights::FD_READ), "noent", &["/b reads"]),
    ("a file to write", |guest| open(guest, 3, b"f", 0, rights::FD_WRITE), "success", &["/a changes"]),
    ("a new file", |guest| open(guest, 3, b"new", oflags::CREAT.into(), 0), "success", &["/a changes"]),
    ("a new file that is there", |guest| open(guest, 3, b"no/f", oflags::CREAT.into(), 0), "noent", &["/a reads"]),
    ("a change that is denied", |guest| open(guest, 4, b"new", oflags::CREAT.into(), 0), "rofs", &[]),
    ("a path that leads out", |guest| open(guest, 3, b"../f", 0, rights::FD_READ), "perm", &[]),
    ("no descriptor", |guest| read(guest, 99), "badf", &[]),
];

fn open(guest: &mut Guest, dir: u32, path: &[u8], flags: u64, rights: u64) -> &'static str {
    guest.open(dir, path, flags, rights, 0).map_or_else(|errno| errno, |_| "success")
}

#[test]
fn what_is_used_is_kept() {
    for engine in engines() {
        for (name, act, errno, uses) in CASES {
            let mut guest = guest(&engine, |_| {});
            assert_eq!(act(&mut guest), *errno, "{name}");
            let found: Vec<String> = guest.store.data().report.uses().map(show_use).collect();
            assert_eq!(found, *uses, "{name}");
        }
    }
}

/// Each is asked for in turn: what is withheld is refused and told of, once, and all else is as it was.
#[test]
fn what_is_withheld_is_refused() {
    let asking: [(Given, Case); 7] = [
        (Given::Stdin, CASES[3]),
        (Given::Stdout, CASES[4]),
        (Given::Stderr, CASES[5]),
        (Given::Args, CASES[7]),
        (Given::Env, CASES[8]),
        (Given::Clocks, CASES[9]),
        (Given::Random, CASES[11]),
    ];
    assert_eq!(asking.map(|(given, _)| given).as_slice(), Given::ALL);
    for engine in engines() {
        for withheld in Given::ALL {
            let mut guest = guest(&engine, |builder| {
                builder.deny(*withheld, Answer::Denied);
            });
            for (given, (name, act, ..)) in asking {
                let expected = if given == *withheld { "notcapable" } else { "success" };
                assert_eq!((act(&mut guest), act(&mut guest)), (expected, expected), "{name} without {withheld}");
            }
            let denials: Vec<String> = guest.store.data().report.denials().map(ToString::to_string).collect();
            assert_eq!(denials, [format!("denied: the {withheld}; leave out --deny {}", withheld.name())]);
            assert!(!guest.store.data().report.uses().any(|used| *used == Use::Given(*withheld)), "{withheld}");
        }
    }
}

#[test]
fn asking_for_what_is_withheld_can_end_a_guest() {
    for engine in engines() {
        let mut guest = guest(&engine, |builder| {
            builder.deny(Given::Random, Answer::Trap);
        });
        let error = guest.attempt("random_get", &[1024, 8]).expect_err("it is ended");
        assert_eq!(error.to_string(), "denied: the random bytes; leave out --deny random");
        assert_eq!(guest.call("sched_yield", &[]), "success");
    }
}
