//! Machine code of functions to one text, in which calls have found their targets.

use cranelift_codegen::TextSectionBuilder;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::TargetIsa;
use falkirk_runtime::Error;

use super::code::Code;
use super::{Tasks, first_equal};
use crate::translate::ModuleEnv;
use crate::unit::{Inlined, Position, Range, Unit};

/// How large a text may be: a call reaches so far.
const MAX_TEXT: usize = i32::MAX as usize;

/// Makes the unit of a module. The codes are in the order of the tasks.
///
/// # Errors
///
/// The text would be larger than code can call across.
pub(super) fn link(env: &ModuleEnv, isa: &dyn TargetIsa, tasks: &Tasks, codes: Vec<Code>) -> Result<Unit, Error> {
    let info = &*env.info;
    let size: usize = codes.iter().map(|code| code.bytes.len() + code.align as usize).sum();
    if size > MAX_TEXT {
        return Err(Error::implementation_limit(format!("{size} bytes of machine code; at most {MAX_TEXT}")));
    }
    let (functions, rest) = codes.split_at(tasks.functions.len());
    let (bridges, gates) = rest.split_at(tasks.bridges.len());
    let mut unit = Unit::default();

    let mut text = Text::new(isa, functions.len() + bridges.len());
    let target = |function| tasks.functions.binary_search(&function).expect("BUG: a call to what was not compiled");
    let mut next = 0;
    for index in info.imported_functions..info.functions.len() as u32 {
        let end = unit.functions.last().map_or(0, |code| code.end);
        let code = match tasks.functions.get(next) {
            Some(compiled) if *compiled == index => {
                next += 1;
                let range = text.append(&functions[next - 1], target);
                add_tables(&mut unit, &functions[next - 1], range.start);
                range
            }
            _ => Range { start: end, end },
        };
        unit.functions.push(code);
    }
    let bridges: Vec<Range> = bridges.iter().map(|code| text.append(code, target)).collect();
    for ty in 0..info.types.len() as u32 {
        if let Ok(at) = tasks.bridges.binary_search(&first_equal(info, ty)) {
            unit.bridges.push((ty, bridges[at]));
        }
    }
    unit.text = text.finish();

    let mut text = Text::new(isa, gates.len());
    unit.gates = tasks.gates.iter().zip(gates).map(|(ty, code)| (*ty, text.append(code, target))).collect();
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
    for (end, number) in &code.places {
        unit.place_ends.push(start + end);
        unit.place_positions.push(position(*number));
    }
    unit.inlined.extend(code.inlined.iter().map(|it| Inlined { call: Position(position(it.call.0)), ..*it }));
}

/// A text in the making.
struct Text {
    builder: Box<dyn TextSectionBuilder>,
    control: ControlPlane,
}

impl Text {
    fn new(isa: &dyn TargetIsa, codes: usize) -> Text {
        Text { builder: isa.text_section_builder(codes), control: ControlPlane::default() }
    }

    /// Adds code at the end; `target` says which of the codes added is a function's.
    fn append(&mut self, code: &Code, target: impl Fn(u32) -> usize) -> Range {
        let start = self.builder.append(true, &code.bytes, code.align, &mut self.control) as u32;
        for call in &code.calls {
            let at = u64::from(start + call.offset);
            let known = self.builder.resolve_reloc(at, call.kind, call.addend, target(call.function));
            assert!(known, "BUG: a call within a module is written as {:?}", call.kind);
        }
        Range { start, end: start + code.bytes.len() as u32 }
    }

    fn finish(mut self) -> Vec<u8> {
        self.builder.finish(&mut self.control)
    }
}
