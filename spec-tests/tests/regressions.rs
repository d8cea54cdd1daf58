//! `regressions/*.wast` on every engine, and `regressions/*.wat` on all engines side by side: each file is a bug that was.

use std::path::Path;
use std::time::Duration;

use falkirk::Engine;
use falkirk::diff::{Oracle, Script};
use falkirk::wast::Runner;
use falkirk_spec_tests::suites::{self, ScriptFile};
use falkirk_spec_tests::{engines, found, oracle};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let files = suites::below(&folder, "regressions");
    let (modules, scripts): (Vec<ScriptFile>, Vec<ScriptFile>) =
        files.into_iter().partition(|file| file.key.ends_with(".wat"));
    assert!(!scripts.is_empty(), "{} holds no script", folder.display());
    let subjects = engines::all();
    let mut trials = Vec::new();
    for subject in &subjects {
        for script in scripts.clone() {
            let engine = subject.engine.clone();
            let name = format!("{}/{}", subject.name, script.key);
            trials.push(Trial::test(name, move || run_script(&engine, &script)));
        }
    }
    let oracle = oracle::of(&subjects);
    for module in modules {
        let oracle = oracle.clone();
        trials.push(Trial::test(format!("all/{}", module.key), move || compare(&oracle, &module.text)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn run_script(engine: &Engine, script: &ScriptFile) -> Result<(), Failed> {
    let mut runner = Runner::new(engine);
    runner.time_limit(Some(Duration::from_secs(60)));
    let report = runner.run_script(&script.key, &script.text);
    if report.is_success() { Ok(()) } else { Err(Failed::from(report.to_string())) }
}

/// Makes the calls that the module's text asks for, or any.
fn compare(oracle: &Oracle, text: &str) -> Result<(), Failed> {
    let calls = found::calls_in(text);
    let script = |module: &_| if calls.is_empty() { Script::random(module, 0) } else { Script::new(calls) };
    let report = oracle.check(text, script);
    let instantiated = report.steps.iter().take(2).all(|step| step.went_well());
    if report.difference.is_none() && instantiated { Ok(()) } else { Err(Failed::from(report.to_string())) }
}
