//! Streams, sockets, and waiting for them.

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant, UNIX_EPOCH};

use falkirk_wasi::clocks::Clocks;
use falkirk_wasi::preview1::{fdflags, rights};
use falkirk_wasi::streams::{HostHandle, pipe};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::{Guest, engines, once_this_thread_waits};

/// Runs a test with a guest for each engine.
fn with_guest(grant: impl Fn(&mut WasiCtxBuilder), test: impl Fn(&mut Guest)) {
    for engine in engines() {
        let mut builder = WasiCtx::builder();
        grant(&mut builder);
        test(&mut Guest::new(&engine, builder.build().expect("nothing is wrong with it")));
    }
}

/// A subscription for `poll_oneoff`.
enum Wait {
    /// A clock, its timeout, and whether that is a point in time.
    Clock(u32, u64, bool),
    Read(u32),
    Write(u32),
}

/// `poll_oneoff`; each event's number (that of its subscription), errno, bytes and flags.
fn poll(guest: &mut Guest, waits: &[Wait]) -> Vec<(u64, u64, u64, u64)> {
    guest.free_all();
    let mut list = Vec::new();
    for (number, wait) in waits.iter().enumerate() {
        let mut bytes = [0; 48];
        bytes[0..8].copy_from_slice(&(number as u64).to_le_bytes());
        match *wait {
            Wait::Clock(id, timeout, absolute) => {
                bytes[16..20].copy_from_slice(&id.to_le_bytes());
                bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
                bytes[40] = absolute.into();
            }
            Wait::Read(fd) | Wait::Write(fd) => {
                bytes[8] = if matches!(wait, Wait::Read(_)) { 1 } else { 2 };
                bytes[16..20].copy_from_slice(&fd.to_le_bytes());
            }
        }
        list.extend(bytes);
    }
    let (list, count) = (guest.put(&list), waits.len() as u64);
    let (events, found) = (guest.allocate(32 * count as u32), guest.allocate(4));
    assert_eq!(guest.call("poll_oneoff", &[list as u64, events as u64, count, found as u64]), "success");
    let event = |guest: &Guest, at| {
        (guest.number(at, 8), guest.number(at + 8, 2), guest.number(at + 16, 8), guest.number(at + 24, 2))
    };
    (0..guest.number(found, 4) as u32).map(|number| event(guest, events + 32 * number)).collect()
}

fn set_nonblock(guest: &mut Guest, fd: u32) {
    assert_eq!(guest.call("fd_fdstat_set_flags", &[fd as u64, fdflags::NONBLOCK.into()]), "success");
}

#[test]
fn without_grants_there_is_nothing() {
    with_guest(
        |_| {},
        |guest| {
            assert_eq!(guest.read(0, 8), Ok(Vec::new()));
            assert_eq!(guest.write(1, b"forgotten"), Ok(9));
            let at = guest.allocate(8);
            assert_eq!(guest.call("fd_prestat_get", &[3, at as u64]), "badf");
            assert_eq!(guest.call("args_sizes_get", &[at as u64, at as u64 + 4]), "success");
            assert_eq!(guest.number(at, 8), 0);
            assert_eq!(guest.call("environ_sizes_get", &[at as u64, at as u64 + 4]), "success");
            assert_eq!(guest.number(at, 8), 0);
        },
    );
}

#[test]
fn a_pipe_in_memory_is_read_without_waiting_and_with() {
    let (writer, reader) = pipe(16);
    with_guest(
        |builder| {
            builder.stdin(reader.clone());
        },
        |guest| {
            set_nonblock(guest, 0);
            assert_eq!(guest.read(0, 8), Err("again"));
            writer.write(b"now");
            assert_eq!(guest.read(0, 8), Ok(b"now".to_vec()));
            assert_eq!(guest.call("fd_fdstat_set_flags", &[0, 0]), "success");
            let until_it_waits = once_this_thread_waits();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    until_it_waits();
                    writer.write(b"later");
                });
                assert_eq!(guest.read(0, 8), Ok(b"later".to_vec()));
            });
        },
    );
    drop(writer);
    assert_eq!(
        reader.read_vectored(&mut [std::io::IoSliceMut::new(&mut [0; 4])], falkirk_wasi::streams::Wait::Yes),
        Ok(0)
    );
}

