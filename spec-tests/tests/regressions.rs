//! `regressions/*.wast` and `*.wat` on every engine: each file is a bug that was, and all of it must pass.

use std::path::Path;
use std::time::Duration;

use falkirk::wast::Runner;
use falkirk_spec_tests::engines;
use falkirk_spec_tests::suites;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let scripts = suites::below(&folder, "regressions");
    assert!(!scripts.is_empty(), "{} holds no script", folder.display());
    let mut trials = Vec::new();
    for subject in engines::all() {
        for script in scripts.clone() {
            let engine = subject.engine.clone();
            let name = format!("{}/{}", subject.name, script.key);
            trials.push(Trial::test(name, move || {
                let mut runner = Runner::new(&engine);
                runner.time_limit(Some(Duration::from_secs(60)));
                let report = runner.run_script(&script.key, &script.text);
                if report.is_success() { Ok(()) } else { Err(Failed::from(report.to_string())) }
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
