//! `falkirk run` of programs for WASI.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the program; its exit status, what it printed, and what it said of errors.
fn falkirk(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_falkirk"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is there");
    // Not every program reads what it is given.
    let _ = child.stdin.take().expect("it is a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn grant(path: &Path, rest: &str) -> String {
    format!("{}{rest}", path.display())
}

#[test]
fn a_program_gets_what_the_command_line_grants() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let dir = grant(temporary.path(), "::/data");
    let program = "../guests/built/wasi/everything.wasm";
    let line = ["run", "--no-cache", "--dir", &dir, "--env", "NAME=value", program, "one", "two words"];
    let (status, printed, errors) = falkirk(&line, "first\nsecond\n");
    assert_eq!((status, &*errors), (Some(42), "an error\n"));
    assert_eq!(printed, include_str!("../../wasi/tests/guests/everything.txt"));
    assert!(temporary.path().join("log").exists());
}

#[test]
fn a_directory_for_reading_is_not_changed_and_without_one_there_is_none() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let dir = grant(temporary.path(), "::/data:ro");
    let program = "../guests/built/wasi/everything.wasm";
    let (status, printed, _) = falkirk(&["run", "--no-cache", "--dir", &dir, program], "");
    assert_eq!(status, Some(1), "{printed}");
    assert!(printed.contains("mkdir(\"/data/dir\", 0777) = -1 Read-only file system\n"), "{printed}");
    assert_eq!(std::fs::read_dir(temporary.path()).expect("it is there").count(), 0);
    let (_, printed, _) = falkirk(&["run", "--no-cache", program], "");
    assert!(printed.contains("NAME=(null) MISSING=(null)\n"), "{printed}");
    assert!(printed.contains("mkdir(\"/data/dir\", 0777) = -1 Capabilities insufficient\n"), "{printed}");
}

#[test]
fn small_commands_print_and_exit() {
    let hello = falkirk(&["run", "--no-cache", "tests/files/hello.wat"], "");
    assert_eq!(hello, (Some(0), "hello\n".into(), String::new()));
    assert_eq!(falkirk(&["run", "--no-cache", "tests/files/exit.wat"], ""), (Some(3), String::new(), String::new()));
}

#[test]
fn what_cannot_be_granted_is_an_error_of_the_command_line() {
    let hello = "tests/files/hello.wat";
    let cases = [
        (["--dir", "no/such/directory"], "error: `--dir`: cannot open the directory no/such/directory: No such file"),
        (["--dir", "::x"], "error: invalid value '::x' for '--dir <HOST[::GUEST][:ro]>'"),
        (["--env", "x"], "error: invalid value 'x' for '--env <NAME=VALUE>': write NAME=VALUE"),
    ];
    for (option, message) in cases {
        let (status, printed, errors) = falkirk(&["run", option[0], option[1], hello], "");
        assert_eq!((status, &*printed), (Some(2), ""));
        assert!(errors.starts_with(message), "{errors}");
    }
}
