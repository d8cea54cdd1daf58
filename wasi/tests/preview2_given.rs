//! What every guest of preview 2 is given: it can be withheld, its use is noted, and waiting for it ends with the store's
//! interrupts. (For preview 1: `uses.rs` and `interrupts.rs`.)

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::time::Duration;

use falkirk_component::Component;
use falkirk_runtime::{Engine, Limit};
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::network::AddressPattern;
use falkirk_wasi::report::{Answer, Given};
use falkirk_wasi::streams::{HostHandle, InputStream, PipeReader, PipeWriter, pipe};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::script::Script;
use support::{engines, forwarder, show_use};

/// The component that calls what it is told to.
fn component(engine: &Engine) -> Component {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| forwarder::component(12, |_| true));
    Component::new(engine, &*BYTES).expect("it is valid")
}

/// A guest with two directories, the second for reading only.
fn script(engine: &Engine, component: &Component, grant: impl Fn(&mut WasiCtxBuilder)) -> Script {
    let files = MemoryFs::new();
    files.write("f", "some bytes").expect("there is room");
    let mut builder = WasiCtx::builder();
    builder.stdin(InputStream::bytes("input")).env("A", "b").arg("me").note_uses();
    builder.memory_dir(&files, "/a", Access::ReadWrite).memory_dir(&files, "/b", Access::ReadOnly);
    builder.udp("127.0.0.1:*".parse::<AddressPattern>().expect("a pattern"));
    grant(&mut builder);
    Script::new(engine, component, builder.build().expect("nothing is wrong with it"))
}

const DIRECTORIES: &str = "preopens get-directories -> [(@a, \"/a\"), (@b, \"/b\")]";

/// What a guest does, and what that uses.
const USES: &[(&str, &[&str])] = &[
    ("stdin get-stdin -> @in", &[]),
    ("stdin get-stdin -> @in\nstreams input-stream-read $in 1 -> ok(b\"i\")", &["stdin"]),
    ("stdin get-stdin -> @in\nstreams input-stream-blocking-skip $in 2 -> ok(2)", &["stdin"]),
    ("stdout get-stdout -> @out\nstreams output-stream-check-write $out -> ok(_)", &["stdout"]),
    ("stderr get-stderr -> @out\nstreams output-stream-blocking-write-and-flush $out b\"x\" -> ok", &["stderr"]),
    (
        "stdin get-stdin -> @in\nstdout get-stdout -> @out\nstreams output-stream-splice $out $in 9 -> ok(5)",
        &["stdin", "stdout"],
    ),
    ("environment get-arguments -> [\"me\"]", &["args"]),
    ("environment get-environment -> [(\"A\", \"b\")]", &["env"]),
    ("monotonic-clock now -> _", &["clocks"]),
    ("wall-clock resolution -> {seconds: 0, nanoseconds: _}", &["clocks"]),
    ("monotonic-clock subscribe-duration 1 -> @at", &["clocks"]),
    ("random get-random-u64 -> _", &["random"]),
    ("insecure-seed insecure-seed -> (_, _)", &["random"]),
    (DIRECTORIES, &[]),
    ("types descriptor-get-flags $a -> ok({read, mutate-directory})", &[]),
    ("types descriptor-metadata-hash-at $b {} \"f\" -> ok({lower: _, upper: _})", &["/b reads"]),
    ("types descriptor-stat-at $b {} \"none\" -> err(no-entry)", &["/b reads"]),
    ("types descriptor-create-directory-at $a \"d\" -> ok", &["/a changes"]),
    ("types descriptor-create-directory-at $a \"f\" -> err(exist)", &["/a reads"]),
    ("types descriptor-create-directory-at $b \"d\" -> err(read-only)", &[]),
    ("types descriptor-stat-at $a {} \"../f\" -> err(not-permitted)", &[]),
    ("types descriptor-open-at $a {} \"f\" {} {read} -> ok(@f)", &["/a reads"]),
    ("types descriptor-open-at $a {} \"f\" {} {read, write} -> ok(@f)", &["/a changes"]),
    ("types descriptor-open-at $a {} \"new\" {create} {read} -> ok(@f)", &["/a changes"]),
    ("types descriptor-rename-at $a \"f\" $b \"g\" -> err(read-only)", &[]),
    ("types descriptor-rename-at $a \"f\" $a \"g\" -> ok", &["/a changes"]),
    (
        "udp-create-socket create-udp-socket ipv4 -> ok(@s)\ninstance-network instance-network -> @n\n\
         udp udp-socket-start-bind $s $n ipv4({port: 0, address: (127, 0, 0, 1)}) -> ok",
        &["Udp(127.0.0.1:0)"],
    ),
];

