//! Machine code of functions to one text, in which calls have found their targets.

use cranelift_codegen::TextSectionBuilder;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::TargetIsa;
use falkirk_runtime::Error;
use falkirk_runtime::module::ModuleInfo;

use super::code::Code;
use crate::unit::{Inlined, Position, Range, Unit};

/// How large a text may be: a call reaches so far.
const MAX_TEXT: usize = i32::MAX as usize;

/// What was compiled of a module, by index and in order.
pub(super) struct Parts {
    /// Functions, by their index.
    pub functions: Vec<(u32, Code)>,
    /// Bridges, by the first of equal types.
    pub bridges: Vec<(u32, Code)>,
    /// Gates, by the first of equal types.
    pub gates: Vec<(u32, Code)>,
}

/// Makes the unit of a module. `first` has for each type the first one that is equal to it.
///
/// # Errors
///
/// The text would be larger than code can call across.
pub(super) fn link(info: &ModuleInfo, isa: &dyn TargetIsa, parts: &Parts, first: &[u32]) -> Result<Unit, Error> {
    let Parts { functions, bridges, gates } = parts;
    let size: usize = functions.iter().chain(bridges).map(|(_, code)| code.bytes.len() + code.align as usize).sum();
    if size > MAX_TEXT {
        return Err(Error::implementation_limit(format!("{size} bytes of machine code; at most {MAX_TEXT}")));
    }
    let mut unit = Unit::default();
    let mut text = Text::new(isa, functions, functions.len() + bridges.len());
    let mut compiled = functions.iter().peekable();
    for index in info.imported_functions..info.functions.len() as u32 {
        let range = match compiled.next_if(|(next, _)| *next == index) {
            Some((_, code)) => {
                let range = text.append(code);
                add_tables(&mut unit, code, range.start);
                range
            }
            None => {
                let end = unit.functions.last().map_or(0, |code| code.end);
                Range { start: end, end }
            }
        };
        unit.functions.push(range);
    }
    let ranges: Vec<Range> = bridges.iter().map(|(_, code)| text.append(code)).collect();
    for (ty, first) in (0..).zip(first) {
        if let Ok(at) = bridges.binary_search_by_key(first, |(ty, _)| *ty) {
            unit.bridges.push((ty, ranges[at]));
        }
    }
    unit.text = text.finish();

    let mut text = Text::new(isa, &[], gates.len());
    unit.gates = gates.iter().map(|(ty, code)| (*ty, text.append(code))).collect();
    unit.gate_text = text.finish();
    Ok(unit)
}

/// Adds the traps and places of code that starts at this offset of the text.
fn add_tables(unit: &mut Unit, code: &Code, start: u32) {
    let inlined = unit.inlined.len() as u32;
    let position = |number: u32| if number < Position::INLINED { number } else { number + inlined };
    for (offset, exit) in &code.traps {
        unit.trap_offsets.push(start + offset);
        unit.trap_codes.push(*exit);
    }
    for place in &code.places {
        unit.place_ends.push(start + place.end);
        unit.place_positions.push(position(place.position));
    }
    unit.inlined.extend(code.inlined.iter().map(|it| Inlined { call: Position(position(it.call.0)), ..*it }));
}

/// A text in the making, which starts with functions that call one another.
struct Text<'a> {
    builder: Box<dyn TextSectionBuilder>,
    functions: &'a [(u32, Code)],
    control: ControlPlane,
}

impl<'a> Text<'a> {
    fn new(isa: &dyn TargetIsa, functions: &'a [(u32, Code)], codes: usize) -> Text<'a> {
        Text { builder: isa.text_section_builder(codes), functions, control: ControlPlane::default() }
    }

    /// Adds code at the end.
    fn append(&mut self, code: &Code) -> Range {
        let start = self.builder.append(true, &code.bytes, code.align, &mut self.control) as u32;
        for call in &code.calls {
            let target = self.functions.binary_search_by_key(&call.function, |(index, _)| *index);
            let target = target.unwrap_or_else(|_| panic!("BUG: a call to {}, which has no code here", call.function));
            let at = u64::from(start + call.offset);
            let known = self.builder.resolve_reloc(at, call.kind, call.addend, target);
            assert!(known, "BUG: a call within a module is written as {:?}", call.kind);
        }
        Range { start, end: start + code.bytes.len() as u32 }
    }

    fn finish(mut self) -> Vec<u8> {
        self.builder.finish(&mut self.control)
    }
}
