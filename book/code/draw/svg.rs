//! The few shapes that pictures are made of.

use std::fmt::Write;

/// A picture that is being drawn. It grows with what is put into it.
pub struct Svg {
    title: String,
    style: &'static str,
    body: String,
    width: f64,
    height: f64,
}

/// How wide a letter of the pictures' one font is.
pub const LETTER: f64 = 8.4;

/// The height of a line.
pub const LINE: f64 = 20.0;

/// Colours: those of mdBook's theme where there is one, else by the reader's preference. Every picture has the same rules,
/// so it does not matter that a page has them more than once.
const STYLE: &str = "\
.fk{--fk-ink:var(--fg,#1b1b1f);--fk-lit:#ffdf8f;--fk-lit-ink:#1b1b1f;font:14px ui-monospace,monospace}\n\
@media(prefers-color-scheme:dark){.fk{--fk-ink:var(--fg,#e4e2e6)}}\n\
.fk text{fill:var(--fk-ink)}.fk .lit{fill:var(--fk-lit)}.fk text.on{fill:var(--fk-lit-ink)}\n\
.fk .line{fill:none;stroke:var(--fk-ink);stroke-width:1}";

/// Where a text stands to its x.
#[derive(Clone, Copy)]
pub enum Anchor {
    /// To the right of it.
    Start,
    /// On both sides of it.
    Middle,
}

impl Svg {
    /// A picture with nothing in it yet.
    pub fn new(title: &str) -> Svg {
        Svg::with_style(title, "")
    }

    /// The same, with rules of its own behind those that all have.
    pub fn with_style(title: &str, style: &'static str) -> Svg {
        Svg { title: title.to_owned(), style, body: String::new(), width: 0.0, height: 0.0 }
    }

    fn reach(&mut self, x: f64, y: f64) {
        self.width = self.width.max(x);
        self.height = self.height.max(y);
    }

    /// A box, lit or not.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, lit: bool) {
        self.bar(x, y, width, height, if lit { "lit" } else { "line" });
    }

    /// A box that is filled as its class says.
    pub fn bar(&mut self, x: f64, y: f64, width: f64, height: f64, class: &str) {
        let [x, y, width, height] = [x, y, width, height].map(tenths);
        let fill = if class == "line" { None } else { Some(class) };
        for class in fill.into_iter().chain(["line"]) {
            self.put(format_args!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
            ));
        }
        self.reach(x + width, y + height);
    }

    /// A line from one point to another, drawn as its class says.
    pub fn stroke(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(tenths);
        self.put(format_args!("<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"));
        self.reach(x1.max(x2), y1.max(y2));
    }

    /// A text whose baseline is at y; `lit` says that it stands in a lit box.
    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, text: &str, lit: bool) {
        let class = if lit { " class=\"on\"" } else { "" };
        let (side, reach) = match anchor {
            Anchor::Start => ("", 1.0),
            Anchor::Middle => (" text-anchor=\"middle\"", 0.5),
        };
        let (x, y, width) = (tenths(x), tenths(y), text.chars().count() as f64 * LETTER);
        self.put(format_args!("<text{class} x=\"{x}\" y=\"{y}\"{side}>{}</text>", escaped(text)));
        self.reach(x + reach * width, y + 4.0);
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f64, f64)]) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", tenths(*x), tenths(*y))).collect();
        self.put(format_args!("<polyline class=\"line\" points=\"{}\"/>", points.join(" ")));
    }

    /// An arrow to the right.
    pub fn arrow(&mut self, from: f64, to: f64, y: f64) {
        self.line(&[(from, y), (to, y)]);
        self.line(&[(to - 7.0, y - 4.0), (to, y), (to - 7.0, y + 4.0)]);
        self.reach(to, y + 4.0);
    }

    fn put(&mut self, shape: std::fmt::Arguments<'_>) {
        writeln!(self.body, "{shape}").expect("a string takes everything");
    }

    /// The picture as a file. No line is empty: that would end it in a page of Markdown.
    pub fn finish(self) -> String {
        let (width, height) = (self.width.ceil() + 2.0, self.height.ceil() + 2.0);
        let (title, body) = (escaped(&self.title), self.body);
        let own = if self.style.is_empty() { String::new() } else { format!("\n{}", self.style) };
        format!(
            "<svg class=\"fk\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 -1 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n\
             <style>\n{STYLE}{own}\n</style>\n{body}</svg>\n"
        )
    }
}

/// As precise as pictures are.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A text as HTML and SVG have it.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
