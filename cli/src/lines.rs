//! Where in a module's text the instruction stands that is at some offset of its binary.

use wasmparser::{Parser, Payload};
use wast::Wat;
use wast::core::{FuncKind, ModuleField, ModuleKind};
use wast::parser::{self, ParseBuffer};
use wast::token::Span;

/// The line and the column, from 1, of the instruction at or before this offset, if that is in a function.
pub fn line(text: &str, offset: usize) -> Option<(usize, usize)> {
    let mut buffer = ParseBuffer::new(text).ok()?;
    buffer.track_instr_spans(true);
    let mut parsed = parser::parse::<Wat<'_>>(&buffer).ok()?;
    let wasm = parsed.encode().ok()?;
    let (line, column) = Span::from_offset(near(&instructions(&wasm, &parsed), offset)?).linecol_in(text);
    Some((line + 1, column + 1))
}

/// The offset in the text of the instruction at or before this offset of the binary, if that is in a function.
pub fn near(instructions: &[(usize, usize)], offset: usize) -> Option<usize> {
    let after = instructions.partition_point(|(other, _)| *other <= offset);
    let (_, at) = instructions.get(after.checked_sub(1)?)?;
    let beyond = instructions.last().is_some_and(|(last, _)| offset > *last + 16);
    (!beyond).then_some(*at)
}

/// For each instruction, by its offset in the binary and in that order, its offset in the text. The bodies in the binary
/// have an operator for each instruction of the text, in the same order, and an `end` behind.
pub fn instructions(wasm: &[u8], parsed: &Wat<'_>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload {
        Ok(Payload::CodeSectionEntry(body)) => Some(body),
        _ => None,
    });
    for (body, spans) in bodies.zip(spans(parsed)) {
        let Ok(mut reader) = body.get_operators_reader() else { continue };
        let mut spans = spans.iter();
        while !reader.eof() {
            let offset = reader.original_position() as usize;
            let (Ok(_), Some(span)) = (reader.read(), spans.next()) else { break };
            found.push((offset, span.offset()));
        }
    }
    found
}

/// The spans of the instructions of each function with a body, in order.
fn spans(parsed: &Wat<'_>) -> Vec<Vec<Span>> {
    let Wat::Module(module) = parsed else { return Vec::new() };
    let ModuleKind::Text(fields) = &module.kind else { return Vec::new() };
    let body = |field: &ModuleField<'_>| match field {
        ModuleField::Func(func) => match &func.kind {
            FuncKind::Inline { expression, .. } => Some(expression.instr_spans.clone().unwrap_or_default().to_vec()),
            FuncKind::Import(..) => None,
        },
        _ => None,
    };
    fields.iter().filter_map(body).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_has_its_line() {
        let text = "(module\n (func (param i32) (result i32)\n  local.get 0\n  i64.const 1\n  i32.add))";
        // Before the code there is nothing to point at; behind it, the last instruction is meant.
        let found = [0x08, 0x19, 0x1b, 0x1d, 0x1e, 0x60].map(|offset| line(text, offset));
        assert_eq!(found, [None, Some((3, 3)), Some((4, 3)), Some((5, 3)), Some((5, 3)), None]);
        assert_eq!(line("(component)", 0x19), None);
        assert_eq!(line("(module", 0x19), None);
    }
}
