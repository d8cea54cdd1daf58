//! Falkirk and its peers in one process, taking turns: tables, means, and the project's targets.
//!
//! `cargo bench -p falkirk-benches --features peers --bench compare -- --help` says what can be chosen.

use std::process::ExitCode;

use falkirk_benches::allocations::Counting;
use falkirk_benches::args::{self, Args};
use falkirk_benches::conditions::conditions;
use falkirk_benches::contest::{Group, Row};
use falkirk_benches::report::{CodeSize, InstanceSize};
use falkirk_benches::{report, targets};

mod components;
mod contests;
mod engines;
mod footprint;
mod synthetic;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    args::main("compare", compare)
}

fn compare(args: &Args) -> Result<(), String> {
    let instance = args.wants_group("memory").then(footprint::instance_size);
    let code = if args.wants_group("memory") { footprint::code_sizes(args) } else { Vec::new() };
    let rows = hold_contests(args)?;
    let checks = targets::checks(&rows, &code, instance.as_ref());
    print(&rows, &code, instance.as_ref());
    println!("{}", report::checks(&checks));
    args.write_json(&rows, &checks)
}

/// Progress goes to the standard error, so that the standard output is the report alone.
fn hold_contests(args: &Args) -> Result<Vec<Row>, String> {
    let hold = |planned: contests::Planned| {
        let rounds = planned.rounds.min(args.rounds);
        let contest = planned.set_up();
        eprintln!("{} ...", contest.name);
        contest.hold(rounds)
    };
    contests::planned(args).map(hold).collect()
}

fn print(rows: &[Row], code: &[CodeSize], instance: Option<&InstanceSize>) {
    println!("# Falkirk and its peers\n\n{}", report::conditions(&conditions()));
    for table in Group::ALL.map(|group| report::group(rows, group)).iter().filter(|table| !table.is_empty()) {
        print!("{table}");
    }
    if !code.is_empty() {
        println!("{}", report::code_sizes(code));
    }
    if let Some(InstanceSize { heap, resident, page_tables }) = instance {
        print!("An instance of greet in a store of its own, after a call: {heap:.0} bytes allocated, {resident:.0} ");
        println!("resident beside its linear memory, {page_tables:.0} in the system's page tables.\n");
    }
}
