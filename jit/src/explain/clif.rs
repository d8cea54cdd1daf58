//! A function's CLIF, line by line.

use std::collections::HashMap;
use std::fmt::Write;

use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, TrapCode, Value};
use cranelift_codegen::write::{FuncWriter, PlainWriter, decorate_function};
use falkirk_runtime::module::{ModuleInfo, Naming};

use super::context::{Known, Places};
use super::{ClifKind, ClifLine, Origins, reason};

/// The lines of a function. It is changed only in how values are called.
pub fn lines(func: &mut Function, info: &ModuleInfo, names: &dyn Naming, origins: &Origins) -> Vec<ClifLine> {
    func.dfg.resolve_all_aliases();
    let mut lines = vec![declaration(format!("function{}", func.signature))];
    let mut writer = Writer {
        lines: Vec::new(),
        origins,
        notes: Notes { names, places: Places::of(info, names), known: HashMap::new() },
    };
    if let Some(entry) = func.layout.entry_block() {
        writer.notes.known.insert(func.dfg.block_params(entry)[0], Known::Context);
    }
    // What is not asked of the writer is what stands before the first block.
    let mut head = String::new();
    let written = decorate_function(&mut writer, &mut head, func);
    debug_assert!(written.is_ok(), "a string takes everything");
    let declared = head.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && *line != "}");
    lines.extend(declared.map(|line| declaration(line.to_owned())));
    lines.append(&mut writer.lines);
    settle_blocks(&mut lines);
    lines
}

fn declaration(text: String) -> ClifLine {
    ClifLine { kind: ClifKind::Declaration, text, note: None, origin: None }
}

/// The head of a block belongs to the operator of the block's first instruction that has one.
fn settle_blocks(lines: &mut [ClifLine]) {
    let mut next = None;
    for line in lines.iter_mut().rev() {
        match line.kind {
            ClifKind::Instruction => next = line.origin.or(next),
            ClifKind::Block => line.origin = next.take(),
            ClifKind::Declaration => {}
        }
    }
    // The first block is where the function starts.
    if let Some(entry) = lines.iter_mut().find(|line| line.kind == ClifKind::Block) {
        entry.origin = None;
    }
}

/// Collects blocks and instructions.
struct Writer<'a> {
    lines: Vec<ClifLine>,
    origins: &'a Origins,
    notes: Notes<'a>,
}

impl FuncWriter for Writer<'_> {
    fn write_block_header(&mut self, _: &mut dyn Write, func: &Function, block: Block, _: usize) -> std::fmt::Result {
        let mut text = String::new();
        PlainWriter.write_block_header(&mut text, func, block, 4)?;
        let (kind, text) = (ClifKind::Block, text.trim().to_owned());
        self.lines.push(ClifLine { kind, text, note: None, origin: None });
        Ok(())
    }

    fn write_instruction(
        &mut self,
        _: &mut dyn Write,
        func: &Function,
        aliases: &cranelift_codegen::entity::SecondaryMap<Value, Vec<Value>>,
        inst: Inst,
        _: usize,
    ) -> std::fmt::Result {
        let mut text = String::new();
        PlainWriter.write_instruction(&mut text, func, aliases, inst, 0)?;
        let place = func.srcloc(inst);
        let text = text.trim().trim_start_matches(&place.to_string()).trim_start().to_owned();
        let note = self.notes.of(func, inst);
        self.lines.push(ClifLine { kind: ClifKind::Instruction, text, note, origin: self.origins.of(place) });
        Ok(())
    }
}

/// What is worth knowing about instructions.
struct Notes<'a> {
    names: &'a dyn Naming,
    places: Places,
    /// What values are known to be the address of.
    known: HashMap<Value, Known>,
}

impl Notes<'_> {
    fn of(&mut self, func: &Function, inst: Inst) -> Option<String> {
        let what = self.what(func, inst);
        match (what, trap(func, inst)) {
            (Some(what), Some(trap)) => Some(format!("{what}; {trap}")),
            (what, trap) => what.or(trap),
        }
    }

    /// What an instruction reads, writes or calls.
    fn what(&mut self, func: &Function, inst: Inst) -> Option<String> {
        match func.dfg.insts[inst] {
            InstructionData::Load { arg, offset, .. } => {
                let (what, known) = self.places.find(*self.known.get(&arg)?, offset.into())?;
                if let (Some(known), [result]) = (known, func.dfg.inst_results(inst)) {
                    self.known.insert(*result, known);
                }
                Some(what.to_owned())
            }
            InstructionData::Store { args: [_, base], offset, .. } => {
                let (what, _) = self.places.find(*self.known.get(&base)?, offset.into())?;
                Some(what.to_owned())
            }
            InstructionData::Call { func_ref, .. } => {
                let callee = func.dfg.ext_funcs[func_ref].name.clone();
                Some(self.names.function(super::machine::called(func, &callee)?))
            }
            InstructionData::CallIndirect { ref args, .. } => match self.known.get(&args.first(&func.dfg.value_lists)?)
            {
                Some(Known::Builtin(builtin)) => Some(format!("the library's {builtin:?}")),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Where an instruction traps, or may trap.
fn trap(func: &Function, inst: Inst) -> Option<String> {
    let code = |flags| func.dfg.mem_flags[flags].trap_code();
    let code = match func.dfg.insts[inst] {
        InstructionData::Trap { code, .. } | InstructionData::CondTrap { code, .. } => {
            return Some(format!("trap: {}", reason(code)));
        }
        InstructionData::Load { flags, .. }
        | InstructionData::LoadNoOffset { flags, .. }
        | InstructionData::Store { flags, .. }
        | InstructionData::StoreNoOffset { flags, .. } => code(flags),
        _ => None,
    };
    let codes = match code {
        Some(code) => vec![code],
        None => own_traps(func.dfg.insts[inst].opcode()).to_vec(),
    };
    let reasons: Vec<String> = codes.into_iter().map(reason).collect();
    (!reasons.is_empty()).then(|| format!("may trap: {}", reasons.join(", or ")))
}

/// The traps that are part of what an instruction does.
fn own_traps(opcode: Opcode) -> &'static [TrapCode] {
    match opcode {
        Opcode::Sdiv => &[TrapCode::INTEGER_DIVISION_BY_ZERO, TrapCode::INTEGER_OVERFLOW],
        Opcode::Udiv | Opcode::Srem | Opcode::Urem => &[TrapCode::INTEGER_DIVISION_BY_ZERO],
        Opcode::FcvtToSint | Opcode::FcvtToUint => &[TrapCode::BAD_CONVERSION_TO_INTEGER, TrapCode::INTEGER_OVERFLOW],
        _ => &[],
    }
}
