//! Watching values cross, step by step.

use std::fmt;

use crate::resources::ResourceType;

/// Is told each step of a crossing.
///
/// The observer is a type parameter of the contexts. Where nobody watches it is `()`, whose [`ENABLED`](Self::ENABLED)
/// is false: each hook is then an `if false` that the compiler removes.
pub trait Observer {
    /// Whether anybody watches. Values are only gathered for an event if somebody does.
    const ENABLED: bool = true;

    /// Something happened.
    fn event(&mut self, event: Event<'_>);
}

impl Observer for () {
    const ENABLED: bool = false;

    #[inline(always)]
    fn event(&mut self, _: Event<'_>) {}
}

impl<O: Observer + ?Sized> Observer for &mut O {
    const ENABLED: bool = O::ENABLED;

    #[inline(always)]
    fn event(&mut self, event: Event<'_>) {
        (**self).event(event);
    }
}

/// A step of a crossing. Addresses are in the memory of the guest whose context reports it; where two guests are at it,
/// what is read is the source's and what is written and allocated the target's.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Parameters or a result are about to cross.
    Begin(Crossing),
    /// They have crossed, as these core values (32-bit ones in the lower half).
    Flat {
        /// What crossed.
        crossing: Crossing,
        /// The core values.
        values: &'a [u64],
    },
    /// What follows belongs to this part of a value, until the matching `Leave`.
    Enter(Part<'a>),
    /// The part that was entered last is done.
    Leave,
    /// `realloc` was called.
    Realloc {
        /// The address of what is to grow or shrink, or 0.
        old: u64,
        /// Its size.
        old_size: u64,
        /// The alignment that is wanted.
        align: u32,
        /// The size that is wanted.
        new_size: u64,
        /// What it returned, not checked yet.
        result: u64,
    },
    /// Bytes were loaded from a guest's memory.
    Load {
        /// Their address.
        address: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Bytes were stored into a guest's memory.
    Store {
        /// Their address.
        address: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Bytes went from one guest's memory to another's unchanged.
    Copy {
        /// Their address in the source.
        from: u64,
        /// Their address in the target.
        to: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// A handle went from a table or into one.
    Handle {
        /// How it moved.
        movement: HandleMove,
        /// Its index in the guest's table (or its representation, if the guest implements the resource).
        index: u32,
        /// The resource's type.
        resource: ResourceType,
        /// Its representation.
        rep: u32,
    },
    /// `post-return` was called.
    PostReturn {
        /// The core values it was called with.
        values: &'a [u64],
    },
}

/// What crosses, and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// Parameters out of the guest that calls.
    LiftParams,
    /// Parameters into the guest that is called.
    LowerParams,
    /// A result out of the guest that was called.
    LiftResult,
    /// A result into the guest that called.
    LowerResult,
}

/// How a handle moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleMove {
    /// An owned handle left the guest's table.
    LiftOwn,
    /// A handle was lent for a call.
    LiftBorrow,
    /// An owned handle came into the guest's table.
    LowerOwn,
    /// A handle was borrowed for a call.
    LowerBorrow,
    /// A handle that was lent came back: the call has returned.
    EndLend,
    /// `resource.new` put an owned handle into the table of the guest that implements the resource.
    New,
    /// `resource.rep` asked what a handle stands for. The table stays as it is.
    Rep,
    /// `resource.drop` took a handle out of the guest's table.
    Drop,
}

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A field of a record.
    Field(&'a str),
    /// A case of a variant.
    Case(&'a str),
    /// An element of a tuple or list, or a parameter.
    Index(usize),
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Field(name) => write!(f, ".{name}"),
            Part::Case(name) => write!(f, ".{name}()"),
            Part::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// An observer that writes down each step as a line of text, with the path to the part of the value.
///
/// ```
/// use falkirk_canonical_abi::{Heap, InstanceId, InstanceState, LowerContext, Lower, Options, Recorder, Type, TypeEnv};
///
/// let mut heap = Heap::new([0; 4]);
/// let mut recorder = Recorder::default();
/// let mut cx = LowerContext::observed(&mut heap, Options::default(), TypeEnv::NONE, &mut recorder);
/// "hi".lower_flat(&mut cx, Type::String, &mut [0; 2])?;
/// assert_eq!(recorder.lines, ["realloc(0, 0, 1, 2) = 4", "store 0x4: 68 69 |hi|"]);
/// # Ok::<(), falkirk_canonical_abi::Error<std::convert::Infallible>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// The lines.
    pub lines: Vec<String>,
    path: Vec<String>,
}

impl Observer for Recorder {
    fn event(&mut self, event: Event<'_>) {
        let text = match event {
            Event::Enter(part) => return self.path.push(part.to_string()),
            Event::Leave => return drop(self.path.pop()),
            Event::Begin(crossing) => format!("{crossing:?}"),
            Event::Flat { crossing, values } => format!("{crossing:?} = {values:x?}"),
            Event::Realloc { old, old_size, align, new_size, result } => {
                format!("realloc({old}, {old_size}, {align}, {new_size}) = {result}")
            }
            Event::Load { address, bytes } => format!("load {address:#x}: {}", dump(bytes)),
            Event::Store { address, bytes } => format!("store {address:#x}: {}", dump(bytes)),
            Event::Copy { from, to, bytes } => format!("copy {from:#x} to {to:#x}: {}", dump(bytes)),
            Event::Handle { movement, index, rep, .. } => format!("{movement:?}: handle {index} is {rep}"),
            Event::PostReturn { values } => format!("post-return({values:x?})"),
        };
        let path = self.path.concat();
        self.lines.push(if path.is_empty() { text } else { format!("{path}: {text}") });
    }
}

/// Bytes as hexadecimal numbers and as text.
fn dump(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let text: String = bytes.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect();
    format!("{} |{text}|", hex.join(" "))
}
