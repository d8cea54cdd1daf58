//! A recording as one page for a browser, which steps forwards and backwards through it. Without its script the page is
//! the list of the steps.

use std::fmt::{self, Write};

use super::component::names;
use super::json::{hex, list, show_entry};
use super::recording::Recording;
use super::sentence::{grouped, plain};
use super::step::{Access, Entry, Step, Value, What};
use crate::page::{self, Json, Text};

const STYLE: &str = concat!(include_str!("../page/steps.css"), include_str!("page.css"));
const SCRIPT: &str = concat!(include_str!("../page/memory.js"), include_str!("page.js"));

/// What stands between the header and the list of steps; the script fills it in.
const STAGE: &str = include_str!("stage.html");

/// How deep the list of steps is indented at most.
const DEEPEST: usize = 12;

impl Recording {
    /// The recording as one page for a browser: the memories with the bytes of the current step lit, the values, the
    /// handle tables, and the steps with a sentence for each.
    pub fn html(&self) -> String {
        let mut page = String::new();
        self.write(&mut page).expect("BUG: a string takes everything");
        page
    }

    fn write(&self, page: &mut String) -> fmt::Result {
        let title = plain(&self.title);
        page::open(page, format_args!("{title}, step by step"), STYLE);
        writeln!(page, "<header>\n<h1><code>{}</code></h1>", Text(&title))?;
        writeln!(page, "<p class=\"dim\">What crosses between the host and its guests, step by step.</p>")?;
        self.write_left_out(page)?;
        page.push_str("</header>\n<main>\n");
        if self.is_empty() {
            page.push_str("<p>Nothing crossed: there is no step.</p>\n</main>\n</body>\n</html>\n");
            return Ok(());
        }
        page.push_str(STAGE);
        page.push_str(
            "<section class=\"steps\" aria-labelledby=\"steps-title\">\n<h2 id=\"steps-title\">Steps</h2>\n<ol>\n",
        );
        for (position, step) in self.steps.iter().enumerate() {
            let (depth, line) = (step.depth.min(DEEPEST), plain(&self.line(step)));
            writeln!(
                page,
                "<li style=\"--depth:{depth}\"><button type=\"button\" tabindex=\"-1\" data-step=\"{position}\">{}</button></li>",
                Text(&line)
            )?;
        }
        page.push_str("</ol>\n</section>\n</main>\n");
        writeln!(page, "<script type=\"application/json\" id=\"data\">{}</script>", self.data())?;
        page::close(page, SCRIPT);
        Ok(())
    }

    fn write_left_out(&self, page: &mut String) -> fmt::Result {
        if self.left_out > 0 {
            let (kept, more) = (grouped(self.steps.len() as u64), grouped(self.left_out));
            writeln!(
                page,
                "<p class=\"left-out\">Here are the first {kept} steps. {more} more are left out: a page of all of them would \
                 not open. As lines of JSON (<code>--json</code>) there are all of them.</p>"
            )?;
        }
        if let Some(error) = &self.stopped {
            writeln!(page, "<p class=\"left-out\">In the end it stopped: <code>{}</code>.</p>", Text(&plain(error)))?;
        }
        Ok(())
    }

    /// What the script works on.
    fn data(&self) -> String {
        let count = self.steps.iter().flat_map(|step| step.what.touches()).map(|touch| touch.memory + 1).max();
        let memories: Vec<String> = (0..count.unwrap_or(0)).map(|number| plain(&self.memory(number))).collect();
        let steps: Vec<String> = self.steps.iter().map(|step| self.step_data(step)).collect();
        let memories = list(&memories, |name| Json(name).to_string());
        format!("{{\"memories\":{memories},\"steps\":[\n{}\n]}}", steps.join(",\n"))
    }

