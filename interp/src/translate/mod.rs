//! Wasm operators to code, in one pass over a function's body.
//!
//! The operand stack of the specification becomes an abstract stack of [`Entry`]s: a local, a constant, or a
//! temporary. A temporary lives in the slot of its height, so that branches which join agree by construction. Nothing
//! is emitted for `local.get` and constants: they wait on the abstract stack until an instruction takes them as
//! operands. The result of an instruction that is set to a local goes there directly, and an instruction whose result
//! the next one consumes is rewritten to be part of it (see [`fuse`]).
//!
//! | module | what it translates |
//! | --- | --- |
//! | [`operator`] | dispatches over wasm's operators |
//! | [`stack`] | the abstract stack, and what the accumulators mirror |
//! | [`numeric`], [`fuse`] | numeric instructions, and several of them as one |
//! | [`memory`] | loads and stores |
//! | [`control`], [`condition`] | blocks and branches, and what branches depend on |
//! | [`call`] | calls and returns |
//! | [`simd`] | vector instructions |

mod call;
mod condition;
mod control;
#[cfg(feature = "explain")]
pub mod explain;
mod fuse;
mod memory;
mod numeric;
mod operator;
mod rare;
mod simd;
mod stack;
#[cfg(any(feature = "trace", feature = "explain"))]
pub mod text;
#[cfg(feature = "trace")]
pub mod trace;

use falkirk_runtime::Error;
use falkirk_runtime::ValType;
use falkirk_runtime::engine::Settings;
use falkirk_runtime::module::ModuleInfo;
use wasmparser::{BinaryReader, FunctionBody, OperatorsReader, OperatorsReaderAllocations};

use crate::exec::numeric::{Zero, ZeroSome};
use crate::exec::state::{Handler, handler};
use crate::forms::Class;
use control::{Block, Fixup};
use stack::{Entry, Last, NO_SLOT};

/// The most slots that a frame may have: slots are named with 16 bits, and one name means none.
pub const MAX_SLOTS: usize = u16::MAX as usize - 1;

/// The words before the first instruction: fuel, the head, and the instruction that zeroes the locals.
const PROLOGUE: usize = 4;

/// Translates functions, one after another, with buffers that it keeps.
#[derive(Default)]
pub struct Translator {
    code: Vec<u64>,
    stack: Vec<Entry>,
    blocks: Vec<Block>,
    nesting: OperatorsReaderAllocations,
    fixups: Vec<Fixup>,
    locals: Locals,
    /// Which slot each accumulator mirrors, by class.
    acc: [u16; 3],
    /// The instruction emitted last, and the one before it, while no label stands behind them.
    last: Option<Last>,
    prev: Option<Last>,
    /// How many entries of the stack are locals that wait.
    waiting: usize,
    /// Whether the code here can't be reached, and how many blocks were opened since.
    dead: Option<usize>,
    /// The first slot after the locals; the highest slot used so far.
    temps: usize,
    max_slot: usize,
    /// Where this frame's header is.
    header: u16,
    result_types: Vec<ValType>,
    assigned: Assigned,
    metered: bool,
    /// Fuel of the operators outside loops, and of each loop that is open.
    fuel: u64,
    loop_fuel: Vec<u64>,
    /// The offset of the operator in the module, and, if wanted, where the code of each operator starts.
    offset: usize,
    positions: Option<Vec<(u32, usize)>>,
    entry: usize,
    table_stubs: Vec<(u32, u32)>,
    table_epoch: u32,
    /// What tracing needs, if this engine traces.
    #[cfg(feature = "trace")]
    pub tracing: Option<trace::Tracing>,
}

/// A local: its slot and class.
#[derive(Clone, Copy)]
struct Local {
    slot: u16,
    class: Class,
}

/// Which locals are certainly set before they are read: those set before the first branch. They need no zero at the
/// start. Tracked for the first 64 locals.
#[derive(Default)]
struct Assigned {
    straight: bool,
    set: u64,
    read: u64,
}

/// A translated function.
pub struct Translated<'a> {
    /// Its words.
    pub words: &'a [u64],
    /// Where among them the first instruction is. The word before it holds the header's slot and the frame's size in
    /// bytes (in the high and the low half), the word before that the fuel.
    pub entry: usize,
}

