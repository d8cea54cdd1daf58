//! Preview 2's streams over descriptors of the host: terminals, pipes that take less than was permitted or nothing more,
//! what is dropped before what was made from it.

mod support;

use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use falkirk_component::Component;
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::network::{AddressPattern, NameSet};
use falkirk_wasi::streams::{HostHandle, InputStream};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::script::Script;
use support::{Guest, engines, forwarder, once_this_thread_waits};

/// Runs a test with a guest of preview 2 for each engine.
fn with_script(grant: impl Fn(&mut WasiCtxBuilder), test: impl Fn(&mut Script)) {
    for engine in engines() {
        let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
        let mut builder = WasiCtx::builder();
        grant(&mut builder);
        test(&mut Script::new(&engine, &component, builder.build().expect("nothing is wrong with it")));
    }
}

/// A terminal, and what is on the other side of it.
fn terminal() -> (std::fs::File, std::fs::File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let other: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
    grantpt(&other).and_then(|()| unlockpt(&other)).expect("it is ours");
    let path = ptsname(&other, Vec::new()).expect("it has a name").into_string().expect("text");
    let options = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
    let terminal = rustix::fs::open(path, options, rustix::fs::Mode::empty()).expect("it can be opened");
    (terminal.into(), other.into())
}

fn handle(file: &std::fs::File) -> HostHandle {
    HostHandle::new(file.try_clone().expect("it can be"))
}

#[test]
fn a_terminal_is_known_as_one() {
    let (terminal, other) = terminal();
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.stdin(handle(&terminal)).stdout(handle(&terminal)).stderr(handle(&terminal));
    };
    with_script(grant, |script| {
        script.expect(
            "terminal-stdin get-terminal-stdin -> some(@in)
             terminal-stdout get-terminal-stdout -> some(@out)
             terminal-stderr get-terminal-stderr -> some(@err)
             terminal-stdin get-terminal-stdin -> some(@again)
             drop terminal-input $in -> nothing
             drop terminal-output $out -> nothing
             drop terminal-output $err -> nothing
             stdin get-stdin -> @stdin
             stdout get-stdout -> @stdout
             streams input-stream-read $stdin 10 -> ok([])
             streams output-stream-blocking-write-and-flush $stdout b\"hi\" -> ok",
        );
        let mut bytes = [0; 10];
        assert_eq!((&other).read(&mut bytes).map(|count| bytes[..count].to_vec()).ok(), Some(b"hi".to_vec()));
        // A line comes when it has ended, and shows up on the terminal too.
        (&other).write_all(b"typed\n").expect("somebody reads");
        script.expect("streams input-stream-blocking-read $stdin 100 -> ok(b\"typed\\n\")");
        let _ = (&other).read(&mut bytes).expect("it shows");
    });
    // C programs of preview 1 know it by its kind, and by having no right to seek.
    for engine in engines() {
        let mut builder = WasiCtx::builder();
        builder.stdin(handle(&terminal)).stdout(HostHandle::new(std::io::pipe().expect("a pipe").1));
        let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
        let stat = guest.allocate(24);
        assert_eq!(guest.call("fd_fdstat_get", &[0, stat.into()]), "success");
        assert_eq!((guest.number(stat, 1), guest.number(stat + 8, 8) & 0b10_0100), (2, 0));
        assert_eq!(guest.call("fd_fdstat_get", &[1, stat.into()]), "success");
        assert_eq!(guest.number(stat, 1), 0);
    }
}

#[test]
fn a_stream_that_is_no_terminal_is_none() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let null = std::fs::File::open("/dev/null").expect("it is there");
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.stdin(HostHandle::new(reader.try_clone().expect("it can be")));
        builder.stdout(HostHandle::new(writer.try_clone().expect("it can be"))).stderr(handle(&null));
    };
    with_script(grant, |script| {
        script.expect(
            "terminal-stdin get-terminal-stdin -> none
             terminal-stdout get-terminal-stdout -> none
             terminal-stderr get-terminal-stderr -> none",
        );
    });
}

/// A pipe of the host that has room for 4096 bytes.
fn small_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    assert_eq!(rustix::pipe::fcntl_setpipe_size(&writer, 4096), Ok(4096));
    (reader, writer)
}

