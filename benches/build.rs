//! Records how this build was made, for the conditions that the comparison prints above its tables.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    let root = Path::new(&var("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    record("RUSTC", &rustc_version());
    record("OPT_LEVEL", &var("OPT_LEVEL"));
    record("PROFILE", &release_profile(&fs::read_to_string(&root).unwrap_or_default()));
    record("RUSTFLAGS", &var("CARGO_ENCODED_RUSTFLAGS").replace('\x1f', " "));
    record("ALIGNMENT", alignment());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-env-changed=RUSTC_WORKSPACE_WRAPPER");
}

fn record(name: &str, value: &str) {
    println!("cargo::rustc-env=FALKIRK_BENCH_{name}={}", value.trim());
}

fn var(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn rustc_version() -> String {
    let output = Command::new(var("RUSTC")).arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The settings in the workspace's `[profile.release]` and `[profile.bench]`, in one line.
fn release_profile(manifest: &str) -> String {
    let mut settings = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if line.starts_with('[') {
            inside = line == "[profile.release]" || line == "[profile.bench]";
        } else if inside && !line.is_empty() {
            settings.push(line);
        }
    }
    if settings.is_empty() { "cargo's defaults".to_owned() } else { settings.join(", ") }
}

/// Whose functions are aligned: everybody's (a flag for the whole build), this workspace's alone (`align-falkirk`), or
/// nobody's.
fn alignment() -> &'static str {
    if var("CARGO_ENCODED_RUSTFLAGS").contains("align-all-functions") {
        "all"
    } else if var("RUSTC_WORKSPACE_WRAPPER").ends_with("align-falkirk") {
        "falkirk"
    } else {
        "none"
    }
}
