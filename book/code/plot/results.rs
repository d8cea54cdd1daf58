//! What the benches have measured, as plots want it.

use super::json::Json;
use crate::programs::Result;

/// Who all others are compared with.
pub const NATIVE: &str = "native";

/// A file that the benches have written.
pub struct Results {
    /// Machine, date, and whatever else matters, each with its name.
    pub conditions: Vec<(String, String)>,
    /// What was measured.
    pub rows: Vec<Row>,
}

/// One kernel, in one contest.
pub struct Row {
    /// The contest's group.
    pub group: String,
    /// The kernel.
    pub name: String,
    /// Each engine with its median, in seconds of its thread's processor time.
    pub times: Vec<(String, f64)>,
}

impl Results {
    /// Reads what the benches write with `--json`.
    pub fn parse(text: &str) -> Result<Results> {
        let json = Json::parse(text)?;
        let conditions = json.member("conditions")?.members()?.iter();
        let conditions = conditions.map(|(name, value)| Ok((name.clone(), value.text()?.to_owned())));
        let rows = json.member("rows")?.elements()?.iter().map(Row::parse);
        Ok(Results { conditions: conditions.collect::<Result<_>>()?, rows: rows.collect::<Result<_>>()? })
    }

    /// The kernels of a group that ran as native code, too.
    pub fn of(&self, group: &str) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.group == group && row.time(NATIVE).is_some()).collect()
    }

    /// A condition; where the file has none of this name, or an empty one, that is said.
    pub fn condition(&self, name: &str) -> &str {
        let found = self.conditions.iter().find(|(found, value)| found == name && !value.is_empty());
        found.map_or("not recorded", |(_, value)| value)
    }
}

impl Row {
    fn parse(json: &Json) -> Result<Row> {
        let times = json.member("seconds")?.members()?.iter();
        let times = times.map(|(engine, clocks)| Ok((engine.clone(), clocks.member("thread")?.number()?)));
        let text = |name: &str| -> Result<String> { Ok(json.member(name)?.text()?.to_owned()) };
        Ok(Row { group: text("group")?, name: text("name")?, times: times.collect::<Result<_>>()? })
    }

    /// An engine's time, if it took part.
    pub fn time(&self, engine: &str) -> Option<f64> {
        self.times.iter().find(|(name, _)| name == engine).map(|(_, seconds)| *seconds)
    }

    /// An engine's time as a multiple of native code's.
    pub fn ratio(&self, engine: &str) -> Option<f64> {
        Some(self.time(engine)? / self.time(NATIVE)?)
    }
}

/// The engines of a group, in the order of the file. Native code is what they are compared with, and an engine with
/// other settings (`falkirk-jit, not interruptible`, after a comma) is left to the benches' own tables.
pub fn engines<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
    let mut engines: Vec<&str> = Vec::new();
    for (engine, _) in rows.iter().flat_map(|row| &row.times) {
        if engine != NATIVE && !engine.contains(", ") && !engines.contains(&engine.as_str()) {
            engines.push(engine);
        }
    }
    engines
}

// ANCHOR: mean
/// The geometric mean of ratios: as many of them multiplied, each as large as it, give the same product.
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}
// ANCHOR_END: mean

/// The geometric mean of an engine's ratios, in the kernels where it took part.
pub fn mean(rows: &[&Row], engine: &str) -> f64 {
    geometric_mean(&rows.iter().filter_map(|row| row.ratio(engine)).collect::<Vec<_>>())
}