#[test]
fn a_pipe_that_takes_less_than_was_permitted_gets_the_rest_later() {
    let (reader, writer) = small_pipe();
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.stdout(HostHandle::new(writer.try_clone().expect("it can be")));
    };
    with_script(grant, |script| {
        script.expect(
            "stdout get-stdout -> @out
             streams output-stream-subscribe $out -> @room
             poll pollable-ready $room -> true
             streams output-stream-check-write $out -> ok(65536)
             streams output-stream-write-zeroes $out 12288 -> ok
             poll pollable-ready $room -> false
             streams output-stream-check-write $out -> ok(0)
             streams output-stream-flush $out -> ok
             monotonic-clock subscribe-duration 1 -> @soon
             poll poll [$room, $soon] -> [1]",
        );
        // There is room in the pipe then, and what is kept goes there: for more, there is none.
        for _ in 0..2 {
            (&reader).read_exact(&mut [1; 4096]).expect("it was written");
            script.expect(
                "poll pollable-ready $room -> false
                 streams output-stream-check-write $out -> ok(0)",
            );
        }
        (&reader).read_exact(&mut [1; 4096]).expect("it was written");
        script.expect(
            "poll pollable-block $room -> nothing
             streams output-stream-check-write $out -> ok(65536)",
        );
    });
}

#[test]
fn functions_that_block_wait_until_a_slow_reader_has_taken_all() {
    let (reader, writer) = small_pipe();
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.stdout(HostHandle::new(writer.try_clone().expect("it can be")));
    };
    with_script(grant, |script| {
        let mut reader = reader.try_clone().expect("it can be");
        let until_it_waits = once_this_thread_waits();
        let other = std::thread::spawn(move || {
            let (mut all, mut part) = (Vec::new(), [0; 1000]);
            while all.len() < 4 * 4000 {
                until_it_waits();
                let count = reader.read(&mut part).expect("it is open");
                all.extend_from_slice(&part[..count]);
            }
            all
        });
        let text = "x".repeat(4000);
        script.expect("stdout get-stdout -> @out");
        for _ in 0..2 {
            script.expect(&format!("streams output-stream-blocking-write-and-flush $out b\"{text}\" -> ok"));
            script.expect("streams output-stream-blocking-write-zeroes-and-flush $out 4000 -> ok");
        }
        let all = other.join().expect("it does not panic");
        assert_eq!(all, [text.as_bytes(), &[0; 4000], text.as_bytes(), &[0; 4000]].concat());
    });
}

#[test]
fn a_pipe_that_nobody_reads_is_closed_and_no_signal() {
    with_script(
        |builder| {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            builder.stdout(HostHandle::new(writer));
            // The guest sees this end only once it has taken something.
            let (reader, writer) = small_pipe();
            builder.stderr(HostHandle::new(writer));
            std::thread::spawn(move || drop(reader)).join().expect("it does not panic");
        },
        |script| {
            script.expect(
                "stdout get-stdout -> @out
                 streams output-stream-subscribe $out -> @ready
                 poll pollable-block $ready -> nothing
                 streams output-stream-blocking-write-and-flush $out b\"x\" -> err(closed)
                 streams output-stream-check-write $out -> err(closed)
                 streams output-stream-blocking-flush $out -> err(closed)
                 poll pollable-ready $ready -> true
                 stderr get-stderr -> @err
                 streams output-stream-check-write $err -> ok(_)
                 streams output-stream-write-zeroes $err 9000 -> err(closed)
                 streams output-stream-flush $err -> err(closed)",
            );
        },
    );
}

