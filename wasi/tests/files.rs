//! Files: large directories, large files, the older interface, and what is told of calls.

mod support;

use std::sync::{Arc, Mutex};

use falkirk_runtime::{Engine, Linker, Module, Store, Val};
use falkirk_wasi::files::{Access, MemoryFs};
use falkirk_wasi::preview1::{self, fdflags, oflags, rights};
use falkirk_wasi::streams::pipe;
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::{Guest, engines};

const ALL_RIGHTS: u64 = rights::FILE;

/// Runs a test with a guest that has a directory of the host, then with one that has files in memory.
fn with_directory(test: impl Fn(&mut Guest)) {
    for engine in engines() {
        let temporary = tempfile::tempdir().expect("a temporary directory");
        let mut builder = WasiCtx::builder();
        builder.dir(temporary.path(), "/", Access::ReadWrite).expect("it is there");
        test(&mut Guest::new(&engine, builder.build().expect("nothing is wrong with it")));
        let mut builder = WasiCtx::builder();
        builder.memory_dir(&MemoryFs::new(), "/", Access::ReadWrite);
        test(&mut Guest::new(&engine, builder.build().expect("nothing is wrong with it")));
    }
}

/// All names in the directory with this number, read with a buffer of this size.
fn names(guest: &mut Guest, fd: u32, len: u32) -> Vec<Vec<u8>> {
    guest.free_all();
    let (buffer, used) = (guest.allocate(len), guest.allocate(4));
    let (mut names, mut cookie) = (Vec::new(), 0);
    loop {
        let call = [fd as u64, buffer as u64, len as u64, cookie, used as u64];
        assert_eq!(guest.call("fd_readdir", &call), "success");
        let used = guest.number(used, 4) as usize;
        let bytes = guest.get(buffer, used as u32);
        let mut rest = &bytes[..];
        while rest.len() >= 24 {
            let length = u32::from_le_bytes(rest[16..20].try_into().expect("four bytes")) as usize;
            let Some(name) = rest.get(24..24 + length) else { break };
            names.push(name.to_vec());
            cookie = u64::from_le_bytes(rest[..8].try_into().expect("eight bytes"));
            rest = &rest[24 + length..];
        }
        if used < len as usize {
            return names;
        }
    }
}

#[test]
fn a_directory_of_100_000_entries_is_listed_once_each() {
    for engine in engines() {
        let files = MemoryFs::new();
        for number in 0..100_000 {
            files.write(&format!("file-{number}"), "").expect("there is room");
        }
        let mut builder = WasiCtx::builder();
        builder.memory_dir(&files, "/", Access::ReadOnly);
        let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
        let mut found = names(&mut guest, 3, 4096);
        assert_eq!(found.len(), 100_002);
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 100_002);
    }
}

#[test]
fn a_listing_goes_on_where_it_was_though_the_directory_changes() {
    with_directory(|guest| {
        for number in 0..50 {
            let name = format!("{number:03}");
            let fd = guest.open(3, name.as_bytes(), oflags::CREAT.into(), ALL_RIGHTS, 0).expect("it can be made");
            assert_eq!(guest.call("fd_close", &[fd as u64]), "success");
        }
        // Removes what has been listed while it lists, as `rm -r` does: nothing is left out.
        guest.free_all();
        let (buffer, used, mut cookie, mut removed) = (guest.allocate(60), guest.allocate(4), 0, 0);
        loop {
            assert_eq!(guest.call("fd_readdir", &[3, buffer as u64, 60, cookie, used as u64]), "success");
            let length = guest.number(buffer + 16, 4);
            if guest.number(used, 4) < 24 + length {
                break;
            }
            cookie = guest.number(buffer, 8);
            if guest.number(buffer + 20, 1) == 4 {
                assert_eq!(guest.call("path_unlink_file", &[3, buffer as u64 + 24, length]), "success");
                removed += 1;
            }
        }
        assert_eq!(removed, 50);
        assert_eq!(names(guest, 3, 4096), [b".".to_vec(), b"..".to_vec()]);
    });
}

