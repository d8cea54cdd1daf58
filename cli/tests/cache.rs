//! The code cache of several processes.
#![cfg(all(unix, feature = "jit"))]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A folder for one test, empty at its start.
fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache-tests").join(test);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn falkirk(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_falkirk"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Adds two numbers, with a cache in this folder.
fn add(cache: &Path) -> Command {
    let mut command = falkirk(&["run", "tests/files/math.wat", "--invoke", "add", "--cache"]);
    command.arg(cache).args(["2", "40"]);
    command
}

/// It printed the sum, and this on standard error.
#[track_caller]
fn check(output: &Output, warning: &str) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && output.stdout == b"42\n", "{}: {message}", output.status);
    assert!(if warning.is_empty() { message.is_empty() } else { message.contains(warning) }, "{message}");
}

fn entries(cache: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(cache).expect("a folder").map(|file| file.expect("a file").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "code")).collect()
}

#[test]
fn many_processes_use_one_new_folder_at_once() {
    let cache = folder("many").join("new");
    for _ in 0..3 {
        let children: Vec<Child> = (0..6).map(|_| add(&cache).spawn().expect("it starts")).collect();
        for child in children {
            check(&child.wait_with_output().expect("it ends"), "");
        }
        assert_eq!(entries(&cache).len(), 1);
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 2, "a key and an entry, and nothing else stays");
    }
}

#[test]
fn an_entry_is_used_by_the_next_process_and_replaced_when_it_is_damaged() {
    let cache = folder("damage").join("cache");
    check(&add(&cache).output().unwrap(), "");
    let [entry] = <[PathBuf; 1]>::try_from(entries(&cache)).unwrap();
    let whole = fs::read(&entry).unwrap();
    check(&add(&cache).output().unwrap(), "");
    for damaged in [&whole[..whole.len() / 2], &whole[1..], b"", &whole.iter().map(|byte| byte ^ 1).collect::<Vec<_>>()]
    {
        fs::write(&entry, damaged).unwrap();
        check(&add(&cache).output().unwrap(), "");
        assert_eq!(fs::read(&entry).unwrap(), whole, "compiling is repeatable");
    }
}

#[test]
fn what_is_wrong_with_the_folder_is_said_once_and_stops_nothing() {
    let cache = folder("wrong");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).unwrap();
    check(&add(&cache).output().unwrap(), "warning: no machine code is kept: ");
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 0);
    check(&add(Path::new("/dev/null/cache")).output().unwrap(), "warning: no machine code is kept: /dev/null/cache: ");
    // Nobody asked for these, so nobody is told; unless it is a danger.
    let add = |caches: &Path| {
        let mut command = falkirk(&["run", "tests/files/math.wat", "--invoke", "add", "2", "40"]);
        command.env("XDG_CACHE_HOME", caches).output().unwrap()
    };
    check(&add(Path::new("/dev/null")), "");
    fs::create_dir(cache.join("falkirk")).unwrap();
    fs::set_permissions(cache.join("falkirk"), fs::Permissions::from_mode(0o722)).unwrap();
    check(&add(&cache), "others may write to it (its mode is 722; `chmod 700` helps)");
}

#[test]
fn nothing_is_kept_where_nothing_should_be() {
    let caches = folder("nothing");
    for arguments in [
        vec!["run", "--no-cache", "tests/files/math.wat", "--invoke", "add", "2", "40"],
        vec!["run", "--engine", "interp", "tests/files/math.wat", "--invoke", "add", "2", "40"],
    ] {
        check(&falkirk(&arguments).env("XDG_CACHE_HOME", &caches).output().unwrap(), "");
    }
    let scripts = falkirk(&["wast", "tests/files/good.wast"]).env("XDG_CACHE_HOME", &caches).output().unwrap();
    assert!(scripts.status.success());
    assert_eq!(fs::read_dir(&caches).unwrap().count(), 0);
}

#[test]
fn a_precompiled_file_greets() {
    let caches = folder("greets");
    let file = caches.join("greet.cwasm");
    let run = |arguments: &[&str]| falkirk(arguments).env("XDG_CACHE_HOME", &caches).output().unwrap();
    let file = file.to_str().expect("UTF-8");
    assert!(run(&["compile", "../guests/built/greet.wasm", "--output", file]).status.success());
    let greeted = run(&["greet", file]);
    assert!(greeted.status.success() && greeted.stderr.is_empty());
    assert_eq!(greeted.stdout, run(&["greet"]).stdout);
}
