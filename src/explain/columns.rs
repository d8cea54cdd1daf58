//! The four views of a function.

use falkirk_runtime::{Module, Result};

use super::flow::Operator;
use super::names::Names;
use super::{Column, Line, LineKind, View, wasm};

/// All views, in the order of [`View::ALL`].
///
/// # Errors
///
/// The function passes a limit of an engine.
pub fn all(module: &Module, function: u32, operators: &[Operator], names: &Names) -> Result<Vec<Column>> {
    let wasm = wasm_column(module, function, operators)?;
    let interp = interp::column(module, function, operators, names)?;
    let [clif, machine] = jit::columns(module, function, operators, names)?;
    Ok(vec![wasm, interp, clif, machine])
}

/// What a view shows.
fn about(view: View) -> &'static str {
    match view {
        View::Wasm => {
            "The module's own operators, for a stack machine. Names with a dollar are locals; each line starts with its \
             offset in the module."
        }
        View::Interp => {
            "What Falkirk's interpreter runs. One instruction often does the work of several operators; t0, t1 ... are \
             temporaries of the frame, and acc is the last result, still in a register."
        }
        View::Clif => {
            "What Falkirk's JIT hands to Cranelift. Each value v0, v1 ... is made once, and blocks take values as \
             parameters; v0 is the instance's context."
        }
        View::Machine => {
            "What Cranelift made of the CLIF for this machine. Each line starts with its offset in the function; then \
             come its bytes and the instruction."
        }
    }
}

fn column(view: View, title: impl Into<String>, lines: Vec<Line>) -> Column {
    Column { view, title: title.into(), about: about(view).into(), lines, absent: None }
}

#[cfg_attr(all(feature = "interp", feature = "jit"), allow(dead_code))]
fn absent(view: View, title: &str, why: impl Into<String>) -> Column {
    Column { absent: Some(why.into()), ..column(view, title, Vec::new()) }
}

/// A line whose operators have these offsets.
fn line(kind: LineKind, at: String, text: String, offsets: &[usize], operators: &[Operator]) -> Line {
    let position = |offset: &usize| operators.binary_search_by_key(offset, |operator| operator.offset).ok();
    let operators = offsets.iter().filter_map(position).collect();
    Line { at, bytes: String::new(), text, note: None, kind, operators, group: 0 }
}

fn wasm_column(module: &Module, function: u32, operators: &[Operator]) -> Result<Column> {
    let mut lines: Vec<Line> = wasm::lines(module, function)?
        .into_iter()
        .map(|found| {
            let at = format!("{:#06x}", found.offset);
            line(LineKind::Code, at, found.text, &[found.offset], operators)
        })
        .collect();
    for line in &mut lines {
        match line.operators.first() {
            None => line.kind = LineKind::Declaration,
            Some(operator) if !operators[*operator].reached => line.note = Some("never reached".into()),
            Some(_) => {}
        }
    }
    if let Some(last) = lines.last_mut().filter(|last| last.text == ")") {
        last.note = Some("end of the function".into());
    }
    Ok(column(View::Wasm, "WebAssembly", lines))
}

#[cfg(feature = "interp")]
mod interp {
    //! The interpreter's code.

    use super::*;

    const TITLE: &str = "Interpreter";

    pub fn column(module: &Module, function: u32, operators: &[Operator], names: &Names) -> Result<Column> {
        let settings = *module.engine().config().settings();
        let listing = falkirk_interp::explain::explain(module.info(), function, settings, names)?;
        let frame = format!(
            "frame: {} slots, {} of them temporaries; code: {} words",
            listing.slots, listing.temporaries, listing.words
        );
        let mut lines = vec![line(LineKind::Declaration, String::new(), frame, &[], operators)];
        for found in listing.lines {
            if let Some(label) = found.label {
                let first = found.operators.first().map(std::slice::from_ref).unwrap_or_default();
                lines.push(line(LineKind::Label, String::new(), format!("{label}:"), first, operators));
            }
            lines.push(line(LineKind::Code, found.at.to_string(), found.text, &found.operators, operators));
        }
        Ok(super::column(View::Interp, TITLE, lines))
    }
}

#[cfg(not(feature = "interp"))]
mod interp {
    //! No interpreter.

    use super::*;