#[test]
fn a_file_of_5_gib_with_a_hole_is_read_and_written() {
    with_directory(|guest| {
        let fd = guest.open(3, b"big", oflags::CREAT.into(), ALL_RIGHTS, 0).expect("it can be made");
        let far = 5 << 30;
        let (offset, data) = (guest.allocate(8), guest.put(b"far away"));
        let (list, count) = (guest.put_vectors(&[(data, 8)]), guest.allocate(4));
        assert_eq!(guest.call("fd_pwrite", &[fd as u64, list as u64, 1, far, count as u64]), "success");
        assert_eq!(guest.call("fd_seek", &[fd as u64, (-4_i64) as u64, 2, offset as u64]), "success");
        assert_eq!(guest.number(offset, 8), far + 4);
        assert_eq!(guest.read(fd, 100), Ok(b"away".to_vec()));
        assert_eq!(guest.call("fd_seek", &[fd as u64, far - 2, 0, offset as u64]), "success");
        assert_eq!(guest.read(fd, 5), Ok(b"\0\0far".to_vec()));
        assert_eq!(guest.call("fd_filestat_set_size", &[fd as u64, 6 << 30]), "success");
        let stat = guest.allocate(64);
        assert_eq!(guest.call("fd_filestat_get", &[fd as u64, stat as u64]), "success");
        assert_eq!(guest.number(stat + 32, 8), 6 << 30);
        assert_eq!(guest.call("fd_seek", &[fd as u64, 1 << 63, 0, offset as u64]), "inval");
    });
}

#[test]
fn what_is_appended_goes_to_the_end_wherever_that_is() {
    with_directory(|guest| {
        let open = |guest: &mut Guest, flags: u16| {
            guest.open(3, b"log", oflags::CREAT.into(), ALL_RIGHTS, flags.into()).expect("it can be made")
        };
        let (one, two) = (open(guest, fdflags::APPEND), open(guest, fdflags::APPEND));
        for (fd, text) in [(one, "a"), (two, "b"), (one, "c")] {
            assert_eq!(guest.write(fd, text.as_bytes()), Ok(1));
        }
        let reader = open(guest, 0);
        assert_eq!(guest.read(reader, 9), Ok(b"abc".to_vec()));
    });
}

#[test]
fn more_descriptors_than_there_may_be_are_refused() {
    for engine in engines() {
        let files = MemoryFs::new();
        files.write("f", "").expect("there is room");
        let mut builder = WasiCtx::builder();
        builder.memory_dir(&files, "/", Access::ReadOnly);
        let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
        let refused = (0..70_000).find_map(|_| {
            guest.free_all();
            guest.open(3, b"f", 0, rights::FD_READ, 0).err()
        });
        assert_eq!(refused, Some("mfile"));
    }
}

#[test]
fn the_older_interface_has_other_layouts_and_numbers() {
    for engine in engines() {
        let files = MemoryFs::new();
        files.write("f", "hello").expect("there is room");
        let mut builder = WasiCtx::builder();
        builder.memory_dir(&files, "/", Access::ReadWrite);
        let mut guest = Guest::of(&engine, "wasi_unstable", builder.build().expect("nothing is wrong with it"));
        let fd = guest.open(3, b"f", 0, ALL_RIGHTS, 0).expect("it is there");
        let offset = guest.allocate(8);
        // `end` was 1, and `set` 2.
        assert_eq!(guest.call("fd_seek", &[fd as u64, (-1_i64) as u64, 1, offset as u64]), "success");
        assert_eq!(guest.number(offset, 8), 4);
        assert_eq!(guest.call("fd_seek", &[fd as u64, 2, 2, offset as u64]), "success");
        assert_eq!(guest.number(offset, 8), 2);
        let stat = guest.allocate(64);
        assert_eq!(guest.call("fd_filestat_get", &[fd as u64, stat as u64]), "success");
        assert_eq!((guest.number(stat + 16, 1), guest.number(stat + 20, 4), guest.number(stat + 24, 8)), (4, 1, 5));
    }
}

/// What is told while `test` runs: denials, and calls as lines without their times.
fn told(grant: impl Fn(&mut WasiCtxBuilder), test: impl Fn(&mut Guest)) -> (Vec<String>, Vec<String>) {
    let (denials, calls) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let engine = engines().remove(0);
    let mut builder = WasiCtx::builder();
    grant(&mut builder);
    let (for_denials, for_calls) = (denials.clone(), calls.clone());
    builder.on_denial(move |denial| for_denials.lock().expect("nobody panics").push(denial.to_string()));
    builder.on_call(move |call| {
        let line = call.to_string();
        let (line, time) = line.rsplit_once(" <").expect("the time is at the end");
        assert!(time.strip_suffix('>').is_some_and(|time| time.parse::<f64>().is_ok()), "{time}");
        for_calls.lock().expect("nobody panics").push(line.to_string());
    });
    test(&mut Guest::new(&engine, builder.build().expect("nothing is wrong with it")));
    let take = |list: Arc<Mutex<Vec<String>>>| std::mem::take(&mut *list.lock().expect("nobody panics"));
    (take(denials), take(calls))
}

