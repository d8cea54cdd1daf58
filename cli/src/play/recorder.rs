//! Writes down a call, instruction by instruction, until that is enough.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use falkirk::{Event, FunctionId, GuestFrame, InterruptHandle, Observer, Val};

use super::access::Access;
use super::run::ROW;

/// How many steps are kept.
pub const STEPS: usize = 5000;
/// How many values, of locals and operand stacks, are kept in all steps together.
const VALUES: usize = 300_000;
/// How many bytes of an access are kept, and of all accesses together.
const BYTES: usize = 1024;
const ALL_BYTES: usize = 2 << 20;
/// How many rows at the start of memory are kept even if no step touches them.
const FIRST_ROWS: usize = 4;

/// How many characters of an instruction are kept.
const TEXT: usize = 160;

/// A step: an instruction that is about to run, or a call of the host's.
#[derive(Default)]
pub struct Step {
    /// How many calls it is in.
    pub depth: usize,
    /// The function's index; of the host's there is none.
    pub function: Option<u32>,
    /// The instruction's offset in the module.
    pub offset: usize,
    /// The instruction, or the call.
    pub text: String,
    /// How many values the instruction takes from the stack.
    pub takes: usize,
    /// The operand stack, its top last, and how many values are below those that are kept.
    pub stack: Vec<Val>,
    pub below: usize,
    /// The function's locals.
    pub locals: Vec<Val>,
    /// What it reads and writes.
    pub touches: Vec<Touch>,
    /// Rows of memory that are seen for the first time: memory, address, bytes before this step.
    pub seen: Vec<(u32, usize, Vec<u8>)>,
}

impl Step {
    /// An instruction of the guest's.
    fn of(depth: usize, function: u32, offset: usize, text: &str, frame: &GuestFrame<'_>) -> Step {
        let (stack, locals) = (frame.stack(), frame.locals());
        let below = frame.stack_height().saturating_sub(stack.len());
        Step { depth, function: Some(function), offset, text: short(text), stack, below, locals, ..Step::default() }
    }
}

fn short(text: &str) -> String {
    text.chars().take(TEXT).collect()
}

/// Bytes that a step reads or writes.
pub struct Touch {
    /// Where.
    pub access: Access,
    /// The bytes after the step; the first of them if there are very many.
    pub bytes: Vec<u8>,
}

/// What was written down.
#[derive(Default)]
pub struct Record {
    /// The steps.
    pub steps: Vec<Step>,
    /// The rows of memory that were seen with what was in them at the start.
    pub start: Vec<(u32, usize, Vec<u8>)>,
    /// The names of the functions, by index.
    pub functions: Vec<(u32, String)>,
    /// Whether the call had more steps.
    pub cut: bool,
    depth: usize,
    values: usize,
    bytes: usize,
    rows: HashSet<(u32, usize)>,
    /// Whether something was written that is not kept, so that a row may have changed before it is seen.
    lost: bool,
    /// What the last instruction writes, which is there before the next.
    writing: bool,
}

/// Writes down what it is told, and ends the call when that is enough.
pub struct Recorder {
    /// Where.
    pub record: Arc<Mutex<Record>>,
    /// Ends the call.
    pub end: InterruptHandle,
    /// The module's bytes.
    pub wasm: Vec<u8>,
}

impl Observer for Recorder {
    fn event(&mut self, event: Event<'_>) {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        if record.cut {
            return;
        }
        record.take(event, &self.wasm);
        if record.cut {
            self.end.interrupt();
        }
    }
}

