//! A module's text: what it means as a binary, and where in the text each instruction stands.

use std::collections::HashMap;

use wasmparser::{KnownCustom, Name, NameMap, Parser, Payload};
use wast::Wat;
use wast::parser::{self, ParseBuffer};

use super::places::{Place, Places};
use super::problem::Problem;
use crate::lines;

/// A module that was written as text.
pub struct Program<'a> {
    /// The binary.
    pub wasm: Vec<u8>,
    /// For each instruction, by its offset in the binary and in that order, its offset in the text.
    instructions: Vec<(usize, usize)>,
    /// The names of locals, by function.
    locals: HashMap<u32, HashMap<u32, String>>,
    places: Places<'a>,
}

impl<'a> Program<'a> {
    /// Reads a text. Nothing is validated.
    pub fn read(text: &'a str) -> Result<Program<'a>, Problem> {
        let places = Places::new(text);
        let failed = |error: wast::Error| Problem::text(error.message(), places.at(error.span().offset()));
        let mut buffer = ParseBuffer::new(text).map_err(failed)?;
        buffer.track_instr_spans(true);
        let mut parsed = parser::parse::<Wat<'_>>(&buffer).map_err(failed)?;
        if let Wat::Component(component) = &parsed {
            let message = "this is a component: the playground runs core modules, `falkirk run` components too";
            return Err(Problem::text(message.to_owned(), places.at(component.span.offset())));
        }
        let wasm = parsed.encode().map_err(failed)?;
        let instructions = lines::instructions(&wasm, &parsed);
        let locals = locals(&wasm);
        Ok(Program { wasm, instructions, locals, places })
    }

    /// Where in the text the instruction at this offset of the binary stands.
    pub fn place(&self, offset: usize) -> Option<Place> {
        let found = self.instructions.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
        Some(self.places.at(self.instructions[found].1))
    }

    /// Where in the text something at or before this offset of the binary stands, if that is in a function.
    pub fn near(&self, offset: usize) -> Option<Place> {
        lines::near(&self.instructions, offset).map(|at| self.places.at(at))
    }

    /// The text between the ends of a place.
    pub fn slice(&self, place: &Place) -> &'a str {
        self.places.slice(place)
    }

    /// What a local is called: `$n`, or its number.
    pub fn local(&self, function: u32, local: u32) -> String {
        let name = self.locals.get(&function).and_then(|locals| locals.get(&local));
        name.map_or_else(|| local.to_string(), |name| format!("${}", name.escape_debug()))
    }
}

/// The names of locals in the name section.
fn locals(wasm: &[u8]) -> HashMap<u32, HashMap<u32, String>> {
    let mut found = HashMap::new();
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        let Payload::CustomSection(section) = payload else { continue };
        let KnownCustom::Name(names) = section.as_known() else { continue };
        for name in names.into_iter().map_while(Result::ok) {
            let Name::Local(functions) = name else { continue };
            found.extend(functions.into_iter().map_while(Result::ok).map(|one| (one.index, names_of(one.names))));
        }
    }
    found
}

fn names_of(names: NameMap<'_>) -> HashMap<u32, String> {
    names.into_iter().map_while(Result::ok).map(|name| (name.index, name.name.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn place(text: &str, offset: usize) -> (usize, usize, &str) {
        let program = Program::read(text).map_err(|problem| problem.message).expect("a module");
        let place = program.place(program.instructions[offset].0).expect("a place");
        (place.line, place.column, program.slice(&place))
    }

    #[test]
    fn instructions_are_found_in_the_text() {
        let text = "(module\n (func (param $a i32) (result i32)\n  (i32.add (local.get $a) (i32.const -1))) ;; \u{e9}\n \
                    (func (import \"a\" \"b\"))\n (func (local i32) i32.const 2 local.set 0 block (;x;) end))";
        // An inline import must come first.
        assert!(Program::read(text).is_err());
        let text = text.replace(" (func (import \"a\" \"b\"))\n", "");
        assert_eq!(place(&text, 0), (3, 13, "local.get $a"));
        assert_eq!(place(&text, 1), (3, 28, "i32.const -1"));
        assert_eq!(place(&text, 2), (3, 4, "i32.add"));
        assert_eq!(place(&text, 3), (4, 20, "i32.const 2"));
        assert_eq!(place(&text, 4), (4, 32, "local.set 0"));
        assert_eq!(place(&text, 5), (4, 44, "block"));
        assert_eq!(place(&text, 6), (4, 56, "end"));
    }

    #[test]
    fn an_error_has_its_place() {
        let problem = |text: &str| {
            let problem = Program::read(text).err().expect("a problem");
            let place = problem.place.expect("a place");
            (place.line, place.column, problem.message)
        };
        assert_eq!(problem("(module\n  (fonc))").0, 2);
        assert_eq!(
            problem("(module\n  (func\n    local.get $x))"),
            (3, 15, "unknown local: failed to find name `$x`".into())
        );
        assert!(problem("(component)").2.starts_with("this is a component"));
    }

    #[test]
    fn locals_have_names() {
        let program = Program::read("(func (param $a i32) (param i32))").ok().expect("a module");
        assert_eq!([0, 1].map(|local| program.local(0, local)), ["$a", "1"]);
    }
}
