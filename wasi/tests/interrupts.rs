//! A guest cannot hang the host: a deadline or an interrupt ends whatever a call of WASI waits for.

mod support;

use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use falkirk_runtime::{Error, ErrorKind, Limit};
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::streams::{HostHandle, InputStream, OutputStream, PipeReader, PipeWriter, pipe};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::{Guest, engines};

/// What keeps the other ends of a guest's streams open.
#[derive(Default)]
#[allow(dead_code, reason = "they are only held")]
enum Other {
    #[default]
    None,
    Writer(PipeWriter),
    Reader(PipeReader),
    HostWriter(std::io::PipeWriter),
    HostReader(std::io::PipeReader),
    Connection(TcpStream),
}

/// How a guest is made to wait, and what it is given for that.
struct Case {
    name: &'static str,
    grant: fn(&mut WasiCtxBuilder) -> Other,
    wait: fn(&mut Guest) -> Result<&'static str, Error>,
}

const CASES: &[Case] = &[
    Case {
        name: "a pipe in memory that stays empty",
        grant: |builder| {
            let (writer, reader) = pipe(16);
            builder.stdin(reader);
            Other::Writer(writer)
        },
        wait: |guest| read(guest, 0),
    },
    Case {
        name: "a pipe in memory that stays full",
        grant: |builder| {
            let (writer, reader) = pipe(16);
            writer.write(&[0; 16]);
            builder.stdout(writer);
            Other::Reader(reader)
        },
        wait: |guest| write(guest, 1, 1),
    },
    Case {
        name: "a pipe of the host that stays empty",
        grant: |builder| {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            builder.stdin(HostHandle::new(reader));
            Other::HostWriter(writer)
        },
        wait: |guest| read(guest, 0),
    },
    Case {
        name: "a pipe of the host that fills up",
        grant: |builder| {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            builder.stdout(HostHandle::new(writer));
            Other::HostReader(reader)
        },
        // More than a pipe takes, written in one go and again.
        wait: |guest| {
            loop {
                let errno = write(guest, 1, 3 << 20)?;
                assert_eq!(errno, "success");
            }
        },
    },
    Case { name: "a time that is far away", grant: |_| Other::None, wait: |guest| poll(guest, 0, 1, u64::MAX) },
    Case {
        name: "input and a time, both far away",
        grant: |builder| {
            let (writer, reader) = pipe(16);
            builder.stdin(reader);
            Other::Writer(writer)
        },
        wait: |guest| poll(guest, 1, 0, 0),
    },
    Case {
        name: "a connection that nobody makes",
        grant: |builder| {
            builder.listener(TcpListener::bind("127.0.0.1:0").expect("a port"));
            Other::None
        },
        wait: |guest| {
            let connection = guest.allocate(4);
            guest.attempt("sock_accept", &[3, 0, connection.into()])
        },
    },
    Case {
        name: "a connection that stays silent",
        grant: |builder| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let connection = TcpStream::connect(listener.local_addr().expect("it has one")).expect("it is accepted");
            builder.listener(listener);
            Other::Connection(connection)
        },
        wait: |guest| {
            let (connection, out) = (guest.allocate(4), guest.allocate(8));
            guest.attempt("sock_accept", &[3, 0, connection.into()])?;
            let buffers = guest.buffer(16);
            // All 16 bytes are wanted.
            guest.attempt("sock_recv", &[4, buffers.into(), 1, 2, out.into(), u64::from(out) + 4])
        },
    },
];

trait Buffers {
    /// A list of one buffer of this length.
    fn buffer(&mut self, len: u32) -> u32;
}

impl Buffers for Guest {
    fn buffer(&mut self, len: u32) -> u32 {
        let buffer = self.allocate(len);
        self.put(&[buffer.to_le_bytes(), len.to_le_bytes()].concat())
    }
}

fn read(guest: &mut Guest, fd: u64) -> Result<&'static str, Error> {
    let (buffers, count) = (guest.buffer(16), guest.allocate(4));
    guest.attempt("fd_read", &[fd, buffers.into(), 1, count.into()])
}

