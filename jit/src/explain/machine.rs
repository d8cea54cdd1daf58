//! A function's machine code, instruction by instruction.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{CodegenError, CompiledCode, Context, FinalizedRelocTarget};
use falkirk_runtime::module::Naming;

use super::disassemble::{Decoded, decode};
use super::{MachineKind, MachineLine, Origin, Origins, reason};

/// Compiles the function of a context and gives the lines of its code.
///
/// # Errors
///
/// It passes one of Cranelift's limits.
pub fn lines(
    context: &mut Context,
    isa: &dyn TargetIsa,
    names: &dyn Naming,
    origins: &Origins,
) -> Result<Vec<MachineLine>, CodegenError> {
    context.compile(isa, &mut ControlPlane::default()).map_err(|error| error.inner)?;
    let compiled = context.compiled_code().expect("BUG: Cranelift has just made it");
    let code = Code {
        data: compiled.buffer.data(),
        starts: starts(compiled),
        origins: compiled.buffer.get_srclocs_sorted().iter().map(|it| (it.start, it.end, origins.of(it.loc))).collect(),
        traps: compiled.buffer.traps().iter().map(|trap| (trap.offset, reason(trap.code))).collect(),
        calls: calls(&context.func, compiled, names),
    };
    Ok(code.lines())
}

/// Where code is known to start: blocks, and traps that stand behind them.
fn starts(compiled: &CompiledCode) -> BTreeSet<u32> {
    let traps = compiled.buffer.traps().iter().map(|trap| trap.offset);
    [0].into_iter().chain(compiled.bb_starts.iter().copied()).chain(traps).collect()
}

/// The names of the functions that are called, by where the call has their address.
fn calls(func: &Function, compiled: &CompiledCode, names: &dyn Naming) -> BTreeMap<u32, String> {
    let name = |target: &FinalizedRelocTarget| match target {
        FinalizedRelocTarget::ExternalName(name) => called(func, name).map(|index| names.function(index)),
        FinalizedRelocTarget::Func(_) => None,
    };
    let relocs = compiled.buffer.relocs().iter();
    relocs.filter_map(|reloc| Some((reloc.offset, name(&reloc.target)?))).collect()
}

/// The index of the function with this name.
pub fn called(func: &Function, name: &ExternalName) -> Option<u32> {
    match name {
        ExternalName::User(name) => Some(func.params.user_named_funcs()[*name].index),
        _ => None,
    }
}

/// What Cranelift says about a function's code.
struct Code<'a> {
    data: &'a [u8],
    starts: BTreeSet<u32>,
    /// From where to where code comes from an operator, in order.
    origins: Vec<(u32, u32, Option<Origin>)>,
    traps: BTreeMap<u32, String>,
    calls: BTreeMap<u32, String>,
}