/// Where the code of each operator starts: word numbers with offsets in the module, in order.
pub type Positions = Vec<(u32, usize)>;

impl Translator {
    /// Translates the function that the module defines with this number.
    ///
    /// # Errors
    ///
    /// Its frame would take more than [`MAX_SLOTS`] slots.
    pub fn translate(&mut self, info: &ModuleInfo, number: u32, settings: Settings) -> Result<Translated<'_>, Error> {
        let index = info.imported_functions + number;
        let range = info.bodies[number as usize].clone();
        let body = FunctionBody::new(BinaryReader::new(&info.bytes[range.clone()], range.start as u64));
        self.start(info, index, &body, settings)?;
        let operators = BUG(body.get_binary_reader_for_operators());
        let mut reader = OperatorsReader::new_with_allocs(operators, std::mem::take(&mut self.nesting));
        while !reader.eof() {
            self.offset = reader.original_position() as usize;
            let operator = BUG(reader.read());
            self.operator(info, &operator);
            if self.max_slot > MAX_SLOTS {
                return Err(too_large(info, index));
            }
        }
        self.nesting = reader.into_allocations();
        let entry = self.finish();
        self.entry = entry;
        Ok(Translated { words: &self.code, entry })
    }

    /// The first instruction of the function translated last, in words from the start.
    pub fn entry(&self) -> usize {
        self.entry
    }

    /// Translates a function once more, to learn where the code of each operator starts.
    pub fn positions(&mut self, info: &ModuleInfo, number: u32, settings: Settings) -> Positions {
        self.positions = Some(Vec::new());
        if let Err(error) = self.translate(info, number, settings) {
            panic!("BUG: function {number} was translated before and now is not: {error}");
        }
        self.positions.take().unwrap_or_default()
    }

    /// Lays out the frame and reserves the prologue.
    fn start(
        &mut self,
        info: &ModuleInfo,
        index: u32,
        body: &FunctionBody<'_>,
        settings: Settings,
    ) -> Result<(), Error> {
        let ty = info.func_type(index);
        self.code.clear();
        self.code.resize(PROLOGUE, 0);
        self.stack.clear();
        self.blocks.clear();
        self.fixups.clear();
        self.locals.clear();
        self.acc = [NO_SLOT; 3];
        self.last = None;
        self.prev = None;
        self.waiting = 0;
        self.dead = None;
        self.metered = settings.fuel;
        self.fuel = 1;
        self.loop_fuel.clear();
        self.assigned = Assigned { straight: true, set: 0, read: 0 };
        self.result_types.clear();
        self.result_types.extend_from_slice(ty.results());
        if let Some(positions) = &mut self.positions {
            positions.clear();
        }
        let mut slot = 0;
        for &param in ty.params() {
            self.add_local(&mut slot, 1, param).map_err(|()| too_large(info, index))?;
        }
        let header = ty.param_slots().max(ty.result_slots());
        slot = header + 2;
        let mut locals = BUG(body.get_locals_reader());
        for _ in 0..locals.get_count() {
            let (count, ty) = BUG(locals.read());
            self.add_local(&mut slot, count, info.val_type(ty)).map_err(|()| too_large(info, index))?;
        }
        self.header = header as u16;
        self.temps = slot;
        self.max_slot = slot;
        self.open_function();
        #[cfg(feature = "trace")]
        self.start_tracing(info, index, body);
        Ok(())
    }

    fn add_local(&mut self, slot: &mut usize, count: u32, ty: ValType) -> Result<(), ()> {
        let class = Class::of(ty);
        let first = *slot;
        *slot += count as usize * class.slots();
        if *slot > MAX_SLOTS {
            return Err(());
        }
        self.locals.add(first as u16, count, class);
        Ok(())
    }

    /// Writes the prologue and gives the first instruction's place.
    fn finish(&mut self) -> usize {
        let entry = match self.zeroed() {
            Some((start, end)) => {
                let handler: Handler = match end - start {
                    1 => handler::<ZeroSome<1>>,
                    2 => handler::<ZeroSome<2>>,
                    3 => handler::<ZeroSome<3>>,
                    4 => handler::<ZeroSome<4>>,
                    _ => handler::<Zero>,
                };
                self.code[2] = handler as usize as u64;
                self.code[3] = halves([start, end - start, 0, 0]);
                2
            }
            None => PROLOGUE,
        };
        self.code[entry - 2] = if self.metered { self.fuel } else { 0 };
        self.code[entry - 1] = u64::from(self.header) << 32 | (self.max_slot * 8) as u64;
        entry
    }

    /// The slots, from the first to the one behind the last, of the locals that must be zero at the start.
    fn zeroed(&self) -> Option<(u16, u16)> {
        let first_local = self.header + 2;
        let unset =
            |position: &usize| self.locals.get(*position).slot >= first_local && self.assigned.set >> position & 1 == 0;
        let tracked = self.locals.count.min(64);
        let first = (0..tracked).find(unset);
        let start = match first {
            Some(position) => self.locals.get(position).slot,
            None if self.locals.count > 64 => self.locals.get(64).slot.max(first_local),
            None => return None,
        };
        let end = match (0..tracked).rfind(unset) {
            Some(position) if self.locals.count <= 64 => {
                let local = self.locals.get(position);
                local.slot + local.class.slots() as u16
            }
            _ => self.temps as u16,
        };
        (start < end).then_some((start, end))
    }
}

