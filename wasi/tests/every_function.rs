//! `TESTS.md` says for every function of both previews which tests call it. It is made from the tables of functions and
//! from the tests' own text, so that it cannot be wrong for long: `FALKIRK_BLESS=1` writes it anew. A function that no
//! test calls fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use falkirk_wasi::{preview1, preview2};

/// What is before the tables.
const HEAD: &str = "# Which tests call which function

Made by `tests/every_function.rs` from the tables of functions and the text of the tests; after a change of either,
`FALKIRK_BLESS=1 cargo test -p falkirk-wasi --test every_function` writes it anew. In the second column are
scripts, in `tests/preview1/` and `tests/preview2/`; in the third tests in Rust, of `tests/`, that call the function by
its name or through a helper.
";

/// How many tests are named for one function. The first in the order of the alphabet do.
const NAMED: usize = 3;

/// What a function of a test file is called, and its text.
type Functions = BTreeMap<String, String>;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files of a folder whose names end so, with their text.
fn files(folder: &Path, end: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .map(|path| (path.file_name().expect("a file").to_string_lossy().into_owned(), read(&path)))
        .collect();
    files.sort();
    files
}

/// The calls in scripts: for each function, the scripts that call it.
fn calls_of_scripts(preview: &str, words: usize) -> BTreeMap<String, BTreeSet<String>> {
    let mut calls: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (script, text) in files(&tests().join(preview), ".txt") {
        for line in text.lines().filter(|line| line.contains(" -> ")) {
            let name = line.split_whitespace().take(words).collect::<Vec<_>>().join(" ");
            calls.entry(name).or_default().insert(script.clone());
        }
    }
    calls
}

/// The items of a file that stand at the left margin, by their names, and which of them are tests.
fn items(text: &str) -> (Functions, BTreeSet<String>) {
    let (mut items, mut is_test) = (Functions::new(), BTreeSet::new());
    let (mut name, mut test) = (String::new(), false);
    for line in text.lines() {
        test |= line == "#[test]";
        let words: Vec<&str> = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
        let kind =
            words.iter().position(|word| matches!(*word, "fn" | "const" | "static" | "struct" | "trait" | "impl"));
        if let (false, Some(kind)) = (line.starts_with([' ', '/', '#', '}', ')']), kind) {
            let named = words[kind + 1..].iter().find(|word| !word.is_empty());
            name = named.map_or(String::new(), |word| (*word).to_owned());
            if std::mem::take(&mut test) {
                is_test.insert(name.clone());
            }
        }
        let item = items.entry(name.clone()).or_default();
        item.push_str(line);
        item.push('\n');
    }
    (items, is_test)
}

/// The text of an item and of all that it names in its file.
fn reached(items: &Functions, name: &str) -> String {
    let (mut text, mut waiting, mut seen) = (String::new(), vec![name.to_owned()], BTreeSet::new());
    while let Some(next) = waiting.pop() {
        let Some(found) = items.get(&next).filter(|_| seen.insert(next.clone())) else { continue };
        text.push_str(found);
        let words = found.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        waiting.extend(words.filter(|word| items.contains_key(*word)).map(str::to_owned));
    }
    text
}

/// All tests in Rust: file and name, and the text of what they do.
fn rust_tests() -> Vec<(String, String)> {
    let both = read(&tests().join("support/both.rs"));
    let mut all = Vec::new();
    for (file, text) in files(&tests(), ".rs") {
        if file == "every_function.rs" {
            continue;
        }
        let (items, tests) = items(&text);
        for test in tests {
            let mut text = reached(&items, &test);
            // These guests have all functions for paths.
            if text.contains("Guests::of") {
                text.push_str(&both);
            }
            all.push((format!("{file}: {test}"), text));
        }
    }
    all
}

/// A row of a table, or what is missing for one.
fn row(name: &str, doc: &str, scripts: Option<&BTreeSet<String>>, tests: &[&str]) -> Result<String, String> {
    let scripts: Vec<&str> = scripts.into_iter().flatten().map(|script| &**script).collect();
    if scripts.is_empty() && tests.is_empty() {
        return Err(format!("no test calls `{name}`"));
    }
    let mut named = tests.iter().take(NAMED).map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>");
    if tests.len() > NAMED {
        let _ = write!(named, "<br>and {} more", tests.len() - NAMED);
    }
    Ok(format!("| `{name}`: {} | {} | {named} |\n", doc.trim(), scripts.join(", ")))
}

fn table_head(title: &str, text: &mut String) {
    let _ = write!(text, "\n## {title}\n\n| function | scripts | tests |\n| --- | --- | --- |\n");
}

/// Helpers of the guest of preview 1, and the functions they call.
const HELPERS: &[(&str, &str)] =
    &[("path_open", "guest.open("), ("fd_read", "guest.read("), ("fd_write", "guest.write(")];

/// Whether a test's text calls a function of preview 1.
fn calls_preview1(text: &str, name: &str) -> bool {
    text.contains(&format!("\"{name}\"")) || HELPERS.iter().any(|(helped, call)| *helped == name && text.contains(call))
}

/// Whether a test's text calls a function of preview 2: in a script, or by its whole name.
fn calls_preview2(text: &str, short: &str, name: &str) -> bool {
    [format!("{short} {name} "), format!("\"{short}-{name}\""), format!("\"{name}\"")]
        .iter()
        .any(|call| text.contains(call))
}

#[test]
fn every_function_has_tests_and_they_are_listed() {
    let (mut text, mut missing, tests) = (HEAD.to_owned(), Vec::new(), rust_tests());
    let named = |calls: &dyn Fn(&str) -> bool| -> Vec<&str> {
        tests.iter().filter(|(_, text)| calls(text)).map(|(name, _)| &**name).collect()
    };
    let mut add = |found: Result<String, String>, text: &mut String| match found {
        Ok(row) => text.push_str(&row),
        Err(reason) => missing.push(reason),
    };

    let scripts = calls_of_scripts("preview1", 1);
    table_head("Preview 1: `wasi_snapshot_preview1`, and `wasi_unstable` before it", &mut text);
    for function in preview1::FUNCTIONS.iter().chain([&preview1::PROC_EXIT]) {
        let tests = named(&|text| calls_preview1(text, function.name));
        add(row(function.name, function.doc, scripts.get(function.name), &tests), &mut text);
    }

    let scripts = calls_of_scripts("preview2", 2);
    for interface in preview2::INTERFACES.iter().filter(|interface| !interface.functions.is_empty()) {
        table_head(&format!("Preview 2: `{}`", interface.name), &mut text);
        let short = interface.name.rsplit(['/', '@']).nth(1).expect("a path with a version");
        for function in interface.functions {
            let name = function.name.trim_start_matches("[method]").replace('.', "-");
            let tests = named(&|text| calls_preview2(text, short, &name));
            add(row(function.name, function.doc, scripts.get(&format!("{short} {name}")), &tests), &mut text);
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("TESTS.md");
    if std::env::var_os("FALKIRK_BLESS").is_some() {
        std::fs::write(&path, &text).expect("it can be written");
    }
    assert!(read(&path) == text, "TESTS.md is not what the tests say; FALKIRK_BLESS=1 writes it anew");
}
