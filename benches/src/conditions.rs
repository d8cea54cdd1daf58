//! The conditions of a measurement: machine, compiler, flags and date.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// Whose functions are aligned to cache lines in this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// Everybody's: a flag for the whole build.
    All,
    /// Falkirk's alone; the peers are as they are shipped.
    Falkirk,
    /// Nobody's.
    None,
}

/// Whose functions are aligned in this build.
pub fn alignment() -> Alignment {
    match env!("FALKIRK_BENCH_ALIGNMENT") {
        "all" => Alignment::All,
        "falkirk" => Alignment::Falkirk,
        _ => Alignment::None,
    }
}

/// The conditions, each with its name.
pub fn conditions() -> Vec<(&'static str, String)> {
    let aligned = match alignment() {
        Alignment::All => "Falkirk and the peers alike",
        Alignment::Falkirk => "Falkirk only, the peers as shipped",
        Alignment::None => "nobody",
    };
    vec![
        ("date", date(SystemTime::now())),
        ("processor", processor()),
        ("load when it ended", load()),
        ("compiler", env!("FALKIRK_BENCH_RUSTC").to_owned()),
        ("opt-level", env!("FALKIRK_BENCH_OPT_LEVEL").to_owned()),
        ("profile", env!("FALKIRK_BENCH_PROFILE").to_owned()),
        ("flags", env!("FALKIRK_BENCH_RUSTFLAGS").to_owned()),
        ("aligned functions", aligned.to_owned()),
        ("trace hooks", if cfg!(feature = "trace") { "compiled in, off" } else { "not compiled in" }.to_owned()),
    ]
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let name = name.map_or(std::env::consts::ARCH, |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{name}, {cores} cores")
}

/// The system's load averages: what else ran matters most to elapsed times.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// The day in UTC, as `2026-01-31`.
fn date(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86400);
    format!("{year}-{month:02}-{day:02}")
}

/// The Gregorian date of a day since 1970-01-01. Counts in years that begin in March, so that leap days come last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // since 0000-03-01
    let era = days / 146_097; // 400 years each
    let day_of_era = days % 146_097;
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153; // 0 is March
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_453), (2025, 12, 31));
        assert_eq!(civil(20_454), (2026, 1, 1));
    }
}
