//! The command line.

use std::path::PathBuf;

use falkirk::diff::Frames;
use falkirk_spec_tests::random;

const HELP: &str = "\
Compares all engines on made-up modules, and writes differences down as files for `regressions/`.

Usage: fuzz [random|calls|operators|all] [--seed N] [--count N] [--frames ignored|calls|offsets]

  random      random modules, from wasm-smith
  calls       functions that call one another in every way there is
  operators   single operators with interesting operands
  all         these in turn (default)
  --seed N    the first seed (default: FALKIRK_SEED, or another one each time)
  --count N   how many seeds (default: no end)
  --frames F  how closely the frames of failures are compared (default: calls)";

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Random modules.
    Random,
    /// Functions that call one another.
    Calls,
    /// Single operators.
    Operators,
    /// These in turn.
    All,
}

impl Kind {
    /// What is generated from this seed, where it is these in turn.
    pub fn of(self, seed: u64) -> Kind {
        match self {
            Kind::All => [Kind::Random, Kind::Calls, Kind::Operators][(seed % 3) as usize],
            kind => kind,
        }
    }
}

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is generated.
    pub kind: Kind,
    /// The first seed.
    pub seed: u64,
    /// How many seeds.
    pub count: u64,
    /// How closely the frames of failures are compared.
    pub frames: Frames,
    /// Where a process that tries seeds notes which one it is at; none for the one that watches.
    pub progress: Option<PathBuf>,
}

impl Options {
    /// # Errors
    ///
    /// What to say about arguments that do not fit.
    pub fn parse(arguments: &[String]) -> Result<Options, String> {
        let mut options =
            Options { kind: Kind::All, seed: 0, count: u64::MAX, frames: Frames::default(), progress: None };
        let mut seed = None;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "random" => options.kind = Kind::Random,
                "calls" => options.kind = Kind::Calls,
                "operators" => options.kind = Kind::Operators,
                "all" => options.kind = Kind::All,
                "--seed" => seed = Some(number(word, words.next())?),
                "--count" => options.count = number(word, words.next())?,
                "--frames" => options.frames = frames(words.next())?,
                "--progress" => options.progress = words.next().map(PathBuf::from),
                _ => return Err(HELP.to_owned()),
            }
        }
        options.seed = seed.unwrap_or_else(random::seed);
        Ok(options)
    }

    /// The arguments with which a process tries these seeds.
    pub fn for_worker(&self, seed: u64, count: u64) -> Vec<String> {
        let kind = match self.kind {
            Kind::Random => "random",
            Kind::Calls => "calls",
            Kind::Operators => "operators",
            Kind::All => "all",
        };
        let frames = FRAMES.iter().find(|(_, frames)| *frames == self.frames).map_or("calls", |(name, _)| name);
        let (seed, count) = (seed.to_string(), count.to_string());
        [kind, "--seed", &seed, "--count", &count, "--frames", frames, "--progress"].map(str::to_owned).to_vec()
    }
}

const FRAMES: [(&str, Frames); 3] =
    [("ignored", Frames::Ignored), ("calls", Frames::Calls), ("offsets", Frames::Offsets)];

fn frames(value: Option<&String>) -> Result<Frames, String> {
    let found = FRAMES.iter().find(|(name, _)| value.is_some_and(|value| value == name));
    found.map(|(_, frames)| *frames).ok_or_else(|| "--frames wants `ignored`, `calls` or `offsets`".to_owned())
}

fn number(option: &str, value: Option<&String>) -> Result<u64, String> {
    let value = value.ok_or_else(|| format!("{option} wants a number"))?;
    value.parse().map_err(|_| format!("{option} wants a number, found {value:?}"))
}