impl Record {
    fn take(&mut self, event: Event<'_>, wasm: &[u8]) {
        match event {
            Event::Enter { function, .. } => self.enter(&function),
            Event::Exit { .. } | Event::HostExit { .. } => self.depth = self.depth.saturating_sub(1),
            Event::HostEnter { module, name, args } => self.host(module, name, args),
            Event::HostRead { memory, address, bytes } => self.host_read(memory, address, bytes),
            Event::Instruction { function, offset, text, operands, frame } => {
                self.settle(&frame);
                if self.is_full() {
                    self.cut = true;
                    return;
                }
                let accesses = Access::of(text, operands, wasm.get(offset..).unwrap_or_default());
                let step = Step::of(self.depth, function.index, offset, text, &frame);
                self.instruction(Step { takes: operands.len(), ..step }, &accesses, &frame);
            }
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        self.steps.len() >= STEPS || self.values >= VALUES || self.bytes >= ALL_BYTES
    }

    fn enter(&mut self, function: &FunctionId<'_>) {
        self.depth += 1;
        if !self.functions.iter().any(|(index, _)| *index == function.index) {
            let name = function.name.map(|name| name.escape_debug().to_string());
            self.functions.push((function.index, name.unwrap_or_else(|| format!("function {}", function.index))));
        }
    }

    fn instruction(&mut self, mut step: Step, accesses: &[Access], frame: &GuestFrame<'_>) {
        self.values += step.stack.len() + step.locals.len();
        if self.steps.is_empty() {
            self.see_first(frame);
        }
        for access in accesses {
            self.touch(*access, frame, &mut step);
        }
        self.writing = step.touches.iter().any(|touch| touch.access.writes);
        self.steps.push(step);
    }

    /// What is at the start of memory gives a picture even if no step touches it.
    fn see_first(&mut self, frame: &GuestFrame<'_>) {
        let bytes = frame.memory(0).unwrap_or_default();
        for (row, bytes) in bytes.chunks(ROW).take(FIRST_ROWS).enumerate() {
            self.rows.insert((0, row));
            self.start.push((0, row * ROW, bytes.to_vec()));
        }
    }

    /// Notes an access, and what is in its rows before it.
    fn touch(&mut self, access: Access, frame: &GuestFrame<'_>, step: &mut Step) {
        let Some(memory) = frame.memory(access.memory) else { return };
        let Some(all) = access.bytes(memory) else { return };
        let kept = &all[..all.len().min(BYTES)];
        let first = access.address as usize / ROW;
        let last = (access.address as usize + kept.len() - 1) / ROW;
        for row in first..=last {
            if !self.rows.insert((access.memory, row)) {
                continue;
            }
            let bytes = memory[row * ROW..(row * ROW + ROW).min(memory.len())].to_vec();
            self.bytes += bytes.len();
            let seen = (access.memory, row * ROW, bytes);
            if self.lost { step.seen.push(seen) } else { self.start.push(seen) }
        }
        self.lost |= access.writes && kept.len() < all.len();
        self.bytes += kept.len();
        step.touches.push(Touch { access, bytes: kept.to_vec() });
    }

    /// The last step's writes have happened: notes what is there now.
    fn settle(&mut self, frame: &GuestFrame<'_>) {
        if !std::mem::take(&mut self.writing) {
            return;
        }
        let Some(step) = self.steps.last_mut() else { return };
        for touch in step.touches.iter_mut().filter(|touch| touch.access.writes) {
            let memory = frame.memory(touch.access.memory).unwrap_or_default();
            if let Some(bytes) = touch.access.bytes(memory) {
                touch.bytes = bytes[..touch.bytes.len()].to_vec();
            }
        }
    }

    /// A call of the host's is a step too. What it has is the host's affair.
    fn host(&mut self, module: &str, name: &str, args: &[Val]) {
        self.depth += 1;
        let args: Vec<String> = args.iter().map(Val::to_string).collect();
        let text = format!("{}.{}({})", module.escape_debug(), name.escape_debug(), args.join(", "));
        self.steps.push(Step { depth: self.depth, text: short(&text), ..Step::default() });
    }

    /// The host reads what the guest has told it to.
    fn host_read(&mut self, memory: u32, address: u64, bytes: &[u8]) {
        let Some(step) = self.steps.last_mut().filter(|step| step.function.is_none()) else { return };
        let kept = bytes[..bytes.len().min(BYTES)].to_vec();
        self.bytes += kept.len();
        let access = Access { memory, writes: false, address, length: bytes.len() as u64 };
        step.touches.push(Touch { access, bytes: kept });
    }
}
