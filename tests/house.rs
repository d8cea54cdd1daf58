//! House rules that a compiler does not check. (Where links lead is checked with the book: `book/code/check/links.rs`.)

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Which package may use which (`ARCHITECTURE.md` draws this).
const EDGES: &[(&str, &[&str])] = &[
    ("falkirk-runtime", &[]),
    ("falkirk-interp", &["falkirk-runtime"]),
    ("falkirk-jit", &["falkirk-runtime"]),
    ("falkirk-canonical-abi", &["falkirk-canonical-abi-derive"]),
    ("falkirk-canonical-abi-derive", &[]),
    ("falkirk-component", &["falkirk-runtime", "falkirk-canonical-abi"]),
    ("falkirk-component-bindgen", &[]),
    ("falkirk-wasi", &["falkirk-runtime", "falkirk-canonical-abi", "falkirk-component"]),
    (
        "falkirk",
        &[
            "falkirk-runtime",
            "falkirk-component",
            "falkirk-component-bindgen",
            "falkirk-wasi",
            "falkirk-interp",
            "falkirk-jit",
            "falkirk-canonical-abi",
        ],
    ),
    ("falkirk-cli", &["falkirk"]),
    ("falkirk-spec-tests", &["falkirk"]),
    ("falkirk-benches", &["falkirk", "falkirk-kernels"]),
    ("falkirk-book", &["falkirk-book-steps"]),
    ("falkirk-book-pages", &["falkirk-book"]),
    ("falkirk-book-steps", &[]),
    ("falkirk-kernels", &[]),
];

#[test]
fn packages_use_only_what_the_architecture_allows() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let allowed = EDGES.iter().find(|(package, _)| *package == name);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{name} is not in the table of allowed edges"));
        for dependency in package["dependencies"].as_array().expect("a list of dependencies") {
            let used = dependency["name"].as_str().expect("a name");
            let development = dependency["kind"] == "dev";
            if ours.contains(used) && !development {
                assert!(allowed.contains(&used), "{name} uses {used}, which the architecture does not allow");
            }
        }
    }
}

#[test]
fn built_guests_match_their_sources() {
    let guests = root().join("guests");
    let manifest = std::fs::read_to_string(guests.join("built/SOURCES.sha256")).expect("the manifest is there");
    let mut checked = 0;
    for line in manifest.lines() {
        let (hash, path) = line.split_once("  ").expect("a line is `hash  path`");
        let source = std::fs::read(guests.join(path)).unwrap_or_else(|error| panic!("guests/{path}: {error}"));
        assert_eq!(sha256(&source), hash, "guests/{path} was changed after the last run of guests/rebuild.sh");
        checked += 1;
    }
    assert!(checked > 10, "the manifest names only {checked} sources");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file of ours with this extension.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_module_says_what_it_is() {
    // The two lines of a benchmark's module say all there is to say.
    let modules = root().join("guests/kernel-modules/examples");
    for path in files("rs").into_iter().filter(|path| !path.starts_with(&modules)) {
        let text = std::fs::read_to_string(&path).expect("a text file");
        let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!")).unwrap_or_default();
        assert!(first.starts_with("//!"), "{} does not begin with module docs", path.display());
    }
}

#[test]
fn unsafe_stands_only_in_modules_that_explain_themselves() {
    for path in files("rs") {
        let text = std::fs::read_to_string(&path).expect("a text file");
        if text.contains("#![allow(unsafe_code)]") {
            assert!(text.contains("//! # Safety"), "{} allows unsafe code without a # Safety section", path.display());
        }
    }
}
