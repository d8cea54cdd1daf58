//! Processes: one per case, with bounded time and measured memory.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Failed;

use super::CASE;

/// No case should take a tenth of this, even without optimisation.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What the line begins with on which a case's process says how much memory it used.
const PEAK: &str = "peak KiB:";

/// Runs a case in a new process and judges how it ended.
pub fn run_case(name: &str, mib: u64) -> Result<(), Failed> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .env(CASE, name)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let status = wait(&mut child)?;
    let mut output = String::new();
    let mut errors = String::new();
    child.stdout.take().map(|mut stream| stream.read_to_string(&mut output));
    child.stderr.take().map(|mut stream| stream.read_to_string(&mut errors));
    if !status.success() {
        return Err(Failed::from(format!("{status}\n{}", last_lines(&errors))));
    }
    check_peak(&output, mib)
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Waits for the process to end; a process that does not is killed.
fn wait(child: &mut Child) -> Result<ExitStatus, Failed> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        if started.elapsed() > TIME_LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failed::from(format!("still running after {TIME_LIMIT:?}")));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn check_peak(output: &str, mib: u64) -> Result<(), Failed> {
    let peak = output.lines().find_map(|line| line.strip_prefix(PEAK)?.trim().parse::<u64>().ok());
    match peak {
        Some(kib) if kib > mib * 1024 => Err(Failed::from(format!("used {} MiB, wanted at most {mib}", kib / 1024))),
        _ => Ok(()),
    }
}

/// Says how much memory was in use at the peak, above what was in use before; nothing where that cannot be found out.
pub fn report_peak(before: Option<u64>) {
    if let (Some(before), Some(peak)) = (before, resident_kib("VmHWM")) {
        println!("{PEAK} {}", peak.saturating_sub(before));
    }
}

/// A line of `/proc/self/status`, in KiB; none on other systems.
pub fn resident_kib(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
