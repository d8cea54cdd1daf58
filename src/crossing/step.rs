//! A step.

use std::borrow::Cow;

use falkirk_canonical_abi::{CoreType, Crossing, HandleMove};
use falkirk_runtime::Val;

/// Something that happened between the host and its guests, or in a guest.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// How many calls it is in.
    pub depth: usize,
    /// The part of a value that it is about, as in `[0].name`.
    pub path: String,
    /// What happened.
    pub what: What<'a>,
}

/// What happened in a step. Memories and handle tables go by their number in the [`Recording`](super::Recording).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum What<'a> {
    /// A function is entered.
    Call {
        /// The function that calls it, or nothing if that is the host.
        caller: Option<Function>,
        /// The function.
        function: Function,
        /// Its arguments.
        arguments: Vec<Value>,
    },
    /// A function returns.
    Return {
        /// The function that had called it, or nothing if that is the host.
        caller: Option<Function>,
        /// The function.
        function: Function,
        /// Its results.
        results: Vec<Value>,
    },
    /// An instruction is about to run.
    Instruction {
        /// The function it is in.
        function: Function,
        /// Its offset in the module's bytes.
        offset: usize,
        /// The instruction in the text format.
        text: String,
        /// The values it takes from the stack, the top one last.
        operands: Vec<Value>,
    },
    /// The host reads memory.
    Read(Access<'a>),
    /// The host writes memory.
    Write(Access<'a>),
    /// A memory has grown.
    Grow {
        /// The memory.
        memory: usize,
        /// How many pages it had.
        before: u64,
        /// How many it has.
        after: u64,
    },
    /// A call from the host failed.
    Stopped {
        /// The error's message.
        error: String,
    },
    /// A component's function is called, or the host's by a component.
    Enter {
        /// The function's name.
        function: String,
        /// Its type.
        signature: String,
        /// Who calls.
        caller: Party,
        /// Who is called.
        callee: Party,
    },
    /// A component's function returns, or the host's.
    Leave {
        /// The function's name.
        function: String,
        /// Who had called.
        caller: Party,
        /// Who was called.
        callee: Party,
    },
    /// Parameters or a result are about to cross.
    Begin(Crossing),
    /// They have crossed, as these core values.
    Flat {
        /// What crossed.
        crossing: Crossing,
        /// The core values.
        values: Vec<u64>,
        /// Which part of a value each is, as far as that is known.
        parts: Vec<FlatPart>,
    },
    /// Bytes were loaded from a guest's memory.
    Load(Access<'a>),
    /// Bytes were stored into a guest's memory.
    Store(Access<'a>),
    /// Bytes went from one guest's memory to another's unchanged.
    Copy {
        /// The memory they come from.
        from_memory: usize,
        /// Their address there.
        from: u64,
        /// Where they go.
        to: Access<'a>,
    },
    /// A guest's `realloc` was called.
    Realloc {
        /// The guest's memory.
        memory: usize,
        /// The address of what is to grow or shrink, or 0.
        old: u64,
        /// Its size.
        old_size: u64,
        /// The alignment that is wanted.
        align: u32,
        /// The size that is wanted.
        new_size: u64,
        /// What it returned. Nothing says that this is an address.
        result: u64,
    },
    /// A handle went from a table or into one.
    Handle {
        /// The number of the table's guest.
        table: usize,
        /// How it moved.
        movement: HandleMove,
        /// Its index in the table.
        index: u32,
        /// The number of the resource's type.
        resource: u32,
        /// Its representation.
        rep: u32,
        /// The table before, as far as its handles have been seen.
        before: Vec<Entry>,
        /// The table after.
        after: Vec<Entry>,
    },
    /// A guest's `post-return` was called.
    PostReturn {
        /// The guest's memory.
        memory: usize,
        /// The core values it was called with.
        values: Vec<u64>,
    },
}

/// Who takes part in a call of a component's function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// What it is called.
    pub name: String,
    /// The number of the component's instance, which is that of its handle table; nothing for the host.
    pub instance: Option<usize>,
    /// The memory that values go through.
    pub memory: Option<usize>,
}

/// What a core value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatPart {
    /// Its type.
    pub core: CoreType,
    /// The part of a value that it is, with the part's type: `name: string, the length`.
    pub of: String,
}

/// An access to a memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access<'a> {
    /// The memory.
    pub memory: usize,
    /// The address of the first byte.
    pub address: u64,
    /// How many bytes there were.
    pub length: usize,
    /// The bytes, or the first of them where a recording has cut them off.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Access<'a> {
    /// An access to all of these bytes.
    pub fn new(memory: usize, address: u64, bytes: &'a [u8]) -> Access<'a> {
        Access { memory, address, length: bytes.len(), bytes: bytes.into() }
    }
}

/// A function of the host or of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Whether it is the host's.
    pub host: bool,
    /// Its module's name.
    pub module: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its index in its module.
    pub index: Option<u32>,
}

impl Function {
    /// What a person calls it: `greet`, `function 3`, `env.log`. Nothing in it moves a cursor or ends a line.
    pub fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default().escape_debug();
        match (self.host, &self.module, &self.name, self.index) {
            (true, Some(module), ..) => format!("{}.{name}", module.escape_debug()),
            (false, _, None, Some(index)) => format!("function {index}"),
            _ => name.to_string(),
        }
    }
}

/// A value with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its type in the text format.
    pub ty: String,
    /// The value as text.
    pub text: String,
    /// The bits of a float or vector, in hexadecimal digits.
    pub bits: Option<String>,
    /// The part of a component's value that it is.
    pub part: Option<String>,
}

impl From<&Val> for Value {
    fn from(value: &Val) -> Value {
        let (ty, bits) = match value {
            Val::I32(_) => ("i32", None),
            Val::I64(_) => ("i64", None),
            Val::F32(bits) => ("f32", Some(format!("{bits:#010x}"))),
            Val::F64(bits) => ("f64", Some(format!("{bits:#018x}"))),
            Val::V128(vector) => ("v128", Some(format!("{:#034x}", u128::from(*vector)))),
            Val::FuncRef(_) => ("funcref", None),
            Val::ExternRef(_) => ("externref", None),
        };
        Value { ty: ty.to_owned(), text: value.to_string(), bits, part: None }
    }
}

/// A handle in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its index.
    pub index: u32,
    /// The number of the resource's type.
    pub resource: u32,
    /// The resource's representation.
    pub rep: u32,
    /// Whether it is owned; else it is borrowed.
    pub own: bool,
    /// How often it is lent.
    pub lent: u32,
}

impl FlatPart {
    /// A core value of this part.
    pub fn value(&self, number: u64) -> Value {
        let (text, bits) = match self.core {
            CoreType::I32 | CoreType::I64 => (number.to_string(), format!("{number:#x}")),
            CoreType::F32 => (Val::F32(number as u32).to_string(), format!("{:#010x}", number as u32)),
            CoreType::F64 => (Val::F64(number).to_string(), format!("{number:#018x}")),
        };
        Value { ty: self.core.to_string(), text, bits: Some(bits), part: Some(self.of.clone()) }
    }
}
