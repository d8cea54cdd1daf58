//! Programs of WASI: files read and written by a guest and natively, and whole processes of Falkirk and wasmtime.
//!
//! `cargo bench -p falkirk-benches --features programs --bench programs`. The processes are `falkirk`, from the release
//! build or what `FALKIRK_BENCH_PROGRAM` names, and `wasmtime` where there is one, or what `FALKIRK_BENCH_WASMTIME` names.

use std::process::ExitCode;

use falkirk_benches::args::{self, Args};
use falkirk_benches::conditions::conditions;
use falkirk_benches::contest::{Contest, Group};
use falkirk_benches::{report, targets};

mod files;
mod processes;

fn main() -> ExitCode {
    args::main("programs", programs)
}

fn programs(args: &Args) -> Result<(), String> {
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
    args.write_json(&rows, &checks)
}
