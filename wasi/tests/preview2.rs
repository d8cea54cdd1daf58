//! Preview 2, function by function: scripts of calls (see `support/script.rs`), with what each is to give.

mod support;

use std::sync::{Arc, Mutex};

use falkirk_component::{Component, Linker};
use falkirk_runtime::Store;
use falkirk_wasi::clocks::Clocks;
use falkirk_wasi::files::{Access, Dir, MemoryFs};
use falkirk_wasi::random::Random;
use falkirk_wasi::streams::{InputStream, pipe};
use falkirk_wasi::{WasiCtx, preview2};
use support::script::Script;
use support::{forwarder, host_dir, once_this_thread_waits, populate};

#[test]
fn every_function_is_there_with_the_standards_type_in_every_version() {
    for engine in support::engines() {
        for version in 0..=12 {
            let component = forwarder::component(version, |_| true);
            let component = Component::new(&engine, component).expect("it is valid");
            let mut linker = Linker::new(&engine);
            preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
            let mut store = Store::new(&engine, WasiCtx::builder().build().expect("nothing is wrong with it"));
            linker.instantiate(&mut store, &component).unwrap_or_else(|error| panic!("0.2.{version}: {error:?}"));
        }
    }
}

#[test]
fn a_handle_of_another_kind_is_refused() {
    // The component lies about what `filesystem-error-code` takes: to it, `error` is another name for `pollable`. No
    // linker can see that, since nobody but components say which resource an interface uses from another.
    let wit = include_str!("../wit/filesystem.wit");
    let (_, codes) = wit.split_once("enum error-code {").expect("it is there");
    let (codes, _) = codes.split_once('}').expect("it ends");
    let codes = codes.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let codes: String = codes.map(|code| format!("\"{}\" ", code.trim_end_matches(','))).collect();
    let text = format!(
        r#"(component
        (import "wasi:io/poll@0.2.0" (instance $poll (export "pollable" (type (sub resource)))))
        (alias export $poll "pollable" (type $pollable))
        (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
            (alias outer 1 $pollable (type $outer))
            (export "pollable" (type $p (eq $outer)))
            (export "subscribe-instant" (func (param "when" u64) (result (own $p))))))
        (import "wasi:filesystem/types@0.2.0" (instance $types
            (alias outer 1 $pollable (type $outer))
            (export "error" (type $e (eq $outer)))
            (type $enum (enum {codes}))
            (export "error-code" (type $code (eq $enum)))
            (export "filesystem-error-code" (func (param "err" (borrow $e)) (result (option $code))))))
        (core module $Memory (memory (export "memory") 1))
        (core instance $memory (instantiate $Memory))
        (alias core export $memory "memory" (core memory $bytes))
        (core func $new (canon lower (func $clock "subscribe-instant")))
        (core func $ask (canon lower (func $types "filesystem-error-code") (memory $bytes)))
        (core module $M
            (import "" "new" (func $new (param i64) (result i32)))
            (import "" "ask" (func $ask (param i32 i32)))
            (func (export "lie") (call $ask (call $new (i64.const 0)) (i32.const 0))))
        (core instance $m (instantiate $M (with "" (instance (export "new" (func $new)) (export "ask" (func $ask))))))
        (func (export "lie") (canon lift (core func $m "lie"))))"#
    );
    for engine in support::engines() {
        let component = Component::new(&engine, &text).unwrap_or_else(|error| panic!("{error:?}"));
        let mut linker = Linker::new(&engine);
        preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let mut store = Store::new(&engine, WasiCtx::builder().build().expect("nothing is wrong with it"));
        let instance = linker.instantiate(&mut store, &component).unwrap_or_else(|error| panic!("{error:?}"));
        let lie = instance.get_typed_func::<(), ()>("lie").expect("it is exported");
        let error = lie.call(&mut store, ()).unwrap_err();
        assert!(error.to_string().contains("the handle is of no `error`"), "{error}");
    }
}

