//! `falkirk run` of programs for WASI: what it prints, word for word (`tests/cmd/wasi/*.md`), and what pages cannot
//! hold. `TRYCMD=overwrite cargo test -p falkirk-cli --test wasi` writes down what it prints now; read the difference
//! before it is committed.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn programs_print_what_the_pages_say() {
    trycmd::TestCases::new().env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).case("tests/cmd/wasi/*.md");
}

/// Runs the program; its exit status, what it printed, and what it said of errors.
fn falkirk(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_falkirk"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("NAME", "inherited")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
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

/// The whole output of `everything.wasm` is elsewhere; here is what each option changes in its first lines.
#[test]
fn options_decide_what_a_program_sees() {
    let program = "../guests/built/wasi/everything.wasm";
    let cases: [(&[&str], &str); 6] = [
        (&[], "argument one\nNAME=(null) MISSING=(null)\nread typed\n"),
        (&["--inherit-env"], "argument one\nNAME=inherited MISSING=(null)\nread typed\n"),
        (&["--inherit-env", "--env", "NAME=mine"], "argument one\nNAME=mine MISSING=(null)\nread typed\n"),
        (&["--stdin", "null"], "argument one\nNAME=(null) MISSING=(null)\nmkdir"),
        (&["--stdin", "tests/files/notes.txt"], "argument one\nNAME=(null) MISSING=(null)\nread "),
        (&["--deny", "stdin"], "argument one\nNAME=(null) MISSING=(null)\nmkdir"),
    ];
    for (options, expected) in cases {
        let line = [&["run", "--no-cache"], options, &[program, "one"]].concat();
        let (_, printed, _) = falkirk(&line, "typed\n");
        assert!(printed.starts_with(expected), "{options:?}: {printed}");
    }
}

#[test]
fn streams_go_to_files() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (out, err) = (grant(&folder.path().join("out"), ""), grant(&folder.path().join("err"), ""));
    let hello = ["run", "--no-cache", "--stdout", &out, "tests/files/hello.wat"];
    assert_eq!(falkirk(&hello, ""), (Some(0), String::new(), String::new()));
    assert_eq!(std::fs::read_to_string(&out).expect("it is there"), "hello\n");
    let story = ["run", "--no-cache", "--stderr", &err, "--argv0", "me", "../guests/built/wasi/story.wasm"];
    assert_eq!(falkirk(&story, ""), (Some(1), String::new(), String::new()));
    assert_eq!(std::fs::read_to_string(&err).expect("it is there"), "/stories/wheel.txt: Capabilities insufficient\n");
}

#[test]
fn a_program_that_waits_is_stopped_in_time() {
    let (status, _, errors) = falkirk(&["run", "--no-cache", "--timeout", "50ms", "tests/files/waits.wat"], "");
    assert_eq!(status, Some(134));
    assert!(errors.starts_with("error: interrupted\n"), "{errors}");
    // With a clock that stands still, waiting takes no time.
    let fixed = ["run", "--no-cache", "--clock", "fixed:2026-01-31", "tests/files/waits.wat"];
    assert_eq!(falkirk(&fixed, ""), (Some(0), String::new(), String::new()));
}

#[test]
fn a_program_finds_the_sockets_that_were_opened_for_it() {
    let listener = "tests/files/listener.wat";
    assert_eq!(falkirk(&["run", "--no-cache", "--listen", "127.0.0.1:0", listener], "").0, Some(6));
    assert_eq!(falkirk(&["run", "--no-cache", listener], "").0, Some(8));
    // Behind the directories.
    let behind = ["run", "--no-cache", "--listen", "127.0.0.1:0", "--dir", "tests", listener];
    assert_eq!(falkirk(&behind, "").0, Some(57));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("it has one").to_string();
    let (status, _, errors) = falkirk(&["run", "--listen", &address, listener], "");
    assert_eq!(status, Some(2));
    assert!(errors.starts_with(&format!("error: `--listen`: no socket can listen at {address}: ")), "{errors}");
    assert!(errors.contains("\n  wanted: an address of this machine and a port that is free"), "{errors}");
}

#[test]
fn what_cannot_be_granted_is_an_error_of_the_command_line() {
    let hello = "tests/files/hello.wat";
    let cases = [
        (["--dir", "no/such/directory"], "error: `--dir`: cannot open the directory no/such/directory: No such file"),
        (["--dir", "::x"], "error: invalid value '::x' for '--dir <HOST[::GUEST][:ro]>'"),
        (["--env", "x"], "error: invalid value 'x' for '--env <NAME=VALUE>': write NAME=VALUE"),
        (["--deny", "disk"], "error: invalid value 'disk' for '--deny <NAME[:trap]>': write one of stdin, stdout, "),
        (["--clock", "now"], "error: invalid value 'now' for '--clock <fixed:TIME>': write fixed:2026-01-31, "),
        (["--random", "7"], "error: invalid value '7' for '--random <seed:N>': write seed: and a number"),
        (
            ["--tcp-connect", "80"],
            "error: invalid value '80' for '--tcp-connect <HOST:PORT>': `80` is no address: write ",
        ),
        (["--udp=1.2.3.4", "--strace"], "error: invalid value '1.2.3.4' for '--udp[=<HOST:PORT>]': `1.2.3.4` is no "),
    ];
    for (option, message) in cases {
        let (status, printed, errors) = falkirk(&["run", option[0], option[1], hello], "");
        assert_eq!((status, &*printed), (Some(2), ""));
        assert!(errors.starts_with(message), "{errors}");
    }
}