/// A function's locals, parameters first: the first few each, the rest in runs as they were declared.
#[derive(Default)]
struct Locals {
    near: Vec<Local>,
    runs: Vec<(usize, Local)>,
    count: usize,
}

impl Locals {
    fn clear(&mut self) {
        self.near.clear();
        self.runs.clear();
        self.count = 0;
    }

    fn add(&mut self, first: u16, count: u32, class: Class) {
        if count == 0 {
            return;
        }
        self.runs.push((self.count, Local { slot: first, class }));
        self.count += count as usize;
        while self.near.len() < self.count.min(128) {
            self.near.push(self.far(self.near.len()));
        }
    }

    #[inline]
    fn get(&self, index: usize) -> Local {
        match self.near.get(index) {
            Some(local) => *local,
            None => self.far(index),
        }
    }

    /// The slot of each, in order.
    #[cfg(feature = "trace")]
    fn slots(&self) -> impl Iterator<Item = u16> + '_ {
        (0..self.count).map(|index| self.get(index).slot)
    }

    fn far(&self, index: usize) -> Local {
        let run = self.runs.partition_point(|(first, _)| *first <= index) - 1;
        let (first, local) = self.runs[run];
        Local { slot: local.slot + ((index - first) * local.class.slots()) as u16, class: local.class }
    }
}

impl Class {
    /// The class of values of a type.
    pub fn of(ty: ValType) -> Class {
        match ty {
            ValType::I32 | ValType::I64 | ValType::Ref(_) => Class::Int,
            ValType::F32 => Class::F32,
            ValType::F64 => Class::F64,
            ValType::V128 => Class::Vec,
        }
    }

    /// How many slots a value takes.
    pub fn slots(self) -> usize {
        match self {
            Class::Vec => 2,
            _ => 1,
        }
    }
}

/// Four halfwords as a word, the first in the low bits.
fn halves([a, b, c, d]: [u16; 4]) -> u64 {
    u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48
}

/// Two halfwords and 32 bits as a word.
fn halves_int(a: u16, b: u16, int: i32) -> u64 {
    u64::from(a) | u64::from(b) << 16 | u64::from(int as u32) << 32
}

fn too_large(info: &ModuleInfo, index: u32) -> Error {
    Error::implementation_limit(format!(
        "function {index} needs more than {MAX_SLOTS} slots for its locals and operands; the interpreter has no room \
         for more (offset {:#x})",
        info.body(index).map_or(0, |body| body.start)
    ))
}

/// What validation has read without error reads without error.
#[allow(non_snake_case)]
fn BUG<T>(read: wasmparser::Result<T>) -> T {
    match read {
        Ok(value) => value,
        Err(error) => panic!("BUG: a validated function does not parse: {error}"),
    }
}

/// The memory that a load or store accesses.
fn memory_of(arg: &wasmparser::MemArg) -> u32 {
    match arg.target {
        wasmparser::MemArgTarget::Memory(index) => index,
        wasmparser::MemArgTarget::Array(_) => panic!("BUG: validation let an access to an array pass"),
    }
}