#[test]
fn a_denial_names_the_grant_that_was_missing() {
    let files = MemoryFs::new();
    files.write("data/f", "hello").expect("there is room");
    let (denials, _) = told(
        |builder| {
            builder.memory_dir(&files, "/work", Access::ReadOnly);
        },
        |guest| {
            for path in ["/data", "/data", "../x", "data/../../y"] {
                assert_eq!(guest.open(3, path.as_bytes(), 0, rights::FD_READ, 0), Err("perm"));
            }
            assert_eq!(guest.open(3, b"new", oflags::CREAT.into(), rights::FD_WRITE, 0), Err("rofs"));
            let fd = guest.open(3, b"data/f", 0, rights::FD_READ, 0).expect("it is there");
            assert_eq!(guest.call("fd_filestat_set_size", &[fd as u64, 0]), "rofs");
            assert_eq!(guest.open(3, b"missing", 0, rights::FD_READ, 0), Err("noent"));
        },
    );
    assert_eq!(
        denials,
        [
            "denied: filesystem \"/data\" is not preopened; add --dir <host>::/data",
            "denied: \"../x\" leads out of \"/work\"; add --dir <host>::<guest> for where it leads",
            "denied: \"data/../../y\" leads out of \"/work\"; add --dir <host>::<guest> for where it leads",
            "denied: \"new\" cannot be changed, since \"/work\" is granted for reading only; add --dir <host>::/work without :ro",
            "denied: \"/work\" cannot be changed, since \"/work\" is granted for reading only; add --dir <host>::/work without :ro",
        ]
    );
    let (denials, _) = told(
        |_| {},
        |guest| {
            let at = guest.allocate(8);
            assert_eq!(guest.call("fd_prestat_get", &[3, at as u64]), "badf");
        },
    );
    assert_eq!(denials, ["denied: no directory is preopened; add --dir <host>::<guest>"]);
}

#[test]
fn calls_are_told_as_a_person_would_write_them() {
    let files = MemoryFs::new();
    files.write("f", "hello\nworld").expect("there is room");
    let (_, calls) = told(
        |builder| {
            builder.memory_dir(&files, "/data", Access::ReadWrite);
        },
        |guest| {
            let fd = guest.open(3, b"f", 0, rights::FD_READ | rights::FD_SEEK, 0).expect("it is there");
            assert_eq!(guest.read(fd, 6), Ok(b"hello\n".to_vec()));
            let at = guest.allocate(8);
            assert_eq!(guest.call("fd_seek", &[fd as u64, (-1_i64) as u64, 2, at as u64]), "success");
            assert_eq!(guest.call("fd_seek", &[fd as u64, (-1_i64) as u64, 0, at as u64]), "inval");
            assert_eq!(guest.write(1, &[b'x'; 40]), Ok(40));
            assert_eq!(guest.call("fd_write", &[1, 0xffff_fff0, 1, at as u64]), "fault");
            assert_eq!(guest.call("fd_close", &[77]), "badf");
            assert_eq!(guest.call("sched_yield", &[]), "success");
        },
    );
    assert_eq!(
        calls,
        [
            "path_open(fd=3</data>, dirflags=symlink_follow, path=\"f\", oflags=0x0, fs_rights_base=fd_read|fd_seek, \
         fs_rights_inheriting=all, fdflags=0x0) = success, opened_fd=4",
            "fd_read(fd=4) = success, iovs=\"hello\\n\", nread=6",
            "fd_seek(fd=4, offset=-1, whence=end) = success, newoffset=10",
            "fd_seek(fd=4, offset=-1, whence=set) = inval (Invalid argument)",
            "fd_write(fd=1, iovs=\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"...) = success, nwritten=40",
            "fd_write(fd=1, iovs=0xfffffff0 (outside of the memory)) = fault (Bad address: a pointer does not lead into the \
         guest's memory)",
            "fd_close(fd=77) = badf (Bad file descriptor)",
            "sched_yield() = success",
        ]
    );
}

