//! Real programs, ours and other people's, do under `falkirk run` what they do elsewhere: `guests/third-party/cases.json`
//! says what is run with which input, and `golden/` what another runtime made of it (`oracle.py`, there, writes it down).
//!
//! Most programs are too large to be committed. Where they are not, the test says how to get them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// The engines that are built in.
const ENGINES: &[&str] = if cfg!(feature = "jit") { &["interp", "jit"] } else { &["interp"] };

fn guests() -> PathBuf {
    root().join("guests")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace's folder")
}

fn main() {
    let cases = fs::read_to_string(guests().join("third-party/cases.json")).expect("the cases are there");
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("they are JSON");
    // The first to run a program fills the code cache, and the others wait for that.
    let mut compiling: BTreeMap<PathBuf, Arc<Mutex<()>>> = BTreeMap::new();
    let mut skipped = BTreeSet::new();
    let mut trials = Vec::new();
    for case in cases.into_iter().map(Case) {
        let (program, how) = case.program();
        let missing = !program.exists();
        if missing && skipped.insert(program.clone()) {
            eprintln!("SKIPPED: {} is not there; to get it, type: {how}", program.display());
        }
        for engine in ENGINES {
            #[cfg(feature = "component-tools")]
            if program.parent() == Some(&guests().join("built/components")) {
                let case = case.clone();
                trials.push(Trial::test(format!("{engine}/{}/adapted", case.name()), move || adapted(&case, engine)));
            }
            let (case, program) = (case.clone(), program.clone());
            let compiling = compiling.entry(program.clone()).or_default().clone();
            let trial = Trial::test(format!("{engine}/{}", case.name()), move || {
                let turn = (*engine == "jit").then(|| compiling.lock());
                let result = case.check(engine, &program);
                drop(turn);
                result
            });
            trials.push(trial.with_ignored_flag(missing));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Makes the component anew, of our module and the standard adapter, and runs that.
#[cfg(feature = "component-tools")]
fn adapted(case: &Case, engine: &str) -> Result<(), Failed> {
    use wasi_preview1_component_adapter_provider as provider;

    let folder = tempfile::tempdir()?;
    let (program, _) = case.program();
    let name = program.file_name().expect("it has a name");
    let adapter = folder.path().join(provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME).with_extension("wasm");
    // What has a `_start` is a command.
    let bytes = match case.text("invoke") {
        None => provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
        Some(_) => provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
    };
    fs::write(&adapter, bytes)?;
    let component = folder.path().join(name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_falkirk"));
    command.args(["component", "new"]).arg(guests().join("built/wasi").join(name));
    let output = command.arg("--adapt").arg(&adapter).arg("-o").arg(&component).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    case.check(engine, &component)
}

/// One run of a program, as `cases.json` has it.
#[derive(Clone)]
struct Case(Value);

impl Case {
    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|value| value.as_str().unwrap_or_else(|| panic!("`{key}` is a text: {}", self.0)))
    }

    fn name(&self) -> &str {
        self.text("name").expect("a case has a name")
    }

    /// The file, and the command that gets it. The first folder of `program` says who built it.
    fn program(&self) -> (PathBuf, String) {
        let (kind, rest) =
            self.text("program").and_then(|program| program.split_once('/')).expect("it says who and what");
        let set = |variable, default: PathBuf| std::env::var_os(variable).map_or(default, PathBuf::from);
        let (folder, how) = match kind {
            "third-party" => {
                (set("FALKIRK_THIRD_PARTY", root().join("target/third-party")), "guests/third-party/fetch.sh".into())
            }
            "foreign" => (set("FALKIRK_FOREIGN", guests().join("foreign")), format!("guests/foreign.sh {rest}")),
            "built" => (guests().join("built"), "guests/rebuild.sh".into()),
            _ => panic!("nobody builds `{kind}`"),
        };
        (folder.join(rest).with_extension("wasm"), how)
    }

    /// Runs it, and compares.
    fn check(&self, engine: &str, program: &Path) -> Result<(), Failed> {
        let temporary = tempfile::tempdir()?;
        let work = self.text("folder").map(|folder| {
            let work = temporary.path().join("work");
            copy(&guests().join("third-party").join(folder), &work);
            work
        });
        let stdin = temporary.path().join("stdin");
        fs::write(&stdin, self.text("stdin").unwrap_or_default())?;

        let before = entries(work.as_deref());
        let output = self.command(engine, program, work.as_deref(), &stdin).output()?;
        if let Some(gap) = self.text("gap") {
            return check_gap(gap, &output);
        }
        let seen = render(&output, &before, &entries(work.as_deref()));
        let golden = guests().join("third-party/golden").join(self.name()).with_extension("txt");
        let expected = fs::read_to_string(&golden).map_err(|error| format!("{}: {error}", golden.display()))?;
        compare(&expected, &seen)
    }

    /// The command line: just what the other runtime was given.
    fn command(&self, engine: &str, program: &Path, work: Option<&Path>, stdin: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_falkirk"));
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
        command.args(["run", "--engine", engine]).arg("--stdin").arg(stdin);
        command.arg("--argv0").arg(program.file_stem().expect("it has a name"));
        if let Some(work) = work {
            let readonly = self.0.get("readonly").is_some_and(|value| value == true);
            let mount = self.text("mount").unwrap_or("/project");
            let rest = if readonly { ":ro" } else { "" };
            command.arg("--dir").arg(format!("{}::{mount}{rest}", work.display()));
        }
        for (name, value) in self.0.get("env").and_then(Value::as_object).into_iter().flatten() {
            command.arg("--env").arg(format!("{name}={}", value.as_str().expect("a text")));
        }
        command.arg(program);
        if let Some(function) = self.text("invoke") {
            command.arg("--invoke").arg(format!("{function}()"));
        }
        command.arg("--");
        let arguments = self.0.get("args").and_then(Value::as_array).into_iter().flatten();
        command.args(arguments.map(|argument| argument.as_str().expect("a text")));
        command
    }
}

/// What cannot run yet says so. Once it can, its `gap` goes, and its golden file counts.
fn check_gap(gap: &str, output: &Output) -> Result<(), Failed> {
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().next().unwrap_or_default();
    match output.status.code() == Some(2) && first.starts_with("error: ") && first.ends_with(gap) {
        true => Ok(()),
        false => Err(format!("{}, and not an error that ends with `{gap}`: {errors}", output.status).into()),
    }
}

/// A folder and all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a new folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("a file that can be read");
        }
    }
}

