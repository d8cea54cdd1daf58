//! The tools for components: what they print, word for word (`tests/cmd/components/*.md`), and what pages cannot hold.
//! `TRYCMD=overwrite cargo test -p falkirk-cli --test components` writes down what they print now; read the difference
//! before it is committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
};
use wasmparser::{CanonicalFunction, CanonicalOption, Parser, Payload};

#[test]
fn tools_print_what_the_pages_say() {
    trycmd::TestCases::new().case("tests/cmd/components/*.md");
}

fn falkirk(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_falkirk"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().expect("the program starts")
}

#[track_caller]
fn succeed(arguments: &[&str]) -> String {
    let output = falkirk(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// What crosses does not depend on the engine; machine code only does not tell of the calls inside.
#[cfg(feature = "jit")]
#[test]
fn machine_code_is_traced_at_its_walls() {
    for (file, call) in [("relay", "run(\"hi\")"), ("kv", "run(3)"), ("points", "first([{x: 1, y: 2.5}], none)")] {
        let file = format!("tests/files/{file}.wat");
        let trace = |engine| succeed(&["trace", "--engine", engine, &file, "--invoke", call]);
        let inside = |line: &&str| line.starts_with("call ") || line.starts_with("return ");
        let (interpreted, compiled) = (trace("interp"), trace("jit"));
        let expected: Vec<&str> = interpreted.lines().map(str::trim).filter(|line| !inside(line)).collect();
        assert_eq!(compiled.lines().map(str::trim).collect::<Vec<_>>(), expected, "{file}");
    }
}

/// The adapter that the world uses: preview 1 above, interfaces of later versions below.
#[test]
fn a_module_for_preview_1_becomes_a_command() {
    let folder = folder("preview1");
    let adapter = folder.join(format!("{WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME}.command.wasm"));
    fs::write(&adapter, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER).expect("it is written");
    let component = folder.join("component.wasm");
    succeed(&["component", "new", "tests/files/hello.wat", "--adapt", text(&adapter), "-o", text(&component)]);
    let wit = succeed(&["wit", text(&component)]);
    assert!(wit.contains("  import wasi:cli/stdout@0.2."), "{wit}");
    assert!(wit.contains("  export wasi:cli/run@0.2."), "{wit}");
    // The adapter's own world is noted in it, as wit-bindgen does.
    assert!(succeed(&["wit", text(&adapter)]).contains("  export wasi:cli/run@0.2."));
    let inside = succeed(&["inspect", text(&component)]);
    assert!(inside.contains("core module 1 `wit-component:adapter:wasi_snapshot_preview1`"), "{inside}");
}

/// The canonical options of a component's imports and exports, without those of components inside.
fn string_encodings(component: &[u8]) -> Vec<CanonicalOption> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::ComponentCanonicalSection(section) = payload.expect("a valid component") {
            for function in section {
                match function.expect("a valid function") {
                    CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. } => {
                        found.extend(options)
                    }
                    _ => {}
                }
            }
        }
    }
    found.retain(|option| {
        matches!(option, CanonicalOption::UTF8 | CanonicalOption::UTF16 | CanonicalOption::CompactUTF16)
    });
    found
}

#[test]
fn strings_are_encoded_as_wanted() {
    let folder = folder("encoding");
    let out = folder.join("out.wasm");
    let shout = "tests/cmd/components/new.in/shout.wat";
    for (name, expected) in [
        ("utf8", CanonicalOption::UTF8),
        ("utf16", CanonicalOption::UTF16),
        ("latin1+utf16", CanonicalOption::CompactUTF16),
    ] {
        let wit = "tests/cmd/components/new.in/wit";
        succeed(&["component", "new", shout, "--wit", wit, "--string-encoding", name, "-o", text(&out)]);
        let found = string_encodings(&fs::read(&out).expect("it is there"));
        assert!(!found.is_empty() && found.iter().all(|option| *option == expected), "{name}: {found:?}");
    }
}

#[test]
fn what_is_written_is_written_as_a_whole() {
    let folder = folder("whole");
    let out = folder.join("out.wasm");
    fs::write(&out, "before").expect("it is written");
    let output = falkirk(&["component", "new", "tests/files/math.wat", "-o", text(&out)]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&out).expect("it is there"), b"before");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
}

/// Every built component can be read again by what wrote it, and says the same when it is taken apart and written anew.
#[test]
fn wit_of_built_components_survives_a_round_trip() {
    let folder = folder("round-trip");
    let mut seen = 0;
    for entry in fs::read_dir("../guests/built/components").expect("the folder is there") {
        let component = entry.expect("an entry").path();
        let printed = succeed(&["wit", text(&component)]);
        let file = folder.join("printed.wit");
        fs::write(&file, &printed).expect("it is written");
        assert_eq!(succeed(&["wit", text(&file)]), printed, "{}", component.display());
        let package = folder.join("package.wasm");
        succeed(&["wit", text(&file), "--binary", "-o", text(&package)]);
        assert_eq!(succeed(&["wit", text(&package)]), printed, "{}", component.display());
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} components are there");
}

/// Every prefix of a component is an error with a message, and no crash.
#[test]
fn broken_components_are_errors() {
    let folder = folder("broken");
    let whole = fs::read("../guests/built/components/calculator.wasm").expect("it is there");
    let out = folder.join("out.wasm");
    for length in (8..whole.len()).step_by(23) {
        let broken = folder.join("broken.wasm");
        fs::write(&broken, &whole[..length]).expect("it is written");
        let (broken, out) = (text(&broken), text(&out));
        let adder = "../guests/built/components/adder.wasm";
        for arguments in [&["wit", broken][..], &["inspect", broken], &["compose", broken, "--plug", adder, "-o", out]]
        {
            let output = falkirk(arguments);
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            // A component may end where a section does.
            let fine = output.status.success() || output.status.code() == Some(2) && message.starts_with("error: ");
            assert!(fine, "{arguments:?}, {length} bytes: {:?} {message}", output.status);
        }
    }
}
