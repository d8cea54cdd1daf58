//! Counts lines, words and bytes of files, or of standard input, and says which words are the most frequent. It asks
//! WASI for arguments, a variable, input, files, the time and an exit status.
//!
//!     tally [--out FILE] [--stamp] [FILE...]
//!
//! The variable `TALLY_TOP` says how many words are named (three, if it is not set). `--out` has the report written to a
//! file. `--stamp` says at the end when that was and how long it took. The exit status is the number of files that could
//! not be read, or 100 for a command line that makes no sense.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

/// The exit status for a wrong command line.
const USAGE: u8 = 100;

/// What the command line says.
#[derive(Default)]
struct Options {
    out: Option<String>,
    stamp: bool,
    files: Vec<String>,
}

fn main() -> ExitCode {
    let start = Instant::now();
    let result = options().and_then(|options| report(&options, start));
    match result {
        Ok(failed) => ExitCode::from(failed),
        Err(message) => {
            eprintln!("tally: {message}");
            ExitCode::from(USAGE)
        }
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--out" => options.out = Some(arguments.next().ok_or("--out wants a file")?),
            "--stamp" => options.stamp = true,
            _ if argument.starts_with("--") => return Err(format!("there is no option {argument}")),
            _ => options.files.push(argument),
        }
    }
    Ok(options)
}

/// Writes the report; how many files could not be read.
fn report(options: &Options, start: Instant) -> Result<u8, String> {
    let top = match std::env::var("TALLY_TOP") {
        Ok(number) => number.parse().map_err(|error| format!("TALLY_TOP is {number:?}: {error}"))?,
        Err(_) => 3,
    };
    let mut out: Box<dyn Write> = match &options.out {
        Some(path) => Box::new(File::create(path).map_err(|error| format!("{path}: {error}"))?),
        None => Box::new(io::stdout()),
    };
    let written = |error: io::Error| format!("the report cannot be written: {error}");
    let mut failed: u8 = 0;
    if options.files.is_empty() {
        let tally = Tally::of(io::stdin().lock()).map_err(|error| format!("standard input: {error}"))?;
        tally.write("standard input", top, &mut out).map_err(written)?;
    }
    for path in &options.files {
        match File::open(path).and_then(|file| Tally::of(BufReader::new(file))) {
            Ok(tally) => tally.write(path, top, &mut out).map_err(written)?,
            Err(error) => {
                eprintln!("tally: {path}: {error}");
                failed = failed.saturating_add(1);
            }
        }
    }
    if options.stamp {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|error| error.to_string())?;
        writeln!(out, "{} s after 1970 began, {} ns after the start", now.as_secs(), start.elapsed().as_nanos())
            .map_err(written)?;
    }
    out.flush().map_err(written)?;
    Ok(failed)
}

/// What was counted.
#[derive(Default)]
struct Tally {
    lines: usize,
    words: HashMap<String, usize>,
    bytes: usize,
}

impl Tally {
    fn of(mut input: impl BufRead) -> io::Result<Self> {
        let mut tally = Self::default();
        let mut line = String::new();
        while input.read_line(&mut line)? > 0 {
            tally.lines += 1;
            tally.bytes += line.len();
            for word in line.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
                *tally.words.entry(word.to_lowercase()).or_default() += 1;
            }
            line.clear();
        }
        Ok(tally)
    }

    fn write(&self, name: &str, top: usize, out: &mut dyn Write) -> io::Result<()> {
        let count: usize = self.words.values().sum();
        writeln!(out, "{name}: {} lines, {count} words, {} bytes", self.lines, self.bytes)?;
        // The map has another order in every run.
        let mut words: Vec<_> = self.words.iter().collect();
        words.sort_by_key(|(word, times)| (usize::MAX - **times, *word));
        for (word, times) in words.into_iter().take(top) {
            writeln!(out, "  {times} {word}")?;
        }
        Ok(())
    }
}