/// What is in a folder: paths, and a text for each.
fn entries(work: Option<&Path>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = work.map(Path::to_owned).into_iter().collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(work.expect("something is in it")).expect("it is below").display().to_string();
            if path.is_symlink() {
                let target = fs::read_link(&path).expect("a link");
                found.insert(format!("{name} -> {}", target.display()), String::new());
            } else if path.is_dir() {
                found.insert(format!("{name}/"), String::new());
                folders.push(path);
            } else {
                found.insert(name, text(&fs::read(path).expect("a file")));
            }
        }
    }
    found
}

/// Bytes as text; what is no UTF-8 as `\xNN`.
fn text(bytes: &[u8]) -> String {
    let chunks = bytes.utf8_chunks().map(|chunk| {
        let rest: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")).collect();
        [chunk.valid(), &rest].concat()
    });
    chunks.collect()
}

/// What a program did: its status, its output, and what it changed in the folder.
fn render(output: &Output, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> String {
    let mut rendered = match output.status.code() {
        Some(code) => format!("status {code}\n"),
        None => format!("{}\n", output.status),
    };
    rendered += &section("stdout", &text(&output.stdout));
    rendered += &section("stderr", &text(&output.stderr));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        match after.get(name) {
            None => rendered += &section(&format!("{name} is gone"), ""),
            Some(content) if before.get(name) != Some(content) => rendered += &section(name, content),
            Some(_) => {}
        }
    }
    rendered
}

/// One part of a golden file.
fn section(name: &str, content: &str) -> String {
    let end = if content.ends_with('\n') || content.is_empty() { "" } else { "\n(no newline at the end)\n" };
    format!("--- {name}\n{content}{end}")
}

/// Tells of the first line that differs.
fn compare(expected: &str, seen: &str) -> Result<(), Failed> {
    let (mut expected, mut lines) = (expected.split('\n'), seen.split('\n'));
    for number in 1.. {
        match (expected.next(), lines.next()) {
            (None, None) => return Ok(()),
            (wanted, found) if wanted != found => {
                let difference = format!("line {number}:\n  elsewhere: {wanted:?}\n  here:      {found:?}");
                return Err(format!("{difference}\nall of it:\n{seen}").into());
            }
            _ => {}
        }
    }
    unreachable!("BUG: a text has an end")
}
