//! The arguments of the comparison.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::conditions::conditions;
use crate::contest::{Group, Row};
use crate::json;
use crate::targets::Check;

/// How to use it.
pub const HELP: &str = "\
cargo bench -p falkirk-benches --features peers --bench compare -- [OPTIONS] [FILTER...]

  FILTER          only rows whose name contains one of these words
  --only GROUP    exec, translate, instantiate, calls or memory for the interpreters; jit-exec, jit-compile,
                  jit-cache, jit-instantiate or jit-calls for the compilers, or jit for all of these;
                  components; may be repeated. With --bench programs: files or programs
  --rounds N      rounds of the contests (21); long ones have fewer
  --quick         5 rounds and no large modules; FALKIRK_BENCH_QUICK=1 does the same
  --json FILE     writes the results to a file as well
  --help          this text

FALKIRK_BENCH_MODULE names more .wasm files to translate and compile, with colons between them.";

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Args {
    /// Words of which one must be in a row's name. Empty for all rows.
    pub filters: Vec<String>,
    /// Groups to measure. Empty for all.
    pub only: Vec<String>,
    /// Rounds of each contest.
    pub rounds: usize,
    /// No large modules.
    pub quick: bool,
    /// Where results go beside the standard output.
    pub json: Option<PathBuf>,
    /// Only the help.
    pub help: bool,
}

/// The `main` of a comparison: reads the arguments and does the work, or says what is wrong.
pub fn main(name: &str, work: impl FnOnce(&Args) -> Result<(), String>) -> ExitCode {
    let quick = std::env::var_os("FALKIRK_BENCH_QUICK").is_some();
    let work = |args: Args| match args.help {
        true => {
            println!("{HELP}");
            Ok(())
        }
        false => work(&args),
    };
    match Args::parse(std::env::args().skip(1), quick).and_then(work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Args {
    /// Reads the arguments; `quick` as the environment has it.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub fn parse(args: impl IntoIterator<Item = String>, quick: bool) -> Result<Args, String> {
        let mut parsed = Args { filters: Vec::new(), only: Vec::new(), rounds: 0, quick, json: None, help: false };
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--only" => parsed.only.push(group(value()?)?),
                "--rounds" => parsed.rounds = rounds(&value()?)?,
                "--json" => parsed.json = Some(value()?.into()),
                "--quick" => parsed.quick = true,
                "--help" | "-h" => parsed.help = true,
                "--bench" => {} // from cargo
                other if other.starts_with('-') => return Err(format!("unknown option {other}")),
                _ => parsed.filters.push(arg),
            }
        }
        if parsed.rounds == 0 {
            parsed.rounds = if parsed.quick { 5 } else { 21 };
        }
        Ok(parsed)
    }

    /// Writes the results to the file that was asked for.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write_json(&self, rows: &[Row], checks: &[Check]) -> Result<(), String> {
        let Some(path) = &self.json else { return Ok(()) };
        let document = json::document(&conditions(), rows, checks);
        std::fs::write(path, document).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Whether a group was asked for.
    pub fn wants_group(&self, group: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| selects(only, group))
    }

    /// Whether a row was asked for.
    pub fn wants(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter.as_str()))
    }
}

/// Whether `--only` with this name selects the group: by its own name, or by the first part of it.
fn selects(only: &str, group: &str) -> bool {
    group.strip_prefix(only).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn group(name: String) -> Result<String, String> {
    let mut groups: Vec<&str> = Group::ALL.iter().map(|group| group.name()).chain(["memory"]).collect();
    groups.dedup();
    match groups.iter().any(|group| selects(&name, group)) {
        true => Ok(name),
        false => Err(format!("--only {name}: there are {}", groups.join(", "))),
    }
}

fn rounds(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|rounds| *rounds > 0).ok_or(format!("--rounds {text}: not a number above 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Args, String> {
        Args::parse(args.iter().map(|arg| (*arg).to_owned()), false)
    }

    #[test]
    fn everything_is_the_default() {
        let args = parse(&["--bench"]).unwrap();
        assert!(args.wants("fib") && args.wants_group("calls"));
        assert_eq!(args.rounds, 21);
    }

    #[test]
    fn filters_and_options() {
        let args = parse(&["fib", "--rounds", "5", "--only", "exec", "--json", "out.json"]).unwrap();
        assert!(args.wants("fib") && !args.wants("sort"));
        assert!(args.wants_group("exec") && !args.wants_group("calls"));
        assert_eq!((args.rounds, args.json), (5, Some("out.json".into())));
        assert_eq!(parse(&["--quick"]).unwrap().rounds, 5);
    }

    #[test]
    fn the_first_part_of_a_name_selects_all_that_begin_with_it() {
        let args = parse(&["--only", "jit"]).unwrap();
        assert!(args.wants_group("jit-exec") && args.wants_group("jit-calls") && !args.wants_group("exec"));
        assert!(!parse(&["--only", "exec"]).unwrap().wants_group("jit-exec"));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parse(&["--rounds"]), Err("--rounds needs a value".into()));
        assert_eq!(parse(&["--rounds", "0"]), Err("--rounds 0: not a number above 0".into()));
        assert_eq!(parse(&["--fast"]), Err("unknown option --fast".into()));
        assert!(parse(&["--only", "gpu"]).unwrap_err().starts_with("--only gpu: there are exec, translate, inst"));
    }
}
