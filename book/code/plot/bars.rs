//! Bars of ratios, on a logarithmic axis: twice as fast is as far to the left of 1 as half as fast is to the right.

use super::results::{Contest, Ratio, Row};
use crate::draw::svg::{Anchor, LETTER, LINE, Svg};

/// How wide all doublings are together.
const WIDTH: f64 = 400.0;

/// The height of a bar.
const BAR: f64 = 14.0;

/// The space between two kernels.
const GAP: f64 = 8.0;

/// What the bars of the first engine, the second and so on look like. The first three differ without colours, too.
const FILLS: [&str; 4] = ["full", "line", "half", "lit"];

/// The rules of [`FILLS`] that other pictures do not have.
const STYLE: &str = ".fk .full{fill:var(--fk-ink)}.fk .half{fill:var(--fk-ink);fill-opacity:.35}\n\
                     .fk .grid{stroke:var(--fk-ink);stroke-opacity:.25}.fk .one{stroke:var(--fk-ink);stroke-width:2}\n\
                     .fk .halo{stroke:var(--bg,Canvas);stroke-width:4}.fk .spread{stroke:var(--fk-ink);stroke-width:2}";

/// The axis: from one power of two to another.
struct Axis {
    left: f64,
    lowest: i32,
    highest: i32,
}

impl Axis {
    /// As long as these ratios need it, with 1 on it.
    fn new(left: f64, ratios: impl Iterator<Item = f64>) -> Axis {
        let (mut lowest, mut highest) = (0, 1);
        for ratio in ratios {
            lowest = lowest.min(ratio.log2().floor() as i32);
            highest = highest.max(ratio.log2().ceil() as i32);
        }
        Axis { left, lowest, highest }
    }

    // ANCHOR: x
    /// Where a ratio is: each doubling is as wide as the next.
    fn x(&self, ratio: f64) -> f64 {
        let doublings = ratio.log2() - f64::from(self.lowest);
        self.left + WIDTH * doublings / f64::from(self.highest - self.lowest)
    }
    // ANCHOR_END: x

    /// The ratios that have a line.
    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.lowest..=self.highest).map(|power| f64::from(power).exp2())
    }
}

/// A plot of these rows: a bar for each engine, and at the end the geometric means.
pub fn draw(title: &str, contest: &Contest) -> String {
    let engines = contest.engines();
    let of = |row: &&Row| engines.iter().map(|engine| contest.ratio(row, engine)).collect();
    let mut lines: Vec<(&str, Vec<Option<Ratio>>)> =
        contest.rows.iter().map(|row| (row.name.as_str(), of(row))).collect();
    if contest.means {
        let means = engines.iter().map(|engine| contest.mean(engine));
        // A mean of medians has no quartiles.
        lines.push(("geometric mean", means.map(|mean| Some(Ratio { median: mean, quartiles: [mean; 2] })).collect()));
    }

    let letters = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let ratios = lines.iter().flat_map(|(_, ratios)| ratios.iter().flatten().map(|ratio| ratio.median));
    let axis = Axis::new((letters + 1) as f64 * LETTER, ratios);
    let mut svg = Svg::with_style(title, STYLE);
    let top = key(&mut svg, &engines, axis.left) + 2.0 * LINE;
    let step = engines.len() as f64 * BAR + GAP;
    grid(&mut svg, &axis, contest.one, top, top + lines.len() as f64 * step);
    for (index, (name, ratios)) in lines.iter().enumerate() {
        let y = top + index as f64 * step + GAP / 2.0;
        svg.text(0.0, y + (step - GAP) / 2.0 + 5.0, Anchor::Start, name, false);
        bars(&mut svg, &axis, y, ratios);
    }
    svg.finish()
}

/// The bars of one row, each from 1 to its ratio, with the spread at its end and the ratio behind it.
fn bars(svg: &mut Svg, axis: &Axis, y: f64, ratios: &[Option<Ratio>]) {
    for (index, ratio) in ratios.iter().enumerate() {
        let y = y + index as f64 * BAR;
        let Some(Ratio { median, quartiles }) = *ratio else {
            svg.text(axis.x(1.0) + 6.0, y + BAR - 3.0, Anchor::Start, "took no part", false);
            continue;
        };
        let (from, to) = (axis.x(median.min(1.0)), axis.x(median.max(1.0)));
        svg.bar(from, y + 2.0, to - from, BAR - 4.0, FILLS[index % FILLS.len()]);
        let [lower, upper] = quartiles.map(|ratio| axis.x(ratio));
        if lower < upper {
            // The halo tells it from the bar.
            for class in ["halo", "spread"] {
                svg.stroke((lower, y + BAR / 2.0), (upper, y + BAR / 2.0), class);
            }
        }
        svg.text(to.max(upper) + 6.0, y + BAR - 3.0, Anchor::Start, &format!("{median:.2}"), false);
    }
}

/// Which engine has which bars. Returns where it ends.
fn key(svg: &mut Svg, engines: &[&str], left: f64) -> f64 {
    for (index, engine) in engines.iter().enumerate() {
        let y = index as f64 * LINE;
        svg.bar(left, y + 4.0, 30.0, BAR - 4.0, FILLS[index % FILLS.len()]);
        svg.text(left + 38.0, y + BAR, Anchor::Start, engine, false);
    }
    engines.len() as f64 * LINE
}

/// The lines of the axis, with what they stand for.
fn grid(svg: &mut Svg, axis: &Axis, one: &str, top: f64, bottom: f64) {
    for ratio in axis.ticks() {
        let class = if ratio == 1.0 { "one" } else { "grid" };
        svg.stroke((axis.x(ratio), top), (axis.x(ratio), bottom), class);
        svg.text(axis.x(ratio), top - 6.0, Anchor::Middle, &ratio.to_string(), false);
    }
    svg.text(axis.x(1.0), bottom + LINE, Anchor::Middle, one, false);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::results::Time;

    #[test]
    fn a_doubling_is_as_wide_everywhere() {
        let axis = Axis::new(0.0, [0.3, 7.0].into_iter());
        assert_eq!(axis.ticks().collect::<Vec<_>>(), [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]);
        assert_eq!([0.25, 0.5, 1.0, 8.0].map(|ratio| axis.x(ratio)), [0.0, 80.0, 160.0, 400.0]);
    }

    #[test]
    fn a_bar_for_each_that_took_part() {
        let row = |name: &str, times: &[(&str, f64)]| Row {
            group: "g".to_owned(),
            name: name.to_owned(),
            rounds: 5.0,
            times: times.iter().map(|(engine, time)| Time::of(engine, *time)).collect(),
        };
        let rows =
            [row("one", &[("a", 4.0), ("native", 2.0), ("b", 1.0)]), row("two", &[("a", 16.0), ("native", 2.0)])];
        let svg = draw("T", &Contest { rows: rows.iter().collect(), one: "native", means: true });
        // Two kernels, the means, and the key. Each box has a line around it; the second engine has but that.
        assert_eq!(svg.matches("class=\"full\"").count(), 4);
        assert_eq!(svg.matches("class=\"line\"").count(), 4 + 3);
        assert!(svg.contains(">2.00<") && svg.contains(">0.50<") && svg.contains(">8.00<"), "{svg}");
        assert!(svg.contains(">4.00<"), "the geometric mean of 2 and 8: {svg}");
        assert!(svg.contains("took no part"));
        // Each bar but those of the means has its spread.
        assert_eq!(svg.matches("class=\"spread\"").count(), 3);
    }
}
