//! `falkirk wast`: runs test scripts and prints counts.

use std::fs;
use std::io::Write;
use std::path::Path;

use falkirk::wast::{Report, Runner};

use crate::cache::Cache;
use crate::failure::Failure;
use crate::options::{Settings, Wast};
use crate::output::Out;
use crate::session;

/// Runs the scripts. The exit status is 1 when a directive fails.
pub fn run(command: &Wast, settings: &Settings, out: &mut Out) -> Result<u8, Failure> {
    let limits = &settings.limits;
    if limits.fuel.is_some() || limits.max_memory.is_some() {
        let failure = Failure::input("scripts run without fuel and with all the memory they ask for");
        return Err(failure.help("leave out --fuel and --max-memory; --timeout holds for each directive"));
    }
    // Their modules are many and small, and most are run once.
    let settings = &Settings { cache: Cache::off(), ..settings.clone() };
    let mut runner = Runner::new(&*session::engine(settings, false)?);
    runner.time_limit(limits.timeout);
    let mut reports = Vec::new();
    for file in &command.files {
        let report = runner.run_script(&file.display().to_string(), &read(file)?);
        writeln!(out, "{report}")?;
        reports.push(report);
    }
    if reports.len() > 1 {
        write_total(&reports, out)?;
    }
    Ok(u8::from(!reports.iter().all(Report::is_success)))
}

fn read(file: &Path) -> Result<String, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::unreadable(file, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let found = format!("a byte sequence that is not UTF-8 at offset {:#x}", error.utf8_error().valid_up_to());
        Failure::input(format!("{} is not a script", file.display())).found(found).wanted("text in UTF-8")
    })
}

fn write_total(reports: &[Report], out: &mut Out) -> Result<(), Failure> {
    let files = reports.iter().filter(|report| report.is_success()).count();
    let passed: usize = reports.iter().map(Report::assertions).sum();
    let failed: usize = reports.iter().map(Report::failed_assertions).sum();
    let all = reports.len();
    Ok(writeln!(out, "total: {files} of {all} files, {passed} of {} assertions", passed + failed)?)
}
