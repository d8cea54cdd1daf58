//! What golden files cannot hold: long names, pipes that are closed early, time.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn falkirk(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_falkirk"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdin(Stdio::null());
    // The user's own code cache is left alone.
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

fn run(arguments: &[&str]) -> Output {
    falkirk(arguments).output().expect("the program starts")
}

#[track_caller]
fn lines(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8").lines().map(str::to_owned).collect()
}

/// The lines that greeting `name` must print, by the issue's own description.
fn greeting(name: &str) -> Vec<String> {
    let length = name.len();
    let mut memory = vec![0; 2 * length + 10];
    let initial = format!("Initial Memory: {memory:?}");
    memory[length + 10..].copy_from_slice(name.as_bytes());
    let written = format!("Memory After Host Writes '{name}': {memory:?}");
    memory[..7].copy_from_slice(b"Hello, ");
    memory[7..7 + length].copy_from_slice(name.as_bytes());
    let greeted = format!("Memory After Host Calls `greet`: {memory:?}");
    vec![initial, written, greeted, format!("Hello, {name}")]
}

#[track_caller]
fn check_greeting(name: &str) {
    for guest in ["../guests/built/greet.wasm", "../guests/greet/greet.wat"] {
        let found = lines(&run(&["greet", "--", guest, name]));
        assert_eq!(found.len(), 4);
        assert!(found == greeting(name), "greeting {:?} with {guest}", name.chars().take(20).collect::<String>());
    }
    assert!(lines(&run(&["greet", "--", name])) == greeting(name));
}

#[test]
fn greets_anyone() {
    for name in ["", "D", "Dan", "Zoë", "Αθηνά", "山田太郎", "🚀🧑‍🚀", "-x", "a b'c\"d", "--help"] {
        check_greeting(name);
    }
}

#[test]
fn greets_a_name_of_a_hundred_kilobytes() {
    check_greeting(&"x".repeat(100 * 1024));
    check_greeting(&"é🚀".repeat(16_000));
}

/// A page holds 65,536 bytes: names around the length at which `2 * length + 10` passes it.
#[test]
fn memory_grows_when_the_name_does_not_fit() {
    for length in [32_762, 32_763, 32_764] {
        let name = "n".repeat(length);
        let output = run(&["greet", "tests/files/small_greet.wat", &name]);
        if 2 * length + 10 <= 65_536 {
            assert!(output.status.success());
        } else {
            assert_eq!(output.status.code(), Some(2));
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(message.starts_with("error: a name of "), "{message}");
        }
    }
    // With a limit the shipped guest cannot grow either.
    let name = "n".repeat(100_000);
    let output = run(&["greet", "--max-memory", "128KiB", "../guests/greet/greet.wat", &name]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

/// `falkirk ... | head -1`: no panic, no message, and a quiet end also where a trace would go on for ever.
#[test]
fn a_closed_pipe_is_no_failure() {
    let name = "n".repeat(100_000);
    for arguments in [
        vec!["greet", &name],
        vec!["completions", "bash"],
        vec!["trace", "--instructions", "tests/files/math.wat", "--invoke", "forever"],
    ] {
        let mut child =
            falkirk(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut reader = BufReader::new(child.stdout.take().expect("piped"));
        let mut first = vec![0; 10];
        reader.read_exact(&mut first).expect("some output");
        drop(reader);
        let output = child.wait_with_output().expect("it ends");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(message.is_empty(), "{arguments:?}: {message}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_closed_standard_output_is_no_panic() {
    let mut child = falkirk(&["--help"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn a_timeout_ends_an_endless_loop() {
    let started = Instant::now();
    let output = run(&["run", "--timeout", "100ms", "tests/files/math.wat", "--invoke", "forever"]);
    let took = started.elapsed();
    assert_eq!(output.status.code(), Some(134));
    assert!(took >= Duration::from_millis(100) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn recursion_without_end_is_a_limit() {
    let output = run(&["run", "tests/files/math.wat", "--invoke", "down"]);
    assert_eq!(output.status.code(), Some(134));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.starts_with("error: call stack exhausted"), "{message}");
    assert!(message.lines().count() < 200, "{} lines", message.lines().count());
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = lines(&run(&["completions", shell])).join("\n");
        assert!(script.contains("inspect"), "{shell}");
    }
}

/// Output of the guest comes before what is said about how it ended.
#[test]
fn what_was_printed_stays_when_the_guest_traps() {
    let file: PathBuf = std::env::temp_dir().join(format!("falkirk-print-{}.wat", std::process::id()));
    let text = r#"(module (import "spectest" "print_i32" (func $print (param i32)))
        (func (export "_start") (call $print (i32.const 7)) (unreachable)))"#;
    std::fs::write(&file, text).expect("a temporary file");
    let output = run(&["run", &file.to_string_lossy()]);
    std::fs::remove_file(&file).expect("the temporary file is there");
    assert_eq!(output.status.code(), Some(134));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "7\n");
    let first = BufReader::new(&output.stderr[..]).lines().next();
    assert_eq!(first.and_then(Result::ok).as_deref(), Some("error: trap: unreachable"));
}
