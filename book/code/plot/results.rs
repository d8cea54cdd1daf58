//! What the benches have measured, as plots want it.

use super::json::Json;
use crate::programs::Result;

/// A file that the benches have written.
pub struct Results {
    /// Machine, date, and whatever else matters, each with its name.
    pub conditions: Vec<(String, String)>,
    /// What was measured.
    pub rows: Vec<Row>,
}

/// One contest: a kernel, or a program.
pub struct Row {
    /// The contest's group.
    pub group: String,
    /// What it was about.
    pub name: String,
    /// How many rounds there were.
    pub rounds: f64,
    /// Who took part.
    pub times: Vec<Time>,
}

/// One engine's time in a contest, in seconds.
pub struct Time {
    /// The engine.
    pub engine: String,
    /// The median of the rounds.
    pub median: f64,
    /// Half of the rounds are between these two.
    pub quartiles: [f64; 2],
}

#[cfg(test)]
impl Time {
    /// One whose rounds differ by a tenth.
    pub(super) fn of(engine: &str, median: f64) -> Time {
        Time { engine: engine.to_owned(), median, quartiles: [0.95 * median, 1.05 * median] }
    }
}

/// The rows of a plot, and the engine with which all others are compared.
pub struct Contest<'a> {
    /// One row for each kernel or program.
    pub rows: Vec<&'a Row>,
    /// Whose time is 1.
    pub one: &'static str,
    /// Whether there is a row of means.
    pub means: bool,
}

impl Results {
    /// Reads what the benches write with `--json`: the times of this clock, `thread`, `process` or `wall`.
    pub fn parse(text: &str, clock: &str) -> Result<Results> {
        let json = Json::parse(text)?;
        let conditions = json.member("conditions")?.members()?.iter();
        let conditions = conditions.map(|(name, value)| Ok((name.clone(), value.text()?.to_owned())));
        let rows = json.member("rows")?.elements()?.iter().map(|row| Row::parse(row, clock));
        Ok(Results { conditions: conditions.collect::<Result<_>>()?, rows: rows.collect::<Result<_>>()? })
    }

    /// The rows of a group in which this engine took part, with which the others are compared.
    pub fn of(&self, group: &str, one: &'static str) -> Contest<'_> {
        let rows = self.rows.iter().filter(|row| row.group == group && row.time(one).is_some());
        Contest { rows: rows.collect(), one, means: true }
    }

    /// A condition; where the file has none of this name, or an empty one, that is said.
    pub fn condition(&self, name: &str) -> &str {
        let found = self.conditions.iter().find(|(found, value)| found == name && !value.is_empty());
        found.map_or("not recorded", |(_, value)| value)
    }
}

impl Row {
    fn parse(json: &Json, clock: &str) -> Result<Row> {
        let quartiles = json.member("quartiles")?;
        let times = json.member("seconds")?.members()?.iter();
        let times = times.map(|(engine, clocks)| {
            let median = clocks.member(clock)?.number()?;
            let quartiles = quartiles.member(engine)?.member(clock)?.elements()?;
            let [lower, upper] = quartiles else { return Err("two quartiles were wanted".into()) };
            Ok(Time { engine: engine.clone(), median, quartiles: [lower.number()?, upper.number()?] })
        });
        let text = |name: &str| -> Result<String> { Ok(json.member(name)?.text()?.to_owned()) };
        Ok(Row {
            group: text("group")?,
            name: text("name")?,
            rounds: json.member("rounds")?.number()?,
            times: times.collect::<Result<_>>()?,
        })
    }

    /// An engine's time, if it took part.
    pub fn time(&self, engine: &str) -> Option<&Time> {
        self.times.iter().find(|time| time.engine == engine)
    }
}

/// An engine's time as a multiple of another's median.
#[derive(Clone, Copy)]
pub struct Ratio {
    /// That of the median.
    pub median: f64,
    /// Those of the quartiles.
    pub quartiles: [f64; 2],
}

impl Contest<'_> {
    /// An engine's time in a row as a multiple of the time of the one with which all are compared.
    pub fn ratio(&self, row: &Row, engine: &str) -> Option<Ratio> {
        let (time, one) = (row.time(engine)?, row.time(self.one)?.median);
        Some(Ratio { median: time.median / one, quartiles: time.quartiles.map(|time| time / one) })
    }

    /// The geometric mean of an engine's ratios, in the rows where it took part.
    pub fn mean(&self, engine: &str) -> f64 {
        let ratios = self.rows.iter().filter_map(|row| Some(self.ratio(row, engine)?.median));
        geometric_mean(&ratios.collect::<Vec<_>>())
    }

    /// The engines, in the order of the file. One with other settings (`falkirk-jit, not interruptible`, after a comma) is
    /// left to the benches' own tables.
    pub fn engines(&self) -> Vec<&str> {
        let mut engines: Vec<&str> = Vec::new();
        for time in self.rows.iter().flat_map(|row| &row.times) {
            if time.engine != self.one && !time.engine.contains(", ") && !engines.contains(&time.engine.as_str()) {
                engines.push(&time.engine);
            }
        }
        engines
    }
}

// ANCHOR: mean
/// The geometric mean of ratios: as many of them multiplied, each as large as it, give the same product.
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}
// ANCHOR_END: mean
