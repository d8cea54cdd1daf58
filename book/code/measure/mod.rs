//! Chapter 18: ways of measuring, on a machine that does not exist.

pub mod machine;

use std::io::Write;

use crate::plot::results::geometric_mean;
use crate::programs::{Result, expect, number};
use machine::{Machine, Program, Sample};

/// How often each program is run.
const ROUNDS: usize = 50;

// ANCHOR: programs
/// A program, and what has become of it: somebody has saved five percent of the work.
pub const BEFORE: Program = Program { work: 1_000.0, first: 30_000.0, result: 42 };
/// The same, five percent faster, for which its first run has more to do.
pub const AFTER: Program = Program { work: 950.0, first: 45_000.0, result: 42 };
// ANCHOR_END: programs

/// One number for many.
type Average = fn(&[f64]) -> f64;

/// Which of the times counts.
type Clock = fn(&Sample) -> f64;

/// A way of measuring.
struct Way {
    says: &'static str,
    rounds: usize,
    /// Whether the first run of each counts.
    cold: bool,
    /// Whether the programs take turns, or run one behind the other.
    turns: bool,
    clock: Clock,
    average: Average,
}

// ANCHOR: ways
const WAYS: [Way; 6] = [
    Way { says: "once", rounds: 1, cold: true, turns: false, clock: wall, average: mean },
    Way { says: "fifty times, the mean", rounds: ROUNDS, cold: true, turns: false, clock: wall, average: mean },
    Way { says: "not the first run", rounds: ROUNDS, cold: false, turns: false, clock: wall, average: mean },
    Way { says: "thread time", rounds: ROUNDS, cold: false, turns: false, clock: thread, average: mean },
    Way { says: "the median", rounds: ROUNDS, cold: false, turns: false, clock: thread, average: median },
    Way { says: "in turns", rounds: ROUNDS, cold: false, turns: true, clock: thread, average: median },
];
// ANCHOR_END: ways

fn wall(sample: &Sample) -> f64 {
    sample.wall
}

fn thread(sample: &Sample) -> f64 {
    sample.thread
}

/// The sum, shared out evenly.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The value in the middle, if they are sorted; where two are in the middle, the mean of those.
pub fn median(values: &[f64]) -> f64 {
    let values = sorted(values);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

impl Way {
    // ANCHOR: measure
    /// What comes out for two programs.
    fn measure(&self, machine: &mut Machine, programs: [&Program; 2]) -> [f64; 2] {
        let mut times = [vec![], vec![]];
        for (which, round) in self.order() {
            let (_, sample) = machine.run(programs[which], round == 0);
            if self.cold || round > 0 {
                times[which].push((self.clock)(&sample));
            }
        }
        times.map(|times| (self.average)(&times))
    }
    // ANCHOR_END: measure

    /// Which program runs when, and for the how manieth time. A first run that does not count is one more.
    fn order(&self) -> Vec<(usize, usize)> {
        let rounds = 0..self.rounds + usize::from(!self.cold);
        if self.turns {
            rounds.flat_map(|round| [(round % 2, round), (1 - round % 2, round)]).collect()
        } else {
            [0, 1].into_iter().flat_map(|which| rounds.clone().map(move |round| (which, round))).collect()
        }
    }
}

/// Measures two programs in all ways.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [seed] = expect(words, ["SEED"])?;
    let seed = number(seed)? as u64;
    writeln!(out, "{:24}{:>9}{:>9}{:>8}", "", "before", "after", "ratio")?;
    for way in &WAYS {
        let [before, after] = way.measure(&mut Machine::new(seed), [&BEFORE, &AFTER]);
        writeln!(out, "{:24}{before:9.0}{after:9.0}{:8.3}", way.says, after / before)?;
    }
    writeln!(out, "{:24}{:9.0}{:9.0}{:8.3}", "(the truth)", BEFORE.work, AFTER.work, AFTER.work / BEFORE.work)?;
    Ok(())
}

/// Runs one program many times and shows how the times are spread.
pub fn samples(words: &[String], out: &mut dyn Write) -> Result<()> {
    let [clock, seed] = expect(words, ["wall|thread", "SEED"])?;
    let clock: Clock = match clock {
        "wall" => wall,
        "thread" => thread,
        _ => return Err("wanted: wall or thread".into()),
    };
    let mut machine = Machine::new(number(seed)? as u64);
    let times: Vec<f64> = (0..2 * ROUNDS).map(|_| clock(&machine.run(&BEFORE, false).1)).collect();
    let times = sorted(&times);
    let quarter = |quarters: usize| times[(times.len() - 1) * quarters / 4];
    histogram(&times, out)?;
    writeln!(out, "least {:.0}, mean {:.0}, greatest {:.0}", quarter(0), mean(&times), quarter(4))?;
    writeln!(out, "median {:.0}, half of all from {:.0} to {:.0}", median(&times), quarter(1), quarter(3))?;
    Ok(())
}

/// How many lines a histogram has.
const LINES: usize = 12;

/// A line for each part of the range, with a star for each time in it.
fn histogram(sorted: &[f64], out: &mut dyn Write) -> Result<()> {
    let (least, greatest) = (sorted[0], sorted[sorted.len() - 1]);
    let mut counts = [0; LINES];
    for time in sorted {
        let part = (time - least) / (greatest - least) * LINES as f64;
        counts[(part as usize).min(LINES - 1)] += 1;
    }
    for (line, count) in counts.into_iter().enumerate() {
        let from = least + (greatest - least) * line as f64 / LINES as f64;
        writeln!(out, "{}", format!("{from:6.0} {}", "*".repeat(count)).trim_end())?;
    }
    Ok(())
}

/// Two means of ratios.
pub fn means(words: &[String], out: &mut dyn Write) -> Result<()> {
    let ratios: Vec<f64> = words.iter().map(|word| Ok(word.parse()?)).collect::<Result<_>>()?;
    if ratios.is_empty() || ratios.iter().any(|ratio| *ratio <= 0.0) {
        return Err("wanted: ratios, which are greater than 0".into());
    }
    let upside_down: Vec<f64> = ratios.iter().map(|ratio| 1.0 / ratio).collect();
    writeln!(out, "{:14}{:>12}{:>12}", "", "arithmetic", "geometric")?;
    for (says, ratios) in [("as given", &ratios), ("upside down", &upside_down)] {
        writeln!(out, "{says:14}{:12.3}{:12.3}", mean(ratios), geometric_mean(ratios))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(way: &Way, seed: u64) -> f64 {
        let [before, after] = way.measure(&mut Machine::new(seed), [&BEFORE, &AFTER]);
        after / before
    }

    #[test]
    fn only_the_last_way_is_right_for_every_seed() {
        let wrong = |way: &Way| (0..200).filter(|seed| (ratio(way, *seed) - 0.95).abs() > 0.01).count();
        let (last, others) = WAYS.split_last().unwrap();
        assert_eq!(wrong(last), 0);
        for way in others {
            assert!(wrong(way) > 100, "{} is wrong {} times", way.says, wrong(way));
        }
    }

    #[test]
    fn averages() {
        assert_eq!([mean(&[1.0, 2.0, 6.0]), median(&[6.0, 1.0, 2.0]), median(&[4.0, 1.0])], [3.0, 2.0, 2.5]);
    }
}
