//! Whole processes: `falkirk run` and `wasmtime run` with the same program, the same arguments, the same input.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use falkirk_benches::contest::{Contest, Entry, Group, Run, Unit, engine};

/// The programs of this folder, and what they are called.
const OWN: [(&str, &str, &str); 6] = [
    ("hello1", "hello, preview 1", include_str!("hello1.wat")),
    ("hello2", "hello, preview 2", include_str!("hello2.wat")),
    ("clock1", "clock, a million times, preview 1", include_str!("clock1.wat")),
    ("clock2", "clock, a million times, preview 2", include_str!("clock2.wat")),
    ("write1", "one byte to a pipe, a million times, preview 1", include_str!("write1.wat")),
    ("write2", "one byte to a pipe, a million times, preview 2", include_str!("write2.wat")),
];

/// How often a program of this folder that does not take long is started in each turn.
const STARTS: u32 = 20;

/// Who runs programs, with the arguments before the program's.
struct Runner {
    engine: &'static str,
    command: Vec<OsString>,
}

/// A program with its arguments.
struct Program {
    name: String,
    /// Options, the program, and its arguments.
    arguments: Vec<OsString>,
    /// Whether it finds machine code from the run before.
    warm: bool,
    starts: u32,
}

/// All programs, with all who can run them. Modules and caches are in `folder`.
///
/// # Errors
///
/// There is no `falkirk`.
pub fn contests(folder: &Path) -> Result<Vec<Contest>, String> {
    let mut programs = Vec::new();
    for (file, name, text) in OWN {
        let path = folder.join(file).with_extension("wasm");
        fs::write(&path, wat::parse_str(text).expect("the program is correct")).expect("the folder can be written");
        let starts = if file.starts_with("hello") { STARTS } else { 1 };
        programs.push(Program { name: name.into(), arguments: vec![path.into()], warm: true, starts });
    }
    programs.extend(third_party(folder));
    let runners = runners()?;
    Ok(programs.iter().map(|program| contest(folder, &runners, program)).collect())
}

/// Falkirk with both engines, and wasmtime if it is there.
fn runners() -> Result<Vec<Runner>, String> {
    let falkirk = std::env::var_os("FALKIRK_BENCH_PROGRAM")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/falkirk"), PathBuf::from);
    if !falkirk.is_file() {
        let path = falkirk.display();
        return Err(format!("there is no {path}; build it with `cargo build --release -p falkirk-cli`"));
    }
    let command = |words: &[&str]| {
        let words = words.iter().map(OsString::from);
        std::iter::once(falkirk.clone().into_os_string()).chain(words).collect()
    };
    let mut runners = vec![
        Runner { engine: engine::JIT, command: command(&["run"]) },
        Runner { engine: engine::INTERP, command: command(&["run", "--engine", "interp"]) },
    ];
    let wasmtime = std::env::var_os("FALKIRK_BENCH_WASMTIME").unwrap_or_else(|| "wasmtime".into());
    match Command::new(&wasmtime).arg("--version").output() {
        Ok(output) => {
            eprintln!("{}", String::from_utf8_lossy(&output.stdout).trim());
            runners.push(Runner { engine: engine::WASMTIME, command: vec![wasmtime, "run".into()] });
        }
        Err(error) => eprintln!("no wasmtime takes part: {}: {error}", wasmtime.display()),
    }
    Ok(runners)
}

/// What `guests/third-party/fetch.sh` fetched, if `FALKIRK_THIRD_PARTY` says where that is.
fn third_party(folder: &Path) -> Vec<Program> {
    let Some(fetched) = std::env::var_os("FALKIRK_THIRD_PARTY").map(PathBuf::from) else {
        eprintln!("FALKIRK_THIRD_PARTY names no folder, so that CPython and esbuild are left out");
        return Vec::new();
    };
    let source = folder.join("project");
    fs::create_dir_all(&source).expect("the folder can be written");
    for (name, text) in [("main.ts", include_str!("main.ts")), ("shapes.ts", include_str!("shapes.ts"))] {
        fs::write(source.join(name), text).expect("the folder can be written");
    }
    let grant = |host: &Path, guest: &str| {
        let mut grant = host.as_os_str().to_owned();
        grant.push(format!("::{guest}"));
        grant
    };
    let python = [fetched.join("python.wasm").into_os_string(), "-c".into(), "print(1)".into()];
    let esbuild = [
        "--dir".into(),
        grant(&source, "/"),
        fetched.join("esbuild.wasm").into_os_string(),
        "--bundle".into(),
        "--minify".into(),
        "/main.ts".into(),
    ];
    let programs = [("CPython, print(1)", python.to_vec()), ("esbuild, a bundle", esbuild.to_vec())];
    let variants = programs.into_iter().flat_map(|(name, arguments)| {
        [("cold", false), ("warm", true)].map(|(cache, warm)| Program {
            name: format!("{name}, {cache} cache"),
            arguments: arguments.clone(),
            warm,
            starts: 1,
        })
    });
    variants.collect()
}

fn contest(folder: &Path, runners: &[Runner], program: &Program) -> Contest {
    let entries = runners.iter().map(|runner| Entry { engine: runner.engine, run: process(folder, runner, program) });
    let (group, items) = (Group::Programs, f64::from(program.starts));
    let entries = entries.collect();
    Contest { group, name: program.name.clone(), n: program.starts, items, unit: Unit::Milliseconds, entries }
}

/// A process, which is started anew in each turn.
struct Process {
    command: Vec<OsString>,
    cache: PathBuf,
    warm: bool,
}

fn process(folder: &Path, runner: &Runner, program: &Program) -> Box<dyn Run> {
    let command = [&*runner.command, &*program.arguments].concat();
    // A folder of its own, since who finds one cold would make another's cold.
    let cache = folder.join(format!("{}-{}-{}", runner.engine, program.name.replace([' ', ','], "-"), program.warm));
    Box::new(Process { command, cache, warm: program.warm })
}

impl Run for Process {
    fn run(&mut self, n: u32) -> u64 {
        (0..n).map(|_| self.once()).sum()
    }

    fn reset(&mut self) {
        if !self.warm {
            // It is not there before the first run.
            let _ = fs::remove_dir_all(&self.cache);
        }
    }
}

impl Process {
    /// Runs it once. Gives the sum of what it printed.
    fn once(&self) -> u64 {
        let mut child = Command::new(&self.command[0])
            .args(&self.command[1..])
            .env("XDG_CACHE_HOME", &self.cache)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        let mut printed = child.stdout.take().expect("it is a pipe");
        let mut buffer = [0; 1 << 16];
        let mut sum = 0;
        loop {
            match printed.read(&mut buffer).expect("a pipe can be read") {
                0 => break,
                read => sum += buffer[..read].iter().map(|byte| u64::from(*byte)).sum::<u64>(),
            }
        }
        let status = child.wait().expect("it ends");
        assert!(status.success(), "{:?}: {status}", self.command);
        sum
    }
}