#[test]
fn the_hosts_pipe_is_read_without_waiting_and_stays_as_it_was() {
    let (reader, writer) = std::io::pipe().expect("there are descriptors");
    with_guest(
        |builder| {
            builder.stdin(HostHandle::new(reader.try_clone().expect("it can be")));
        },
        |guest| {
            set_nonblock(guest, 0);
            assert_eq!(guest.read(0, 8), Err("again"));
            assert_eq!(poll(guest, &[Wait::Read(0), Wait::Clock(1, 1_000_000, false)]), [(1, 0, 0, 0)]);
            (&writer).write_all(b"bytes").expect("there is room");
            assert_eq!(poll(guest, &[Wait::Read(0), Wait::Clock(1, 1 << 60, false)]), [(0, 0, 5, 0)]);
            assert_eq!(guest.read(0, 8), Ok(b"bytes".to_vec()));
        },
    );
    drop(writer);
    let mut rest = Vec::new();
    // Had the guest made it non-blocking, this could fail.
    (&reader).read_to_end(&mut rest).expect("the end is read");
    assert_eq!(rest, b"");
}

#[test]
fn a_pipe_that_nobody_reads_is_an_error_and_no_signal() {
    let (reader, writer) = std::io::pipe().expect("there are descriptors");
    let (memory, memory_reader) = pipe(8);
    drop((reader, memory_reader));
    with_guest(
        |builder| {
            builder.stdout(HostHandle::new(writer.try_clone().expect("it can be"))).stderr(memory.clone());
        },
        |guest| {
            assert_eq!(guest.write(1, b"x"), Err("pipe"));
            assert_eq!(guest.write(2, b"x"), Err("pipe"));
            let found = poll(guest, &[Wait::Write(2)]);
            assert_eq!(found, [(0, 0, 0, 1)]);
        },
    );
}

#[test]
fn a_full_pipe_takes_a_part_and_then_nothing() {
    with_guest(
        |builder| {
            let (writer, reader) = pipe(8);
            std::mem::forget(reader);
            builder.stdout(writer);
        },
        |guest| {
            set_nonblock(guest, 1);
            assert_eq!(guest.write(1, b"hello world"), Ok(8));
            assert_eq!(guest.write(1, b"x"), Err("again"));
            assert_eq!(poll(guest, &[Wait::Write(1), Wait::Clock(1, 1, false)]), [(1, 0, 0, 0)]);
        },
    );
}

#[test]
fn clocks_are_waited_for_and_the_first_one_ends_it() {
    with_guest(
        |_| {},
        |guest| {
            let start = Instant::now();
            let long = Wait::Clock(0, 3_600_000_000_000, false);
            assert_eq!(poll(guest, &[long, Wait::Clock(1, 30_000_000, false)]), [(1, 0, 0, 0)]);
            assert!(start.elapsed() >= Duration::from_millis(30));
            // A point in time that is past, a clock that cannot be waited for, and one that there is not.
            let waits = [Wait::Clock(0, 1, true), Wait::Clock(2, 1, false), Wait::Clock(7, 1, false)];
            assert_eq!(poll(guest, &waits), [(0, 0, 0, 0), (1, 58, 0, 0), (2, 28, 0, 0)]);
        },
    );
}

#[test]
fn with_fixed_clocks_waiting_takes_no_time() {
    let clocks = Clocks::fixed(UNIX_EPOCH + Duration::from_secs(1_000_000));
    with_guest(
        |builder| {
            builder.clocks(clocks.clone());
        },
        |guest| {
            let time = |guest: &mut Guest, id| {
                let at = guest.allocate(8);
                assert_eq!(guest.call("clock_time_get", &[id, 1, at as u64]), "success");
                guest.number(at, 8)
            };
            assert_eq!((time(guest, 0), time(guest, 1)), (1_000_000_000_000_000, 0));
            assert_eq!(poll(guest, &[Wait::Clock(1, 3_600_000_000_000, false)]), [(0, 0, 0, 0)]);
            assert_eq!((time(guest, 0), time(guest, 1)), (1_003_600_000_000_000, 3_600_000_000_000));
        },
    );
}