    pub fn column(_: &Module, _: u32, _: &[Operator], _: &Names) -> Result<Column> {
        Ok(absent(View::Interp, "Interpreter", "the interpreter is not part of this build (cargo feature `interp`)"))
    }
}

#[cfg(feature = "jit")]
mod jit {
    //! What the JIT makes.

    use falkirk_jit::explain::{ClifKind, ClifLine, MachineKind, MachineLine, Origin};
    use falkirk_runtime::EngineKind;
    use falkirk_runtime::module::Naming;

    use super::*;

    pub fn columns(module: &Module, function: u32, operators: &[Operator], names: &Names) -> Result<[Column; 2]> {
        let mut config = module.engine().config().clone();
        config.engine(EngineKind::Jit).tracing(false);
        let engine = match crate::Engine::new(&config) {
            Ok(engine) => engine,
            Err(error) => return Ok(no_columns(&error.to_string())),
        };
        let settings = *engine.config().settings();
        let compiled = falkirk_jit::Compiled::All;
        let listing = falkirk_jit::explain::explain(module.info(), function, settings, compiled, names)?;
        let clif: Vec<Line> = listing.clif.into_iter().map(|found| clif_line(found, operators, names)).collect();
        let mut machine: Vec<Line> =
            listing.machine.into_iter().map(|found| machine_line(found, operators, names)).collect();
        name_merged_loads(&clif, &mut machine);
        let title = format!("Machine code ({})", listing.machine_name);
        Ok([column(View::Clif, "CLIF", clif), column(View::Machine, title, machine)])
    }

    fn clif_line(found: ClifLine, operators: &[Operator], names: &Names) -> Line {
        let (kind, indent) = match found.kind {
            ClifKind::Declaration => (LineKind::Declaration, ""),
            ClifKind::Block => (LineKind::Label, ""),
            ClifKind::Instruction => (LineKind::Code, "  "),
        };
        let text = format!("{indent}{}", found.text);
        let line = line(kind, String::new(), text, &offset(found.origin), operators);
        Line { note: noted(found.note, found.origin, names), ..line }
    }

    fn machine_line(found: MachineLine, operators: &[Operator], names: &Names) -> Line {
        let kind = match found.kind {
            MachineKind::Instruction => LineKind::Code,
            MachineKind::Table | MachineKind::Constant => LineKind::Data,
        };
        let line = line(kind, format!("{:#04x}", found.at), found.text, &offset(found.origin), operators);
        let bytes = found.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Line { bytes, note: noted(found.note, found.origin, names), ..line }
    }

    /// An instruction that may trap where no CLIF of its operator does has a load merged into it, which comes before: it
    /// does the work of that too.
    fn name_merged_loads(clif: &[Line], machine: &mut [Line]) {
        let may_trap = |line: &Line| line.note.as_ref().is_some_and(|note| note.starts_with("may trap"));
        let trapping: Vec<usize> =
            clif.iter().filter(|line| may_trap(line)).flat_map(|it| it.operators.clone()).collect();
        for line in machine.iter_mut().filter(|line| may_trap(line)) {
            let Some(&operator) = line.operators.first().filter(|operator| !trapping.contains(operator)) else {
                continue;
            };
            line.operators.extend(trapping.iter().copied().filter(|trapping| *trapping < operator).max());
            line.operators.sort_unstable();
        }
    }

    fn offset(origin: Option<Origin>) -> Vec<usize> {
        origin.map(|origin| origin.operator).into_iter().collect()
    }

    /// A note, and of which other function the line is, if it is of another.
    fn noted(note: Option<String>, origin: Option<Origin>, names: &Names) -> Option<String> {
        let Some(inlined) = origin.and_then(|origin| origin.inlined) else { return note };
        let of = format!("of {}", names.function(inlined));
        Some(note.map_or_else(|| of.clone(), |note| format!("{of}: {note}")))
    }

    fn no_columns(why: &str) -> [Column; 2] {
        [absent(View::Clif, "CLIF", why), absent(View::Machine, "Machine code", why)]
    }
}

#[cfg(not(feature = "jit"))]
mod jit {
    //! No JIT.

    use super::*;

    pub fn columns(_: &Module, _: u32, _: &[Operator], _: &Names) -> Result<[Column; 2]> {
        let why = "the JIT is not part of this build (cargo feature `jit`)";
        Ok([absent(View::Clif, "CLIF", why), absent(View::Machine, "Machine code", why)])
    }
}
