//! Processes that try seeds. One that crashes or hangs does not end the search.

use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};
use std::{fs, thread};

use falkirk_spec_tests::found;

use super::options::Options;
use super::work;

/// How many seeds a process tries.
const BATCH: u64 = 2000;
/// A process that stays at one seed for so long hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// After so many crashes and hangs there is enough to do.
const ENOUGH: usize = 20;

/// Has seeds tried until they are through.
pub fn run(options: &Options) -> ExitCode {
    let progress = std::env::temp_dir().join(format!("falkirk-fuzz-{}", std::process::id()));
    println!("seeds from {}; what is found is written to {}", options.seed, found::folder().display());
    let mut bad = 0;
    let (mut seed, mut left) = (options.seed, options.count);
    while left > 0 && bad < ENOUGH {
        let count = left.min(BATCH);
        let (next, how) = match batch(options, seed, count, &progress) {
            Ok(End::Done) => (seed + count, None),
            Ok(End::Differences) => (seed + count, Some("see above".to_owned())),
            Ok(End::StoppedAt(at, how)) => (at + 1, Some(work::write_down_crash(options.kind, at, &how))),
            Err(error) => {
                eprintln!("no process can be started: {error}");
                return ExitCode::from(2);
            }
        };
        if let Some(how) = how {
            println!("{how}");
            bad += 1;
        }
        left -= (next - seed).min(left);
        seed = next;
        println!("up to seed {seed}: {bad} batches with something found");
    }
    let _ = fs::remove_file(&progress);
    ExitCode::from(u8::from(bad > 0))
}

/// How a batch ended.
enum End {
    Done,
    Differences,
    StoppedAt(u64, String),
}

fn batch(options: &Options, seed: u64, count: u64, progress: &Path) -> std::io::Result<End> {
    fs::write(progress, seed.to_string())?;
    let program = std::env::current_exe()?;
    let mut child = Command::new(program).args(options.for_worker(seed, count)).arg(progress).spawn()?;
    let (status, hung) = wait(&mut child, progress)?;
    let at = seed_in(progress).unwrap_or(seed);
    Ok(match status.code() {
        _ if hung => End::StoppedAt(at, format!("no end after {PATIENCE:?}")),
        Some(0) => End::Done,
        Some(1) => End::Differences,
        _ => End::StoppedAt(at, status.to_string()),
    })
}

fn seed_in(progress: &Path) -> Option<u64> {
    fs::read_to_string(progress).ok()?.trim().parse().ok()
}

/// Waits for the end of the process; one that hangs is ended.
fn wait(child: &mut Child, progress: &Path) -> std::io::Result<(ExitStatus, bool)> {
    let mut last = (None, Instant::now());
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, false));
        }
        let at = seed_in(progress);
        if at != last.0 {
            last = (at, Instant::now());
        }
        if last.1.elapsed() > PATIENCE {
            child.kill()?;
            return Ok((child.wait()?, true));
        }
        thread::sleep(Duration::from_millis(20));
    }
}