#[test]
fn descriptors_of_all_kinds_are_polled_at_once() {
    let (writer, reader) = pipe(16);
    let temporary = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(temporary.path().join("f"), "hello").expect("it can be made");
    let grant = |builder: &mut WasiCtxBuilder| {
        let access = falkirk_wasi::files::Access::ReadWrite;
        builder.stdin(reader.clone()).dir(temporary.path(), "/", access).expect("it is there");
    };
    with_guest(grant, |guest| {
        let file = guest.open(3, b"f", 0, rights::FD_READ, 0).expect("it is there");
        // Files are always ready; a descriptor that is not there, and one that cannot be read, are errors.
        let waits = [Wait::Read(file), Wait::Read(0), Wait::Write(1), Wait::Read(77), Wait::Read(1)];
        assert_eq!(poll(guest, &waits), [(0, 0, 5, 0), (2, 0, 1 << 20, 0), (3, 8, 0, 0), (4, 8, 0, 0)]);
        // Another thread writes while the guest waits, and the pipe of the host that wakes it is gone afterwards.
        let until_it_waits = once_this_thread_waits();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                until_it_waits();
                writer.write(b"abc");
            });
            assert_eq!(poll(guest, &[Wait::Clock(1, 60_000_000_000, false), Wait::Read(0)]), [(1, 0, 3, 0)]);
        });
        assert_eq!(guest.read(0, 8), Ok(b"abc".to_vec()));
    });
}

#[test]
fn a_socket_that_listens_is_served() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    with_guest(
        |builder| {
            builder.listener(listener.try_clone().expect("it can be"));
        },
        |guest| {
            let accepted = guest.allocate(4);
            set_nonblock(guest, 3);
            assert_eq!(guest.call("sock_accept", &[3, 0, accepted as u64]), "again");
            assert_eq!(guest.read(3, 4), Err("notconn"));
            let mut client = TcpStream::connect(address).expect("it listens");
            assert_eq!(poll(guest, &[Wait::Read(3)]), [(0, 0, 1, 0)]);
            assert_eq!(guest.call("sock_accept", &[3, 0, accepted as u64]), "success");
            let fd = guest.number(accepted, 4) as u32;
            client.write_all(b"ping").expect("it is open");
            assert_eq!(poll(guest, &[Wait::Read(fd)]), [(0, 0, 4, 0)]);

            guest.free_all();
            let data = guest.allocate(8);
            let (list, count, flags) = (guest.put_vectors(&[(data, 8)]) as u64, guest.allocate(4), guest.allocate(2));
            let receive = [fd as u64, list, 1, 1, count as u64, flags as u64];
            assert_eq!(guest.call("sock_recv", &receive), "success");
            assert_eq!((guest.number(count, 4), guest.number(flags, 2)), (4, 0));
            assert_eq!(guest.read(fd, 8), Ok(b"ping".to_vec()), "the first look took nothing away");
            assert_eq!(guest.write(fd, b"pong"), Ok(4));
            let mut answer = [0; 4];
            client.read_exact(&mut answer).expect("it was sent");
            assert_eq!(&answer, b"pong");

            assert_eq!(guest.call("sock_shutdown", &[fd as u64, 2]), "success");
            assert_eq!(client.read(&mut answer).expect("it is open"), 0);
            assert_eq!(guest.write(fd, b"x"), Err("pipe"));
            client.shutdown(Shutdown::Both).expect("it is open");
            assert_eq!(guest.read(fd, 8), Ok(Vec::new()));
            let (ready, errno, _, hangup) = poll(guest, &[Wait::Read(fd)])[0];
            assert_eq!((ready, errno, hangup), (0, 0, 1));
            assert_eq!(guest.call("fd_close", &[fd as u64]), "success");
        },
    );
}

#[test]
fn descriptors_of_the_older_interface_are_polled_and_known() {
    for engine in engines() {
        let context = WasiCtx::builder().build().expect("nothing is wrong with it");
        let mut guest = Guest::of(&engine, "wasi_unstable", context);
        let mut list = [0; 56];
        list[0] = 9;
        list[24] = 1;
        list[32] = 1;
        let (list, event, found) = (guest.put(&list), guest.allocate(32), guest.allocate(4));
        assert_eq!(guest.call("poll_oneoff", &[list as u64, event as u64, 1, found as u64]), "success");
        assert_eq!((guest.number(found, 4), guest.number(event, 8), guest.number(event + 8, 2)), (1, 9, 0));
    }
}