#[test]
fn what_is_used_is_kept() {
    for engine in engines() {
        let component = component(&engine);
        for (lines, uses) in USES {
            let mut script = script(&engine, &component, |_| {});
            let directories = if lines.contains("$a") || lines.contains("$b") { DIRECTORIES } else { "" };
            script.expect(&format!("{directories}\n{lines}"));
            let found: Vec<String> = script.store.data().report.uses().map(show_use).collect();
            assert_eq!(found, *uses, "{lines}");
        }
    }
}

/// What a guest asks for, and what it gets if that is withheld.
const WITHHELD: &[(Given, &str)] = &[
    (Given::Stdin, "stdin get-stdin -> @x\nstreams input-stream-read $x 1 -> err(last-operation-failed(@e))"),
    (Given::Stdin, "stdin get-stdin -> @x\nstreams input-stream-blocking-skip $x 1 -> err(last-operation-failed(@e))"),
    (Given::Stdout, "stdout get-stdout -> @x\nstreams output-stream-check-write $x -> err(last-operation-failed(@e))"),
    (
        Given::Stderr,
        "stderr get-stderr -> @x\n\
         streams output-stream-blocking-write-and-flush $x b\"x\" -> err(last-operation-failed(@e))\n\
         types filesystem-error-code $e -> some(not-permitted)",
    ),
    (Given::Args, "environment get-arguments -> []"),
    (Given::Env, "environment get-environment -> []"),
    (Given::Clocks, "monotonic-clock now -> trap: denied: the clocks; leave out --deny clocks"),
    (Given::Clocks, "wall-clock now -> trap: denied: the clocks"),
    (Given::Clocks, "monotonic-clock resolution -> trap: denied: the clocks"),
    (Given::Clocks, "monotonic-clock subscribe-duration 1 -> trap: denied: the clocks"),
    (Given::Random, "random get-random-bytes 1 -> trap: denied: the random bytes"),
    (Given::Random, "insecure get-insecure-random-u64 -> trap: denied: the random bytes"),
];

#[test]
fn what_is_withheld_is_refused() {
    for engine in engines() {
        let component = component(&engine);
        for (given, lines) in WITHHELD {
            let mut script = script(&engine, &component, |builder| {
                builder.deny(*given, Answer::Denied);
            });
            script.expect(lines);
            let context = script.store.data();
            let denials: Vec<String> = context.report.denials().map(ToString::to_string).collect();
            assert_eq!(denials, [format!("denied: the {given}; leave out --deny {}", given.name())], "{lines}");
            assert_eq!(context.report.uses().count(), 0, "{lines}");
        }
    }
}

#[test]
fn asking_for_what_is_withheld_can_end_a_guest() {
    for engine in engines() {
        let component = component(&engine);
        for (given, lines) in WITHHELD {
            let mut script = script(&engine, &component, |builder| {
                builder.deny(*given, Answer::Trap);
            });
            let asking = lines.lines().find(|line| line.contains("err(") || !line.contains('@')).expect("a line asks");
            let get = lines.lines().next().filter(|line| *line != asking).unwrap_or("");
            let (asking, _) = asking.rsplit_once(" -> ").expect("an expectation");
            script.expect(&format!("{get}\n{asking} -> trap: denied: the {given}; leave out --deny {}", given.name()));
        }
    }
}

/// What keeps the other ends of a guest's streams open.
#[allow(dead_code, reason = "they are only held")]
enum Other {
    None,
    Writer(PipeWriter),
    Reader(PipeReader),
    HostWriter(std::io::PipeWriter),
    HostReader(std::io::PipeReader),
}

/// How a guest is made to wait: what it is given, what it does before, and the call that waits.
type Wait = (fn(&mut WasiCtxBuilder) -> Other, &'static str, &'static str);

const TCP: &str = "tcp-create-socket create-tcp-socket ipv4 -> ok(@s)\ninstance-network instance-network -> @n
    tcp tcp-socket-start-bind $s $n ipv4({port: 0, address: (127, 0, 0, 1)}) -> ok
    tcp tcp-socket-finish-bind $s -> ok\ntcp tcp-socket-start-listen $s -> ok\ntcp tcp-socket-finish-listen $s -> ok
    tcp tcp-socket-subscribe $s -> @p";