#[test]
fn the_hosts_pipe_is_read_as_it_comes_and_to_its_end() {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.stdin(HostHandle::new(reader.try_clone().expect("it can be")));
    };
    let engine = engines().remove(0);
    let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
    let mut builder = WasiCtx::builder();
    grant(&mut builder);
    let mut script = Script::new(&engine, &component, builder.build().expect("nothing is wrong with it"));
    script.expect(
        "stdin get-stdin -> @in
         streams input-stream-subscribe $in -> @ready
         streams input-stream-read $in 10 -> ok([])
         streams input-stream-skip $in 10 -> ok(0)
         poll pollable-ready $ready -> false",
    );
    writer.write_all(b"bytes").expect("there is room");
    script.expect(
        "poll pollable-block $ready -> nothing
         streams input-stream-read $in 3 -> ok(b\"byt\")
         streams input-stream-blocking-skip $in 1 -> ok(1)
         streams input-stream-blocking-read $in 10 -> ok(b\"s\")
         poll pollable-ready $ready -> false",
    );
    drop(writer);
    script.expect(
        "poll pollable-block $ready -> nothing
         streams input-stream-blocking-read $in 10 -> err(closed)
         poll pollable-ready $ready -> true",
    );
}

/// What is made from what, and in which order it may not be dropped.
const PARENTS: &[(&str, &str)] = &[
    ("stdin get-stdin -> @p\nstreams input-stream-subscribe $p -> @c", "input-stream"),
    ("stdout get-stdout -> @p\nstreams output-stream-subscribe $p -> @c", "output-stream"),
    ("tcp-create-socket create-tcp-socket ipv4 -> ok(@p)\ntcp tcp-socket-subscribe $p -> @c", "tcp-socket"),
    ("udp-create-socket create-udp-socket ipv4 -> ok(@p)\nudp udp-socket-subscribe $p -> @c", "udp-socket"),
    (
        "instance-network instance-network -> @net
         ip-name-lookup resolve-addresses $net \"127.0.0.1\" -> ok(@p)
         ip-name-lookup resolve-address-stream-subscribe $p -> @c",
        "resolve-address-stream",
    ),
];

/// A UDP socket with its streams.
const DATAGRAMS: &str = "instance-network instance-network -> @net
    udp-create-socket create-udp-socket ipv4 -> ok(@s)
    udp udp-socket-start-bind $s $net ipv4({port: 0, address: (127, 0, 0, 1)}) -> ok
    udp udp-socket-finish-bind $s -> ok
    udp udp-socket-stream $s none -> ok((@in, @out))
    udp incoming-datagram-stream-subscribe $in -> @in_ready
    udp outgoing-datagram-stream-subscribe $out -> @out_ready";

fn network(builder: &mut WasiCtxBuilder) {
    let here: AddressPattern = "127.0.0.1:*".parse().expect("a pattern");
    builder.udp(here).tcp_connect(here).tcp_listen(here).names(NameSet::All).stdin(InputStream::bytes("input"));
}

#[test]
fn what_was_made_from_a_resource_is_dropped_before_it() {
    for (make, kind) in PARENTS {
        with_script(network, |script| {
            script.expect(make);
            script.expect(&format!("drop {kind} $p -> trap: dropped before its children"));
        });
        with_script(network, |script| {
            script.expect(make);
            script.expect(&format!("drop pollable $c -> nothing\ndrop {kind} $p -> nothing"));
        });
    }
    for kind in ["incoming-datagram-stream $in", "outgoing-datagram-stream $out", "udp-socket $s"] {
        with_script(network, |script| {
            script.expect(DATAGRAMS);
            script.expect(&format!("drop {kind} -> trap: dropped before its children"));
        });
    }
    with_script(network, |script| {
        script.expect(DATAGRAMS);
        script.expect(
            "drop pollable $in_ready -> nothing
             drop incoming-datagram-stream $in -> nothing
             drop pollable $out_ready -> nothing
             drop outgoing-datagram-stream $out -> nothing
             drop network $net -> nothing
             drop udp-socket $s -> nothing",
        );
    });
}

#[test]
fn what_was_made_from_a_file_outlives_its_descriptor() {
    let files = MemoryFs::new();
    files.write("d/f", "hello").expect("there is room");
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.memory_dir(&files, "/", Access::ReadWrite);
    };
    with_script(grant, |script| {
        script.expect(
            "preopens get-directories -> [(@dir, \"/\")]
             types descriptor-open-at $dir {} \"d\" {directory} {read} -> ok(@d)
             types descriptor-open-at $d {} \"f\" {} {read} -> ok(@f)
             types descriptor-read-via-stream $f 0 -> ok(@in)
             types descriptor-read-via-stream $f 9223372036854775808 -> ok(@wrong)
             streams input-stream-read $wrong 1 -> err(last-operation-failed(@error))
             types descriptor-read-directory $d -> ok(@entries)
             drop descriptor $f -> nothing
             drop descriptor $d -> nothing
             drop descriptor $dir -> nothing
             drop input-stream $wrong -> nothing
             types filesystem-error-code $error -> some(invalid)
             types directory-entry-stream-read-directory-entry $entries -> ok(some({type: regular-file, name: \"f\"}))
             streams input-stream-read $in 9 -> ok(b\"hello\")
             drop error $error -> nothing
             drop directory-entry-stream $entries -> nothing",
        );
    });
}

#[test]
fn a_handle_that_was_dropped_is_none() {
    for dropped in ["streams input-stream-read $in 1", "streams input-stream-subscribe $in", "drop input-stream $in"] {
        with_script(
            |_| {},
            |script| {
                script.expect("stdin get-stdin -> @in\ndrop input-stream $in -> nothing");
                script.expect(&format!("{dropped} -> trap: the handle is of a resource that was dropped"));
            },
        );
    }
    // Its place is used again, by something else.
    with_script(
        |_| {},
        |script| {
            for _ in 0..300 {
                script.expect(
                    "stdin get-stdin -> @in
                     monotonic-clock subscribe-duration 0 -> @one
                     drop input-stream $in -> nothing
                     stdout get-stdout -> @out
                     poll pollable-ready $one -> true
                     drop pollable $one -> nothing
                     drop output-stream $out -> nothing",
                );
            }
        },
    );
}
