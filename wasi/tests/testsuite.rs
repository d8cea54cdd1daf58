//! The programs of [wasi-testsuite](https://github.com/WebAssembly/wasi-testsuite), which check one runtime's preview 1
//! like another's. They are not part of this repository: its branch `prod/testsuite-base` has them built. The variable
//! `FALKIRK_WASI_TESTSUITE` names a folder with that branch; without it, the test says that it was skipped.
//!
//! A program `x.wasm` is run with what `x.json` beside it says: arguments, variables, a directory, and what comes of it.

mod support;

use std::path::{Path, PathBuf};

use falkirk_runtime::{Engine, Linker, Module, Store};
use falkirk_wasi::files::Access;
use falkirk_wasi::streams::pipe;
use falkirk_wasi::{WasiCtx, preview1, preview2};
use serde_json::Value;
use support::adapted;

const FOLDER: &str = "FALKIRK_WASI_TESTSUITE";

/// Programs that fail as components, and why: all because of the standard adapter. On Wasmtime 48, these fail alike.
const AS_COMPONENTS: &[(&str, &str)] = &[
    ("args_get-multiple-arguments", "the adapter traps: it asserts something about how it allocates strings"),
    ("environ_get-multiple-variables", "the adapter traps for the same reason"),
    ("fd_write-to-invalid-fd", "the adapter has another errno for a descriptor that is not there"),
];

/// Modules run as they are, or as components.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Component,
}

#[test]
fn the_standards_programs_pass() {
    let failures = run_all(Kind::Module, |_| false);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The same programs as components: the adapter makes calls of preview 2 from those of preview 1.
#[test]
fn the_standards_programs_pass_as_components() {
    let failures = run_all(Kind::Component, |name| AS_COMPONENTS.iter().any(|(failing, _)| *failing == name));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Runs all programs; what went wrong, which it is to for some.
fn run_all(kind: Kind, is_to_fail: impl Fn(&str) -> bool) -> Vec<String> {
    let Some(folder) = std::env::var_os(FOLDER) else {
        println!("SKIPPED: {FOLDER} names no folder with the branch prod/testsuite-base of wasi-testsuite");
        return Vec::new();
    };
    let mut programs = Vec::new();
    find(Path::new(&folder), &mut programs);
    programs.sort();
    assert!(!programs.is_empty(), "there are no programs for wasm32-wasip1 in {}", folder.display());
    let mut failures = Vec::new();
    for engine in support::engines() {
        for program in &programs {
            let name = program.file_stem().expect("a name").to_string_lossy();
            match (check(&engine, program, kind), is_to_fail(&name)) {
                (Ok(()), false) | (Err(_), true) => {}
                (Ok(()), true) => failures.push(format!("{name}: passes, and is listed as failing")),
                (Err(reason), false) => failures.push(format!("{name}: {reason}")),
            }
        }
    }
    println!("{} programs, {} failures", programs.len(), failures.len());
    failures
}

/// All programs for preview 1 below a folder.
fn find(folder: &Path, programs: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            find(&path, programs);
        } else if path.extension().is_some_and(|end| end == "wasm") && folder.ends_with("wasm32-wasip1") {
            programs.push(path);
        }
    }
}

/// Runs a program; what went wrong.
fn check(engine: &Engine, program: &Path, kind: Kind) -> Result<(), String> {
    let wanted = match std::fs::read_to_string(program.with_extension("json")) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| error.to_string())?,
        Err(_) => Value::Null,
    };
    let known = ["args", "env", "root", "exit_code", "stdout", "stderr"];
    if let Some(name) = wanted.as_object().and_then(|object| object.keys().find(|name| !known.contains(&&***name))) {
        return Err(format!("nobody knows what `{name}` is for"));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let ((stdout, printed), (stderr, errors)) = (pipe(usize::MAX), pipe(usize::MAX));
    let mut builder = WasiCtx::builder();
    builder.arg(program.file_stem().expect("a name").to_string_lossy()).stdout(stdout).stderr(stderr);
    builder.args(wanted["args"].as_array().into_iter().flatten().map(text));
    for (name, value) in wanted["env"].as_object().into_iter().flatten() {
        builder.env(name, text(value));
    }
    // Programs change what is in their directory.
    let copy = tempfile::tempdir().expect("a temporary directory");
    if let Some(root) = wanted["root"].as_str() {
        copy_all(&program.with_file_name(root), copy.path());
        builder.dir(copy.path(), "/", Access::ReadWrite).map_err(|error| error.to_string())?;
    }
    let context = builder.build().map_err(|error| error.to_string())?;
    let status = match kind {
        Kind::Module => module(engine, program, context),
        Kind::Component => component(engine, program, context),
    };
    let (printed, errors) = (take(&printed), take(&errors));
    let expected = wanted["exit_code"].as_i64().unwrap_or(0);
    match status {
        Ok(status) if i64::from(status) == expected => {}
        // The adapter says only whether all went well.
        Ok(1) if expected != 0 && kind == Kind::Component => {}
        Ok(status) => return Err(format!("exited with {status}, and not with {expected}: {errors}")),
        Err(error) => return Err(format!("{error}: {errors}")),
    }
    for (name, found) in [("stdout", printed), ("stderr", errors)] {
        if wanted[name].as_str().is_some_and(|wanted| wanted != found) {
            return Err(format!("{name} was {found:?}"));
        }
    }
    Ok(())
}

fn take(reader: &falkirk_wasi::streams::PipeReader) -> String {
    String::from_utf8_lossy(&reader.take()).into_owned()
}

/// Runs a module.
fn module(engine: &Engine, program: &Path, context: WasiCtx) -> falkirk_runtime::Result<i32> {
    let module = Module::from_file(engine, program)?;
    let mut linker = Linker::new(engine);
    preview1::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
    let mut store = Store::new(engine, context);
    let instance = preview1::instantiate(&linker, &mut store, &module)?;
    preview1::run(&mut store, instance)
}

/// Runs a module as a component.
fn component(engine: &Engine, program: &Path, context: WasiCtx) -> falkirk_runtime::Result<i32> {
    let component = adapted(&std::fs::read(program).expect("it is there"));
    // For whoever wants to run it elsewhere.
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("testsuite");
    std::fs::create_dir_all(&copy).expect("cargo's folder can be written");
    std::fs::write(copy.join(program.file_name().expect("a name")), &component).expect("cargo's folder can be written");
    let component = falkirk_component::Component::new(engine, component)?;
    let mut linker = falkirk_component::Linker::new(engine);
    preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context)?;
    let mut store = Store::new(engine, context);
    let instance = linker.instantiate(&mut store, &component)?;
    preview2::run(&mut store, &instance)
}

/// Copies a folder and all that is in it.
fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("it can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("it can be made");
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("it can be copied");
        }
    }
}