const WAITS: &[Wait] = &[
    (empty_pipe, "stdin get-stdin -> @in", "streams input-stream-blocking-read $in 1"),
    (empty_pipe, "stdin get-stdin -> @in", "streams input-stream-blocking-skip $in 1"),
    (empty_pipe, "stdin get-stdin -> @in\nstreams input-stream-subscribe $in -> @p", "poll pollable-block $p"),
    (empty_host_pipe, "stdin get-stdin -> @in", "streams input-stream-blocking-read $in 1"),
    (full_pipe, "stdout get-stdout -> @out", "streams output-stream-blocking-write-zeroes-and-flush $out 4096"),
    (full_host_pipe, "stdout get-stdout -> @out", "streams output-stream-blocking-write-zeroes-and-flush $out 4096"),
    (
        empty_pipe,
        "stdin get-stdin -> @in\nstdout get-stdout -> @out",
        "streams output-stream-blocking-splice $out $in 1",
    ),
    (|_| Other::None, "monotonic-clock subscribe-duration 1000000000000000 -> @p", "poll poll [$p]"),
    (
        |builder| {
            builder.tcp_listen("127.0.0.1:*".parse::<AddressPattern>().expect("a pattern"));
            Other::None
        },
        TCP,
        "poll poll [$p]",
    ),
];

fn empty_pipe(builder: &mut WasiCtxBuilder) -> Other {
    let (writer, reader) = pipe(16);
    builder.stdin(reader);
    Other::Writer(writer)
}

fn full_pipe(builder: &mut WasiCtxBuilder) -> Other {
    let (writer, reader) = pipe(16);
    writer.write(&[0; 16]);
    builder.stdout(writer);
    Other::Reader(reader)
}

fn empty_host_pipe(builder: &mut WasiCtxBuilder) -> Other {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    builder.stdin(HostHandle::new(reader));
    Other::HostWriter(writer)
}

fn full_host_pipe(builder: &mut WasiCtxBuilder) -> Other {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let writer = HostHandle::new(writer);
    let mut stream = falkirk_wasi::streams::OutputStream::Host(writer.clone());
    while stream.write(&[0; 4096], falkirk_wasi::streams::Wait::No).is_ok() {}
    builder.stdout(writer);
    Other::HostReader(reader)
}

/// Calls what waits, which is to be stopped.
fn expect_stop(script: &mut Script, call: &str) {
    script.expect(&format!("{call} -> trap: {}", Limit::Interrupted));
}

/// Each wait ends at the deadline. A deadline may come before the guest has begun to wait; a longer one is tried then.
#[test]
fn a_deadline_ends_every_wait() {
    for engine in engines() {
        let component = component(&engine);
        for (grant, before, call) in WAITS {
            let waited = (0..12).any(|doubled| {
                let waited = Arc::new(AtomicBool::new(false));
                let mut builder = WasiCtx::builder();
                let other = grant(&mut builder);
                let seen = waited.clone();
                builder.on_call(move |_| seen.store(true, Ordering::Relaxed));
                let mut script = Script::new(&engine, &component, builder.build().expect("nothing is wrong with it"));
                script.expect(before);
                waited.store(false, Ordering::Relaxed);
                script.store.set_deadline(Some(Duration::from_millis(1 << doubled)));
                expect_stop(&mut script, call);
                drop(other);
                waited.load(Ordering::Relaxed)
            });
            assert!(waited, "{call}: it never waited");
        }
    }
}

/// An interrupt from another thread ends a wait. (A component that has trapped is not called again.)
#[test]
fn an_interrupt_ends_a_wait() {
    for engine in engines() {
        let component = component(&engine);
        for (grant, before, call) in WAITS {
            let mut builder = WasiCtx::builder();
            let _other = grant(&mut builder);
            let mut script = Script::new(&engine, &component, builder.build().expect("nothing is wrong with it"));
            script.expect(before);
            let handle = script.store.interrupt_handle();
            let (begin, begun) = mpsc::channel();
            let thread = std::thread::spawn(move || {
                begun.recv().expect("the guest begins");
                handle.interrupt();
            });
            begin.send(()).expect("somebody listens");
            expect_stop(&mut script, call);
            thread.join().expect("it interrupts");
        }
    }
}