#[test]
fn clocks_are_waited_for_until_a_point_in_time_or_for_a_while() {
    let start = UNIX_EPOCH + Duration::from_secs(1_000_000);
    let seconds = |count: u64| count * 1_000_000_000;
    // What is waited for, which of them are there, and what the monotonic clock shows then.
    let cases: &[(&[Wait], &[u64], u64)] = &[
        (&[Wait::Clock(1, seconds(5), false)], &[0], seconds(5)),
        (&[Wait::Clock(1, seconds(5), true)], &[0], seconds(5)),
        (&[Wait::Clock(1, seconds(4), true)], &[0], seconds(4)),
        (&[Wait::Clock(0, seconds(3), false)], &[0], seconds(3)),
        (&[Wait::Clock(0, seconds(1_000_007), true)], &[0], seconds(7)),
        (&[Wait::Clock(0, seconds(9), true)], &[0], 0),
        (&[Wait::Clock(1, 0, false), Wait::Clock(1, 0, true), Wait::Clock(1, 1, false)], &[0, 1], 0),
        (&[Wait::Clock(1, seconds(8), false), Wait::Clock(0, seconds(2), false)], &[1], seconds(2)),
        (&[Wait::Clock(1, seconds(2), false), Wait::Clock(0, seconds(1_000_002), true)], &[0, 1], seconds(2)),
        (&[Wait::Clock(1, u64::MAX, false), Wait::Clock(1, u64::MAX, true), Wait::Clock(1, 9, false)], &[2], 9),
        (&[Wait::Write(1), Wait::Clock(1, seconds(1), false), Wait::Write(1)], &[0, 2], 0),
        (&[Wait::Read(0), Wait::Clock(1, seconds(1), false)], &[1], seconds(1)),
        (&[Wait::Read(77), Wait::Read(0), Wait::Clock(1, seconds(1), false)], &[0], 0),
        (&[Wait::Write(0), Wait::Clock(3, 1, false)], &[0, 1], 0),
    ];
    for (number, (waits, expected, time)) in cases.iter().enumerate() {
        with_guest(
            |builder| {
                let (writer, reader) = pipe(16);
                std::mem::forget(writer);
                builder.stdin(reader).clocks(Clocks::fixed(start));
            },
            |guest| {
                let found: Vec<u64> = poll(guest, waits).into_iter().map(|(number, ..)| number).collect();
                assert_eq!(&*found, *expected, "case {number}");
                let at = guest.allocate(8);
                assert_eq!(guest.call("clock_time_get", &[1, 1, at.into()]), "success");
                assert_eq!(guest.number(at, 8), *time, "case {number}");
            },
        );
    }
}

/// `sock_recv` with these flags; the bytes.
fn receive(guest: &mut Guest, fd: u32, len: u32, flags: u16) -> Result<Vec<u8>, &'static str> {
    let (data, out) = (guest.allocate(len), guest.allocate(8));
    let list = guest.put_vectors(&[(data, len)]);
    match guest.call("sock_recv", &[fd.into(), list.into(), 1, flags.into(), out.into(), u64::from(out) + 4]) {
        "success" => Ok(guest.get(data, guest.number(out, 4) as u32)),
        errno => Err(errno),
    }
}