#[test]
fn scripts() {
    // For whoever wants to call another runtime with it, which may lack what is not stable yet.
    let copy = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("preview2-forwarder.wasm");
    std::fs::write(copy, forwarder::stable(6)).expect("cargo's folder can be written");
    let mut failures = Vec::new();
    for engine in support::engines() {
        let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
        for script in ["cli", "streams", "files", "paths", "escapes"] {
            let path = format!("{}/tests/preview2/{script}.txt", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            for case in text.split("\n== ").skip(1) {
                let (name, lines) = case.split_once('\n').expect("a name, then lines");
                let temporary = tempfile::tempdir().expect("a temporary directory");
                let host = |guest: &str, access| host_dir(temporary.path(), guest, access);
                let mut script_on_host = Script::new(&engine, &component, context(host));
                failures.extend(script_on_host.run(&format!("{script}: {name} (host)"), lines));
                let files = MemoryFs::new();
                let mut script_in_memory =
                    Script::new(&engine, &component, context(|guest, access| files.root(guest, access)));
                failures.extend(script_in_memory.run(&format!("{script}: {name} (memory)"), lines));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What the guests of scripts are given, with the directory that `dir` gives.
fn context(dir: impl Fn(&str, Access) -> Dir) -> WasiCtx {
    populate(&dir("/", Access::ReadWrite));
    let (stdout, reader) = pipe(10);
    // Somebody reads it for as long as the test runs.
    std::mem::forget(reader);
    let (stderr, _) = pipe(10);
    WasiCtx::builder()
        .args(["prog", "--flag"])
        .env("A", "1")
        .stdin(InputStream::bytes("input"))
        .stdout(stdout)
        .stderr(stderr)
        .preopen("/", dir("/", Access::ReadWrite))
        .preopen("/ro", dir("/ro", Access::ReadOnly))
        .clocks(Clocks::Fixed { wall: 1_700_000_000_000_000_001, monotonic: 5 })
        .random(Random::Seeded(1_234_567))
        .build()
        .expect("nothing is wrong with it")
}

#[test]
fn denials_say_what_would_have_helped() {
    let engine = support::engines().remove(0);
    let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
    let files = MemoryFs::new();
    let mut script = Script::new(&engine, &component, context(|guest, access| files.root(guest, access)));
    script.expect(
        r#"preopens get-directories -> [(@dir, "/"), (@ro, "/ro")]
           types descriptor-stat-at $dir {} "/etc/passwd" -> err(not-permitted)
           types descriptor-stat-at $dir {} "../secret" -> err(not-permitted)
           types descriptor-unlink-file-at $ro "f" -> err(read-only)
           types descriptor-rename-at $dir "f" $ro "g" -> err(read-only)
           types descriptor-symlink-at $dir "/etc" "etc" -> err(not-permitted)"#,
    );
    let denials: Vec<String> = script.store.data().report.denials().map(ToString::to_string).collect();
    let expected = [
        "denied: filesystem \"/etc\" is not preopened; add --dir <host>::/etc",
        "denied: filesystem \"/etc/passwd\" is not preopened; add --dir <host>::/etc/passwd",
        "denied: \"../secret\" leads out of \"/\"; add --dir <host>::<guest> for where it leads",
        "denied: \"f\" cannot be changed, since \"/ro\" is granted for reading only; add --dir <host>::/ro without :ro",
        "denied: \"g\" cannot be changed, since \"/ro\" is granted for reading only; add --dir <host>::/ro without :ro",
    ];
    assert_eq!(denials, expected);
}

#[test]
fn calls_are_told_as_a_person_would_write_them() {
    let engine = support::engines().remove(0);
    let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
    let calls = Arc::new(Mutex::new(Vec::new()));
    let told = calls.clone();
    let mut context = WasiCtx::builder();
    context.stdin(InputStream::bytes("input")).on_call(move |call| {
        let line = format!("{} {}({}) = {}", call.interface, call.function, call.arguments, call.result);
        told.lock().expect("nobody panics").push(line);
    });
    let mut script = Script::new(&engine, &component, context.build().expect("nothing is wrong with it"));
    script.expect(
        "stdin get-stdin -> @in
         streams input-stream-read $in 3 -> ok(b\"inp\")
         streams input-stream-skip $in 9 -> ok(2)
         streams input-stream-read $in 3 -> err(closed)
         wall-clock resolution -> {seconds: 0, nanoseconds: 1}
         exit exit-with-code 3 -> trap: 3",
    );
    let expected = [
        "wasi:cli/stdin@0.2.12 get-stdin() = #0",
        "wasi:io/streams@0.2.12 [method]input-stream.read(this=#0, len=3) = ok(\"inp\")",
        "wasi:io/streams@0.2.12 [method]input-stream.skip(this=#0, len=9) = ok(2)",
        "wasi:io/streams@0.2.12 [method]input-stream.read(this=#0, len=3) = err(closed)",
        "wasi:clocks/wall-clock@0.2.12 resolution() = datetime { seconds: 0, nanoseconds: 1 }",
        "wasi:cli/exit@0.2.12 exit-with-code(status_code=3) = the guest exited with status 3",
    ];
    assert_eq!(*calls.lock().expect("nobody panics"), expected);
}

#[test]
fn functions_that_block_wait_for_another_thread() {
    for engine in support::engines() {
        let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
        let ((writer, stdin), (stdout, reader)) = (pipe(10), pipe(2));
        let context = WasiCtx::builder().stdin(stdin).stdout(stdout).build().expect("nothing is wrong with it");
        let mut script = Script::new(&engine, &component, context);
        let until_it_waits = once_this_thread_waits();
        let other = std::thread::spawn(move || {
            let mut all = Vec::new();
            until_it_waits();
            writer.write(b"late");
            while all.len() < 9 {
                until_it_waits();
                all.extend(reader.take());
            }
            String::from_utf8(all).expect("text")
        });
        script.expect(
            "stdin get-stdin -> @in
             stdout get-stdout -> @out
             streams input-stream-blocking-read $in 10 -> ok(b\"late\")
             streams output-stream-blocking-write-and-flush $out b\"12345\" -> ok
             streams output-stream-blocking-write-zeroes-and-flush $out 4 -> ok",
        );
        assert_eq!(other.join().expect("it does not panic"), "12345\0\0\0\0");
        script.expect("streams input-stream-blocking-read $in 10 -> err(closed)");
    }
}
