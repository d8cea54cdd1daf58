//! The specification's scripts on every engine: one test per engine and file.
//!
//! What fails must be on `expected-failures/<engine>.txt`, and what is there must fail. `FALKIRK_BLESS=1` rewrites the
//! lists; `FALKIRK_EXTRA_SUITES` names a folder of further scripts, `FALKIRK_COMPONENT_SUITES` one of scripts with components.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use falkirk::Engine;
use falkirk::wast::{Report, Runner};
use falkirk_spec_tests::engines::{self, Subject};
use falkirk_spec_tests::expected::{self, Lines, List, Outcome};
use falkirk_spec_tests::suites::{self, ScriptFile};
use falkirk_spec_tests::totals::Totals;
use libtest_mimic::{Arguments, Failed, Trial};

/// The environment variable that has the lists rewritten.
const BLESS: &str = "FALKIRK_BLESS";

/// No directive of the suites needs a second of an optimised build.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What the tests share.
struct Run {
    lists: BTreeMap<&'static str, List>,
    blessing: bool,
    totals: Totals,
    outcomes: Mutex<BTreeMap<&'static str, BTreeMap<String, Outcome>>>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let subjects = engines::all();
    let own = suites::own_components();
    let scripts: Vec<ScriptFile> =
        suites::embedded().into_iter().chain(own).chain(suites::extra()).chain(suites::components()).collect();
    let run = match Run::new(&subjects) {
        Ok(run) => Arc::new(run),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = list_trials(&run, &scripts);
    for subject in &subjects {
        let mut engines = BTreeMap::new();
        for script in &scripts {
            let engine = engines.entry(&script.suite).or_insert_with(|| subject.for_suite(&script.suite));
            trials.push(trial(&run, subject, engine, script));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        println!("{}\n", run.totals);
        run.write_lists();
    }
    conclusion.exit_code()
}

impl Run {
    fn new(subjects: &[Subject]) -> Result<Run, String> {
        let names: BTreeSet<&'static str> = subjects.iter().map(|subject| subject.engine_name).collect();
        let lists = names.into_iter().map(|name| Ok((name, List::load(name)?))).collect::<Result<_, String>>()?;
        let blessing = std::env::var_os(BLESS).is_some_and(|value| value == "1");
        Ok(Run { lists, blessing, totals: Totals::default(), outcomes: Mutex::default() })
    }

    /// Judges what came of a script.
    fn judge(&self, subject: &Subject, script: &ScriptFile, report: &Report) -> Result<(), Failed> {
        let entries = self.lists[subject.engine_name].of(&script.key);
        let listed_as_a_whole = entries.iter().any(|entry| entry.lines == Lines::All);
        self.totals.add(subject.name, &script.suite, report, listed_as_a_whole);
        if self.blessing {
            if subject.is_primary() {
                self.note(subject.engine_name, &script.key, report);
            }
            return Ok(());
        }
        let problems = expected::judge(report, &entries);
        if problems.is_empty() { Ok(()) } else { Err(Failed::from(problems.join("\n"))) }
    }

    fn note(&self, engine: &'static str, key: &str, report: &Report) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        outcomes.entry(engine).or_default().insert(key.to_owned(), Outcome::from(report));
    }

    fn write_lists(&self) {
        let outcomes = self.outcomes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for (engine, outcomes) in outcomes.iter() {
            let path = List::path(engine);
            let list = expected::bless(&self.lists[engine], outcomes);
            match std::fs::write(&path, list.to_string()) {
                Ok(()) => println!("{BLESS}: wrote {}: give each TODO a reason", path.display()),
                Err(error) => println!("{BLESS}: {} cannot be written: {error}", path.display()),
            }
        }
    }
}

fn trial(run: &Arc<Run>, subject: &Subject, engine: &Engine, script: &ScriptFile) -> Trial {
    let name = format!("{}/{}", subject.name, script.key);
    let (run, subject, engine, script) = (Arc::clone(run), subject.clone(), engine.clone(), script.clone());
    Trial::test(name, move || {
        let mut runner = Runner::new(&engine);
        runner.time_limit(Some(TIME_LIMIT));
        let report = runner.run_script(&script.key, &script.text);
        run.judge(&subject, &script, &report)
    })
}

/// Tests of the lists themselves: every entry has a reason and is about a script that exists.
fn list_trials(run: &Arc<Run>, scripts: &[ScriptFile]) -> Vec<Trial> {
    let keys: Arc<BTreeSet<String>> = Arc::new(scripts.iter().map(|script| script.key.clone()).collect());
    let engines: Vec<&'static str> = run.lists.keys().copied().collect();
    let trial = |engine: &'static str| {
        let (run, keys) = (Arc::clone(run), Arc::clone(&keys));
        Trial::test(format!("expected-failures/{engine}.txt"), move || check_list(&run.lists[engine], &keys))
    };
    let mut trials: Vec<Trial> = engines.iter().copied().map(trial).collect();
    let run = Arc::clone(run);
    trials.push(Trial::test("expected-failures/equal", move || check_equal(&run.lists)));
    trials
}

/// What a program does never depends on the engine, so neither does what fails.
fn check_equal(lists: &BTreeMap<&'static str, List>) -> Result<(), Failed> {
    let lines = |list: &List| list.entries.iter().map(ToString::to_string).collect::<BTreeSet<String>>();
    let mut lists = lists.iter();
    let Some((first, wanted)) = lists.next() else { return Ok(()) };
    for (name, list) in lists {
        let (wanted, found) = (lines(wanted), lines(list));
        if let Some(line) = wanted.symmetric_difference(&found).next() {
            return Err(Failed::from(format!("{first}.txt and {name}.txt differ: {line}")));
        }
    }
    Ok(())
}

fn check_list(list: &List, keys: &BTreeSet<String>) -> Result<(), Failed> {
    // What somebody may have put beside the checkout is not always there.
    let folders = ["extra/", "component-model/"];
    let absent = folders.into_iter().filter(|folder| !keys.iter().any(|key| key.starts_with(folder)));
    let absent: Vec<&str> = absent.collect();
    let is_unknown = |key: &str| !keys.contains(key) && !absent.iter().any(|folder| key.starts_with(folder));
    let unknown = list.entries.iter().filter(|entry| is_unknown(&entry.key));
    let unknown = unknown.map(|entry| format!("{}: there is no such script", entry.key));
    let unexplained = list.unexplained().map(|entry| format!("{entry}: write a reason"));
    let problems: Vec<String> = unknown.chain(unexplained).collect();
    if problems.is_empty() { Ok(()) } else { Err(Failed::from(problems.join("\n"))) }
}