#[test]
fn connections_are_received_from_sent_to_and_shut_down() {
    const PEEK: u16 = 1;
    const WAITALL: u16 = 2;
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.listener(listener.try_clone().expect("it can be"));
    };
    with_guest(grant, |guest| {
        let kind = |guest: &mut Guest, fd: u32| {
            let stat = guest.allocate(24);
            assert_eq!(guest.call("fd_fdstat_get", &[fd.into(), stat.into()]), "success");
            (guest.number(stat, 1), guest.number(stat + 2, 2) as u16)
        };
        let accepted = guest.allocate(4);
        // What is done with one that listens, and is not for it.
        let (data, count) = (guest.put(b"x"), guest.allocate(8));
        let list = guest.put_vectors(&[(data, 1)]) as u64;
        assert_eq!(kind(guest, 3), (6, 0));
        assert_eq!(receive(guest, 3, 4, 0), Err("notconn"));
        assert_eq!(guest.call("sock_send", &[3, list, 1, 0, count.into()]), "notconn");
        assert_eq!(guest.call("sock_shutdown", &[3, 3]), "notconn");
        assert_eq!(guest.call("sock_accept", &[3, fdflags::APPEND.into(), accepted.into()]), "inval");
        assert_eq!(guest.call("sock_accept", &[1, 0, accepted.into()]), "notsock");
        assert_eq!(guest.call("fd_seek", &[3, 0, 0, count.into()]), "spipe");

        let mut client = TcpStream::connect(address).expect("it listens");
        assert_eq!(guest.call("sock_accept", &[3, fdflags::NONBLOCK.into(), accepted.into()]), "success");
        let fd = guest.number(accepted, 4) as u32;
        assert_eq!(kind(guest, fd), (6, fdflags::NONBLOCK));
        assert_eq!(guest.call("sock_accept", &[fd.into(), 0, accepted.into()]), "inval");
        assert_eq!((receive(guest, fd, 4, 0), guest.read(fd, 4)), (Err("again"), Err("again")));
        assert_eq!(receive(guest, fd, 4, 4), Err("inval"));
        client.write_all(b"abcdef").expect("it is open");
        assert_eq!(poll(guest, &[Wait::Read(fd), Wait::Write(fd)])[0], (0, 0, 6, 0));
        assert_eq!(receive(guest, fd, 2, PEEK), Ok(b"ab".to_vec()));
        assert_eq!(receive(guest, fd, 2, PEEK | WAITALL), Ok(b"ab".to_vec()));
        assert_eq!(receive(guest, fd, 2, 0), Ok(b"ab".to_vec()));
        assert_eq!(receive(guest, fd, 0, 0), Ok(Vec::new()));
        // What is there comes, and not the error that there is no more.
        assert_eq!(receive(guest, fd, 9, WAITALL), Ok(b"cdef".to_vec()));
        assert_eq!(guest.call("fd_fdstat_set_flags", &[fd.into(), 0]), "success");
        let until_it_waits = once_this_thread_waits();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for part in [b"123", b"456", b"789"] {
                    until_it_waits();
                    client.write_all(part).expect("it is open");
                }
            });
            assert_eq!(receive(guest, fd, 9, WAITALL), Ok(b"123456789".to_vec()));
        });

        guest.free_all();
        let (one, two, count) = (guest.put(b"pi"), guest.put(b"ng"), guest.allocate(4));
        let list = guest.put_vectors(&[(one, 2), (two, 2)]) as u64;
        assert_eq!(guest.call("sock_send", &[fd.into(), list, 2, 1, count.into()]), "inval");
        assert_eq!(guest.call("sock_send", &[fd.into(), list, 2, 0, count.into()]), "success");
        assert_eq!(guest.number(count, 4), 4);
        assert_eq!(guest.call("sock_shutdown", &[fd.into(), 4]), "inval");
        assert_eq!(guest.call("sock_shutdown", &[fd.into(), 1]), "success");
        assert_eq!(receive(guest, fd, 4, 0), Ok(Vec::new()));
        assert_eq!(guest.write(fd, b"!"), Ok(1));
        assert_eq!(guest.call("sock_shutdown", &[fd.into(), 3]), "success");
        assert_eq!(guest.call("sock_send", &[fd.into(), list, 2, 0, count.into()]), "pipe");
        let mut all = Vec::new();
        client.read_to_end(&mut all).expect("it is open");
        assert_eq!(all, b"ping!");
        assert_eq!(guest.call("fd_close", &[fd.into()]), "success");
        assert_eq!(receive(guest, fd, 4, 0), Err("badf"));
    });
}

/// Somebody else has made a FIFO in a directory that was granted. To open it is not to wait for its other end: a guest
/// that reads does, and its deadline ends that.
#[test]
#[cfg(target_os = "linux")]
fn a_fifo_is_waited_for_where_it_is_read() {
    use rustix::fs::{CWD, FileType, Mode};
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let path = temporary.path().join("fifo");
    rustix::fs::mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("it can be made");
    let grant = |builder: &mut WasiCtxBuilder| {
        builder.dir(temporary.path(), "/", falkirk_wasi::files::Access::ReadWrite).expect("it is there");
    };
    with_guest(grant, |guest| {
        assert_eq!(guest.open(3, b"fifo", 0, rights::FD_WRITE, 0), Err("nxio"), "nobody reads it");
        let fd = guest.open(3, b"fifo", 0, rights::FD_READ, 0).expect("it is there");
        assert_eq!(poll(guest, &[Wait::Read(fd), Wait::Clock(1, 1, false)]), [(1, 0, 0, 0)]);
        let until_it_waits = once_this_thread_waits();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                until_it_waits();
                std::fs::write(&path, "late").expect("somebody reads");
            });
            assert_eq!(guest.read(fd, 8), Ok(b"late".to_vec()));
            assert_eq!(guest.read(fd, 8), Ok(Vec::new()));
        });
        let nonblock = guest.open(3, b"fifo", 0, rights::FD_READ, fdflags::NONBLOCK.into()).expect("it is there");
        let writer = std::fs::OpenOptions::new().write(true).open(&path).expect("somebody reads");
        assert_eq!(guest.read(nonblock, 8), Err("again"));
        guest.store.set_deadline(Some(Duration::from_millis(20)));
        let (data, count) = (guest.allocate(4), guest.allocate(4));
        let list = guest.put_vectors(&[(data, 4)]);
        assert!(guest.attempt("fd_read", &[fd.into(), list.into(), 1, count.into()]).is_err());
        drop(writer);
    });
}
