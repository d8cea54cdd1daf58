//! The modules and components inside a component, and what their custom sections say.

use std::io::{self, Write};
use std::ops::Range;

use wasmparser::{ComponentName, CustomSectionReader, KnownCustom, Name, NameMap, Parser, Payload};

use super::custom;
use crate::failure::Failure;
use crate::output::Out;

/// A module or a component, with what is inside.
struct Part {
    kind: &'static str,
    /// Its number among its siblings of the same kind.
    index: usize,
    size: u64,
    /// The name that it has in the component around it, or else its own.
    name: Option<String>,
    producers: Vec<(String, String)>,
    /// How many items of a kind have names.
    counts: Vec<(&'static str, usize)>,
    /// Names by kind and index, for what is inside.
    inner_names: Vec<(&'static str, u32, String)>,
    parts: Vec<Part>,
}

const MODULE: &str = "core module";
const COMPONENT: &str = "component";

/// Prints the tree of what is inside, names, and producers. What is broken is left out: custom sections have no say in
/// whether a component is valid.
pub fn print(wasm: &[u8], out: &mut Out) -> Result<(), Failure> {
    let root = read(wasm);
    if !root.parts.is_empty() {
        writeln!(out, "\ninside:\n  {:>10}  what", "size")?;
        root.parts.iter().try_for_each(|part| part.print(0, out))?;
    }
    let own = root.name.iter().map(|name| (COMPONENT.to_owned(), format!("`{}`", name.escape_debug())));
    let counts = root.counts.iter().map(|(what, count)| ((*what).to_owned(), format!("{count} named")));
    super::print_pairs("names", own.chain(counts).collect(), out)?;
    let mut producers = Vec::new();
    root.list_producers("", &mut producers);
    super::print_pairs("producers", producers, out)
}

/// Reads what is there, up to the first error.
fn read(wasm: &[u8]) -> Part {
    let mut open = vec![Part::new(COMPONENT, 0, &(0..wasm.len() as u64))];
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        let Some(current) = open.last_mut() else { break };
        match payload {
            Payload::ModuleSection { unchecked_range, .. } => {
                let part = current.inner(MODULE, &unchecked_range);
                open.push(part);
            }
            Payload::ComponentSection { unchecked_range, .. } => {
                let part = current.inner(COMPONENT, &unchecked_range);
                open.push(part);
            }
            Payload::CustomSection(section) => current.custom(&section),
            Payload::End(_) if open.len() > 1 => close(&mut open),
            _ => {}
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let mut root = open.pop().expect("BUG: the component itself is never closed");
    root.give_names();
    root
}

/// Puts the innermost part into the one around it.
fn close(open: &mut Vec<Part>) {
    if let Some(part) = open.pop() {
        open.last_mut().expect("BUG: the component itself is never closed").parts.push(part);
    }
}

impl Part {
    fn new(kind: &'static str, index: usize, range: &Range<u64>) -> Part {
        let size = range.end - range.start;
        let (producers, counts, inner_names) = Default::default();
        Part { kind, index, size, name: None, producers, counts, inner_names, parts: Vec::new() }
    }

    fn inner(&self, kind: &'static str, range: &Range<u64>) -> Part {
        Part::new(kind, self.parts.iter().filter(|part| part.kind == kind).count(), range)
    }

    fn custom(&mut self, section: &CustomSectionReader<'_>) {
        match section.as_known() {
            KnownCustom::Producers(section) => self.producers.extend(custom::producers(section)),
            KnownCustom::ComponentName(section) => {
                section.into_iter().map_while(Result::ok).for_each(|name| self.note(name))
            }
            KnownCustom::Name(section) => {
                let mut names = section.into_iter().map_while(Result::ok);
                self.name = names.find_map(|name| match name {
                    Name::Module { name, .. } => Some(name.to_owned()),
                    _ => None,
                });
            }
            _ => {}
        }
    }

    fn note(&mut self, name: ComponentName<'_>) {
        match name {
            ComponentName::Component { name, .. } => self.name = Some(name.to_owned()),
            ComponentName::CoreModules(map) => self.note_inner(MODULE, "core modules", map),
            ComponentName::Components(map) => self.note_inner(COMPONENT, "components", map),
            ComponentName::CoreFuncs(map) => self.count("core functions", map),
            ComponentName::CoreGlobals(map) => self.count("core globals", map),
            ComponentName::CoreMemories(map) => self.count("core memories", map),
            ComponentName::CoreTables(map) => self.count("core tables", map),
            ComponentName::CoreTags(map) => self.count("core tags", map),
            ComponentName::CoreInstances(map) => self.count("core instances", map),
            ComponentName::CoreTypes(map) => self.count("core types", map),
            ComponentName::Types(map) => self.count("types", map),
            ComponentName::Instances(map) => self.count("instances", map),
            ComponentName::Funcs(map) => self.count("functions", map),
            ComponentName::Values(map) => self.count("values", map),
            ComponentName::Unknown { .. } => {}
        }
    }

    /// Counts names. A kind may come twice in a section.
    fn count(&mut self, what: &'static str, map: NameMap<'_>) {
        let count = map.map_while(Result::ok).count();
        match self.counts.iter_mut().find(|(other, _)| *other == what) {
            Some((_, counted)) => *counted += count,
            None => self.counts.push((what, count)),
        }
    }

    fn note_inner(&mut self, kind: &'static str, what: &'static str, map: NameMap<'_>) {
        let named = map.clone().map_while(Result::ok);
        self.inner_names.extend(named.map(|naming| (kind, naming.index, naming.name.to_owned())));
        self.count(what, map);
    }

    /// The name that a part has in the component around it comes before its own. (Where a component also imports or aliases
    /// modules, their numbers in the name section differ from those here.)
    fn give_names(&mut self) {
        let names = std::mem::take(&mut self.inner_names);
        for part in &mut self.parts {
            let given = names.iter().find(|(kind, index, _)| *kind == part.kind && *index as usize == part.index);
            if let Some((_, _, name)) = given {
                part.name = Some(name.clone());
            }
            part.give_names();
        }
    }

    /// `core module 0 `main``.
    fn title(&self) -> String {
        let name = self.name.as_ref().map_or_else(String::new, |name| format!(" `{}`", name.escape_debug()));
        format!("{} {}{name}", self.kind, self.index)
    }

    /// A line for this part, and lines for those inside, further in.
    fn print(&self, depth: usize, out: &mut Out) -> io::Result<()> {
        writeln!(out, "  {:>10}  {}{}", self.size, "  ".repeat(depth), self.title())?;
        self.parts.iter().try_for_each(|part| part.print(depth + 1, out))
    }

    /// Which tools made this part and those inside; `place` is empty for the outermost component.
    fn list_producers(&self, place: &str, lines: &mut Vec<(String, String)>) {
        let who = if place.is_empty() { COMPONENT } else { place };
        lines.extend(self.producers.iter().map(|(field, tool)| (who.to_owned(), format!("{field} {tool}"))));
        for part in &self.parts {
            let inside = format!("{} {}", part.kind, part.index);
            let place = if place.is_empty() { inside } else { format!("{place}, {inside}") };
            part.list_producers(&place, lines);
        }
    }
}