/// Instantiates a module, given nothing but a pipe for its output.
fn instantiate(engine: &Engine, text: &str) -> falkirk_runtime::Result<(Store<WasiCtx>, falkirk_runtime::Instance)> {
    let mut linker = Linker::new(engine);
    preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
    let (writer, _) = pipe(64);
    let mut store = Store::new(engine, WasiCtx::builder().stdout(writer).build()?);
    let instance = preview1::instantiate(&linker, &mut store, &Module::new(engine, text)?)?;
    Ok((store, instance))
}

#[test]
fn commands_end_with_a_status_and_reactors_are_made_ready_once() {
    let exit = r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (func (export "_start") (call $exit (i32.const 7)) unreachable))"#;
    let returns = r#"(module (func (export "_start")) (func (export "_initialize") unreachable))"#;
    let traps = r#"(module (func (export "_start") unreachable))"#;
    let reactor = r#"(module
        (global $count (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $count (i32.add (global.get $count) (i32.const 1))))
        (func (export "count") (result i32) (global.get $count)))"#;
    let fails = r#"(module
        (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
        (func (export "_initialize") (call $exit (i32.const 3))))"#;
    let no_memory = r#"(module
        (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (func (export "_start") (drop (call $yield))))"#;
    for engine in engines() {
        let run = |text| {
            let (mut store, instance) = instantiate(&engine, text).expect("it is valid");
            preview1::run(&mut store, instance)
        };
        assert_eq!(run(exit).expect("to exit is not to fail"), 7);
        assert_eq!(run(returns).expect("it returns"), 0);
        assert!(run(traps).expect_err("it traps").trap().is_some());
        let error = run(no_memory).expect_err("there is no memory");
        assert!(error.to_string().contains("exports as `memory`"), "{error}");

        let (mut store, instance) = instantiate(&engine, reactor).expect("it is valid");
        let count = instance.get_func(&store, "count").expect("it is exported");
        let mut results = [Val::I32(0)];
        for _ in 0..2 {
            count.call(&mut store, &[], &mut results).expect("it cannot fail");
            assert!(matches!(results[0], Val::I32(1)), "{results:?}");
        }
        let error = instantiate(&engine, fails).map(drop).expect_err("it exits");
        assert_eq!(preview1::exit_status(Err(error)).expect("to exit is not to fail"), 3);
    }
}

/// Whoever embeds a guest sees the status as it was given; what a shell makes of it is the program's business.
#[test]
fn every_exit_status_comes_through() {
    let exit = r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (global $status (export "status") (mut i32) (i32.const 0))
        (func (export "_start") (call $exit (global.get $status)) unreachable))"#;
    for engine in engines() {
        let (mut store, instance) = instantiate(&engine, exit).expect("it is valid");
        let status = instance.get_global(&store, "status").expect("it is exported");
        for code in (0..=256).chain([1000, i32::MAX, i32::MIN, -1]) {
            status.set(&mut store, Val::I32(code)).expect("it can be set");
            assert_eq!(preview1::run(&mut store, instance).expect("to exit is not to fail"), code);
        }
    }
}

/// A hole takes no room, neither on the host's disk nor in memory.
#[test]
fn a_file_of_5_gib_with_a_hole_takes_no_room() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let engine = engines().remove(0);
    for files in [None, Some(MemoryFs::with_capacity(1 << 20))] {
        let mut builder = WasiCtx::builder();
        match &files {
            None => builder.dir(temporary.path(), "/", Access::ReadWrite).expect("it is there"),
            Some(files) => builder.memory_dir(files, "/", Access::ReadWrite),
        };
        let mut guest = Guest::new(&engine, builder.build().expect("nothing is wrong with it"));
        let fd = guest.open(3, b"big", oflags::CREAT.into(), ALL_RIGHTS, 0).expect("it can be made");
        let (data, count) = (guest.put(b"end"), guest.allocate(4));
        let list = guest.put_vectors(&[(data, 3)]);
        assert_eq!(guest.call("fd_pwrite", &[fd.into(), list.into(), 1, 5 << 30, count.into()]), "success");
    }
    let found = std::fs::metadata(temporary.path().join("big")).expect("it is there");
    assert_eq!(found.len(), (5 << 30) + 3);
    assert!(std::os::unix::fs::MetadataExt::blocks(&found) < 1000, "{found:?}");
}
