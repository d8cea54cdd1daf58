//! Programs of WASI: files read and written by a guest and natively, and whole processes of Falkirk and wasmtime.
//!
//! `cargo bench -p falkirk-benches --features programs --bench programs`. The processes are `falkirk`, from the release
//! build or what `FALKIRK_BENCH_PROGRAM` names, and `wasmtime` where there is one, or what `FALKIRK_BENCH_WASMTIME` names.

use std::process::ExitCode;
use std::{env, fs};

use falkirk_benches::args::{Args, HELP};
use falkirk_benches::conditions::conditions;
use falkirk_benches::contest::{Contest, Group};
use falkirk_benches::{json, report, targets};

mod files;
mod processes;

fn main() -> ExitCode {
    let quick = env::var_os("FALKIRK_BENCH_QUICK").is_some();
    match Args::parse(env::args().skip(1), quick).and_then(|args| programs(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("programs: {error}");
            ExitCode::FAILURE
        }
    }
}

fn programs(args: &Args) -> Result<(), String> {
    if args.help {
        println!("{HELP}");
        return Ok(());
    }
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
    let files = tempfile::tempdir_in(files::place()).map_err(|error| format!("a temporary folder: {error}"))?;
    let mut contests: Vec<Contest> = Vec::new();
    if args.wants_group(Group::Files.name()) {
        contests.extend(files::contests(files.path()));
    }
    if args.wants_group(Group::Programs.name()) {
        contests.extend(processes::contests(folder.path())?);
    }
    let wanted = contests.into_iter().filter(|contest| args.wants(&contest.name));
    let hold = |contest: Contest| {
        eprintln!("{} ...", contest.name);
        contest.hold(args.rounds)
    };
    let rows = wanted.map(hold).collect::<Result<Vec<_>, _>>()?;
    let checks = targets::checks(&rows, &[], None);
    println!("# Programs of WASI\n\n{}", report::conditions(&conditions()));
    for group in [Group::Files, Group::Programs] {
        print!("{}", report::group(&rows, group));
    }
    println!("{}", report::checks(&checks));
    match &args.json {
        Some(path) => {
            let document = json::document(&conditions(), &rows, &checks);
            fs::write(path, document).map_err(|error| format!("{}: {error}", path.display()))
        }
        None => Ok(()),
    }
}