    fn step_data(&self, step: &Step<'_>) -> String {
        let say = list(&self.sentence(step).0, |words| Json(&plain(words)).to_string());
        let (title, values) = step.what.values();
        let values = list(&values, show_value);
        let touches = list(&step.what.touches(), Touch::show);
        let table = match &step.what {
            What::Handle { table, index, before, after, .. } => {
                let (before, after) = (list(before, show_entry as fn(&Entry) -> String), list(after, show_entry));
                let of = Json(&plain(&self.table(*table))).to_string();
                format!("{{\"of\":{of},\"index\":{index},\"before\":{before},\"after\":{after}}}")
            }
            _ => "null".to_owned(),
        };
        let path = Json(&plain(&step.path)).to_string();
        format!(
            "{{\"say\":{say},\"path\":{path},\"title\":{},\"values\":{values},\"touch\":{touches},\"table\":{table}}}",
            Json(&title)
        )
    }
}

/// Bytes of a memory that a step lights.
struct Touch<'a> {
    memory: usize,
    how: &'static str,
    at: u64,
    length: u64,
    /// The bytes that are there after the step, as far as they are known.
    bytes: &'a [u8],
}

impl<'a> Touch<'a> {
    fn of(how: &'static str, access: &'a Access<'_>) -> Touch<'a> {
        let Access { memory, address, length, bytes } = access;
        Touch { memory: *memory, how, at: *address, length: *length as u64, bytes }
    }

    fn show(&self) -> String {
        let Touch { memory, how, at, length, bytes } = self;
        format!("{{\"memory\":{memory},\"how\":\"{how}\",\"at\":{at},\"length\":{length},\"hex\":\"{}\"}}", hex(bytes))
    }
}

/// What a guest's `realloc` returns past this is no address in any memory, and no number in a script.
const HIGHEST: u64 = 1 << 48;

impl What<'_> {
    fn touches(&self) -> Vec<Touch<'_>> {
        match self {
            What::Read(access) | What::Load(access) => vec![Touch::of("read", access)],
            What::Write(access) | What::Store(access) => vec![Touch::of("write", access)],
            What::Copy { from_memory, from, to } => {
                let source = Touch { memory: *from_memory, at: *from, ..Touch::of("read", to) };
                vec![source, Touch::of("write", to)]
            }
            What::Realloc { memory, new_size, result, .. } if *result < HIGHEST && *new_size < HIGHEST => {
                vec![Touch { memory: *memory, how: "room", at: *result, length: *new_size, bytes: &[] }]
            }
            _ => Vec::new(),
        }
    }

    /// A step's values under a title.
    fn values(&self) -> (String, Vec<Value>) {
        let plain = |values: &[u64]| values.iter().map(core).collect();
        match self {
            What::Call { function, arguments, .. } => (format!("Arguments of {}", function.label()), arguments.clone()),
            What::Return { function, results, .. } => (format!("Results of {}", function.label()), results.clone()),
            What::Instruction { operands, .. } => ("Operands, the top of the stack last".to_owned(), operands.clone()),
            What::Flat { crossing, values, parts } => {
                let title = format!("Core values, {}", names(*crossing).0.replace('-', " "));
                match parts.is_empty() {
                    true => (title, plain(values)),
                    false => (title, values.iter().zip(parts).map(|(number, part)| part.value(*number)).collect()),
                }
            }
            What::PostReturn { values, .. } => ("Arguments of post-return".to_owned(), plain(values)),
            What::Realloc { old, old_size, align, new_size, result, .. } => {
                let named =
                    [("old", *old), ("old size", *old_size), ("alignment", (*align).into()), ("new size", *new_size)];
                let values = named.into_iter().chain([("result", *result)]);
                let value = |(ty, number): (&str, u64)| Value { ty: ty.to_owned(), ..core(&number) };
                ("realloc".to_owned(), values.map(value).collect())
            }
            _ => (String::new(), Vec::new()),
        }
    }
}

/// A core value, whose type the canonical ABI does not tell.
fn core(number: &u64) -> Value {
    Value { ty: "core".to_owned(), text: number.to_string(), bits: Some(format!("{number:#x}")), part: None }
}

fn show_value(value: &Value) -> String {
    let bits = Json(value.bits.as_deref().unwrap_or_default()).to_string();
    let part = Json(&plain(value.part.as_deref().unwrap_or_default())).to_string();
    let (ty, text) = (Json(&plain(&value.ty)).to_string(), Json(&plain(&value.text)).to_string());
    format!("{{\"type\":{ty},\"text\":{text},\"bits\":{bits},\"part\":{part}}}")
}