fn write(guest: &mut Guest, fd: u64, len: u32) -> Result<&'static str, Error> {
    guest.free_all();
    let (buffers, count) = (guest.buffer(len), guest.allocate(4));
    guest.attempt("fd_write", &[fd, buffers.into(), 1, count.into()])
}

/// Waits for one thing: a clock, or standard input.
fn poll(guest: &mut Guest, event_type: u8, clock: u32, timeout: u64) -> Result<&'static str, Error> {
    let mut subscription = [0; 48];
    subscription[8] = event_type;
    if event_type == 0 {
        subscription[16..20].copy_from_slice(&clock.to_le_bytes());
        subscription[24..32].copy_from_slice(&timeout.to_le_bytes());
    }
    let (list, events, count) = (guest.put(&subscription), guest.allocate(32), guest.allocate(4));
    guest.attempt("poll_oneoff", &[list.into(), events.into(), 1, count.into()])
}

fn interrupted(result: Result<&'static str, Error>) -> bool {
    matches!(result.expect_err("it is stopped").kind(), ErrorKind::Limit(Limit::Interrupted))
}

/// Each wait ends at the deadline. A deadline may come before the guest has begun to wait; a longer one is tried then.
#[test]
fn a_deadline_ends_every_wait() {
    for engine in engines() {
        for case in CASES {
            let waited = (0..12).any(|doubled| {
                let waited = Arc::new(AtomicBool::new(false));
                let mut builder = WasiCtx::builder();
                let other = (case.grant)(&mut builder);
                let seen = waited.clone();
                builder.on_call(move |call| seen.store(call.result.starts_with("intr"), Ordering::Relaxed));
                let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
                guest.store.set_deadline(Some(Duration::from_millis(1 << doubled)));
                assert!(interrupted((case.wait)(&mut guest)), "{}", case.name);
                // It has passed, and every further call ends too.
                assert!(interrupted(guest.attempt("sched_yield", &[])), "{}", case.name);
                drop(other);
                waited.load(Ordering::Relaxed)
            });
            assert!(waited, "{}: it never waited", case.name);
        }
    }
}

/// An interrupt from another thread ends one wait; afterwards the guest can be called again.
#[test]
fn an_interrupt_ends_a_wait() {
    for engine in engines() {
        for case in CASES {
            let mut builder = WasiCtx::builder();
            let _other = (case.grant)(&mut builder);
            let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
            let handle = guest.store.interrupt_handle();
            let (begin, begun) = mpsc::channel();
            let thread = std::thread::spawn(move || {
                begun.recv().expect("the guest begins");
                handle.interrupt();
            });
            begin.send(()).expect("somebody listens");
            assert!(interrupted((case.wait)(&mut guest)), "{}", case.name);
            thread.join().expect("it interrupts");
            assert_eq!(guest.call("sched_yield", &[]), "success", "{}", case.name);
        }
    }
}

/// A context that moves to another store listens to that one.
#[test]
fn a_context_in_another_store_is_interrupted_there() {
    for engine in engines() {
        let (_writer, reader) = pipe(16);
        let context = WasiCtx::builder().stdin(reader).build().expect("nothing is wrong with it");
        let mut first = Guest::new(&engine, context);
        assert_eq!(first.call("sched_yield", &[]), "success");
        let handle = first.store.interrupt_handle();
        let mut second = Guest::new(&engine, first.store.into_data());
        handle.interrupt();
        second.store.set_deadline(Some(Duration::from_millis(5)));
        assert!(interrupted(read(&mut second, 0)));
    }
}

/// What is ready is done, interrupt or not; and a guest that does not want to wait is told so.
#[test]
fn nothing_else_is_disturbed() {
    for engine in engines() {
        let files = MemoryFs::new();
        let mut builder = WasiCtx::builder();
        builder.stdin(InputStream::bytes("some")).stdout(OutputStream::Null);
        builder.memory_dir(&files, "/", Access::ReadWrite);
        let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
        guest.store.set_deadline(Some(Duration::from_secs(3600)));
        assert_eq!(read(&mut guest, 0).expect("there is something"), "success");
        assert_eq!(write(&mut guest, 1, 1 << 20).expect("it is forgotten"), "success");
        assert_eq!(poll(&mut guest, 0, 1, 1).expect("it is soon over"), "success");
    }
}