impl Code<'_> {
    fn lines(&self) -> Vec<MachineLine> {
        let mut lines = Vec::new();
        let mut at = 0;
        while (at as usize) < self.data.len() {
            at = if self.starts.contains(&at) { self.block(at, &mut lines) } else { self.data(at, &mut lines) };
        }
        settle(&mut lines);
        lines
    }

    /// Adds the instructions from a place where code starts up to one that does not go on, or to where other code
    /// starts; gives where that is.
    fn block(&self, start: u32, lines: &mut Vec<MachineLine>) -> u32 {
        let mut at = start;
        loop {
            let decoded = decode(&self.data[at as usize..], at);
            let end = at + decoded.len;
            lines.push(self.instruction(at, end, &decoded));
            at = end;
            if decoded.ends || self.starts.contains(&at) || at as usize >= self.data.len() {
                return at;
            }
        }
    }

    fn instruction(&self, at: u32, end: u32, decoded: &Decoded) -> MachineLine {
        let callee = self.calls.range(at..end).next().map(|(_, name)| name);
        let text = match (callee, decoded.text.split_once(' ')) {
            (Some(callee), Some((mnemonic, _))) => format!("{mnemonic} {callee}"),
            _ => decoded.text.clone(),
        };
        let trap = self.traps.range(at..end).next().map(|(_, reason)| match decoded.is_trap {
            true => format!("trap: {reason}"),
            false => format!("may trap: {reason}"),
        });
        let bytes = self.data[at as usize..end as usize].to_vec();
        MachineLine { at, bytes, kind: MachineKind::Instruction, text, note: trap, origin: self.origin(at) }
    }

    /// Adds what stands between code: behind a jump by a table the table, elsewhere constants. Gives where it ends.
    fn data(&self, start: u32, lines: &mut Vec<MachineLine>) -> u32 {
        let end = self.starts.range(start..).next().map_or(self.data.len() as u32, |next| *next);
        let jump = lines.last().filter(|line| line.kind == MachineKind::Instruction && line.is_jump());
        match jump.map(|jump| jump.origin).filter(|_| (end as usize) < self.data.len()) {
            Some(origin) => self.table(start, end, origin, lines),
            None => self.constants(start, end, lines),
        }
        end
    }

    /// Adds a table of jump targets: how far they are from its start.
    fn table(&self, start: u32, end: u32, origin: Option<Origin>, lines: &mut Vec<MachineLine>) {
        for at in (start..end).step_by(4) {
            let bytes = self.data[at as usize..end.min(at + 4) as usize].to_vec();
            let far = bytes.iter().rev().fold(0, |far, byte| far << 8 | u32::from(*byte));
            let text = format!("-> {:#x}", start.wrapping_add(far));
            lines.push(MachineLine { at, bytes, kind: MachineKind::Table, text, note: None, origin });
        }
    }

    /// Adds constants, in pieces of 8 bytes where they are aligned so.
    fn constants(&self, start: u32, end: u32, lines: &mut Vec<MachineLine>) {
        let mut at = start;
        while at < end {
            let next = (at + 1).next_multiple_of(8).min(end);
            let bytes = self.data[at as usize..next as usize].to_vec();
            let number = bytes.iter().rev().fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}"));
            let padding = !at.is_multiple_of(8) && bytes.iter().all(|byte| *byte == 0);
            let text = if padding { "padding".into() } else { number };
            lines.push(MachineLine { at, bytes, kind: MachineKind::Constant, text, note: None, origin: None });
            at = next;
        }
    }

    fn origin(&self, at: u32) -> Option<Origin> {
        let next = self.origins.partition_point(|(start, ..)| *start <= at);
        let (_, end, origin) = self.origins[next.checked_sub(1)?];
        origin.filter(|_| at < end)
    }
}

/// Gives each instruction behind the first one with an origin an origin: the moves that the register allocator adds have
/// none of their own. They go with what they stand behind or, at the start of a block, before.
fn settle(lines: &mut [MachineLine]) {
    let Some(first) = lines.iter().position(|line| line.origin.is_some()) else { return };
    for at in first + 1..lines.len() {
        let goes_on = !lines[at - 1].is_jump() && !lines[at - 1].is_end();
        if lines[at].is_settled() || !goes_on {
            continue;
        }
        lines[at].origin = lines[at - 1].origin;
    }
    for at in (first..lines.len() - 1).rev() {
        if !lines[at].is_settled() {
            lines[at].origin = lines[at + 1].origin;
        }
    }
}

impl MachineLine {
    /// Whether it goes elsewhere without coming back.
    fn is_jump(&self) -> bool {
        self.text.starts_with("jmp ") || self.text.starts_with("br ") || self.text.starts_with("b ")
    }

    /// Whether it leaves the function.
    fn is_end(&self) -> bool {
        self.text == "ret" || self.is_trap()
    }

    fn is_trap(&self) -> bool {
        self.note.as_ref().is_some_and(|note| note.starts_with("trap"))
    }

    /// Whether it has an origin or needs none.
    fn is_settled(&self) -> bool {
        self.origin.is_some() || self.kind != MachineKind::Instruction || self.is_trap()
    }
}
