//! The CLIF of small modules, compared with what `tests/clif/*.wat` say at their end. With `FALKIRK_BLESS=1` the files
//! get what is made now.

use std::path::{Path, PathBuf};

use cranelift_codegen::Context;
use falkirk_runtime::engine::Settings;

use super::vectors::machine;
use super::{guarded, module, translate};

/// How a line of the expectation starts.
const MARK: &str = ";;";

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clif");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// The settings that the first line asks for: `;;! fuel interruptible unguarded`.
fn settings(text: &str) -> Settings {
    let mut settings = guarded();
    let words = text.lines().next().and_then(|line| line.strip_prefix(";;!")).unwrap_or_default();
    for word in words.split_whitespace() {
        match word {
            "fuel" => settings.fuel = true,
            "interruptible" => settings.interruptible = true,
            "unguarded" => settings.guarded_memories = false,
            word => panic!("there is no setting {word:?}"),
        }
    }
    settings
}

/// The CLIF of each function, as comments.
fn expectation(input: &str) -> String {
    let env = module(input, settings(input));
    let mut expectation = String::new();
    for number in 0..env.info.bodies.len() as u32 {
        let index = env.info.imported_functions + number;
        let func = translate(&env, index).expect("the function is within all limits");
        for line in func.display().to_string().lines() {
            let line = format!("{MARK} {line}");
            expectation.push_str(line.trim_end());
            expectation.push('\n');
        }
    }
    expectation
}

#[test]
fn clif_is_as_expected() {
    let bless = std::env::var_os("FALKIRK_BLESS").is_some();
    let files = files();
    assert!(files.len() >= 12, "there are only {} files", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        let start = text.find("\n;; ").map_or(text.len(), |newline| newline + 1);
        let (input, expected) = text.split_at(start);
        let made = expectation(input);
        if made == expected {
            continue;
        }
        if bless {
            std::fs::write(&file, format!("{input}{made}")).expect("the file can be written");
        } else {
            wrong.push(format!("{}:\n{}", file.display(), difference(expected, &made)));
        }
    }
    assert!(wrong.is_empty(), "{}\nFALKIRK_BLESS=1 accepts what is made now", wrong.join("\n"));
}

#[test]
fn clif_compiles_for_every_machine() {
    let machines = [machine("x86_64", &["has_sse3", "has_ssse3", "has_sse41"]), machine("aarch64", &[])];
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        let env = module(&text, settings(&text));
        for number in 0..env.info.bodies.len() as u32 {
            let func =
                translate(&env, env.info.imported_functions + number).expect("the function is within all limits");
            for machine in &machines {
                let mut context = Context::for_function(func.clone());
                if let Err(error) = context.compile(&**machine, &mut Default::default()) {
                    panic!("{}: {}: {:?}\n{func}", file.display(), machine.triple(), error.inner);
                }
            }
        }
    }
}

/// The lines from the first that differs on.
fn difference(expected: &str, made: &str) -> String {
    let same = expected.lines().zip(made.lines()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str| text.lines().skip(same).take(12).map(|line| format!("  {line}\n")).collect::<String>();
    format!("expected from line {}:\n{}made:\n{}", same + 1, rest(expected), rest(made))
}
