//! What is said about a difference.

use std::fmt;

/// The first difference between two engines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The step behind which it was seen, as text.
    pub step: String,
    /// Where.
    pub place: Place,
    /// What two engines have there: the engine's name, and what it has. A panic may have only one.
    pub found: Vec<(String, String)>,
}

/// Where two engines differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In how a step ended: one returned and the other failed, or an engine panicked.
    Outcome,
    /// In what failed.
    Failure,
    /// In the frames of a failure.
    Frame(usize),
    /// In a result.
    Result(usize),
    /// In the calls of host functions: their count, or the one with this number.
    HostEvent(usize),
    /// In the size of a memory.
    MemorySize(u32),
    /// In a byte of a memory.
    Memory {
        /// The memory's index.
        memory: u32,
        /// The byte's address.
        address: usize,
    },
    /// In the value of a global.
    Global(u32),
    /// In the size of a table.
    TableSize(u32),
    /// In an element of a table.
    Element {
        /// The table's index.
        table: u32,
        /// The element's index.
        element: u64,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Outcome => f.write_str("how it ended"),
            Place::Failure => f.write_str("what failed"),
            Place::Frame(number) => write!(f, "frame {number} of the backtrace"),
            Place::Result(number) => write!(f, "result {number}"),
            Place::HostEvent(number) => write!(f, "event {number} of the host's log"),
            Place::MemorySize(memory) => write!(f, "the size of memory {memory}"),
            Place::Memory { memory, address } => write!(f, "memory {memory} at address {address:#x}"),
            Place::Global(global) => write!(f, "global {global}"),
            Place::TableSize(table) => write!(f, "the size of table {table}"),
            Place::Element { table, element } => write!(f, "element {element} of table {table}"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.place)?;
        let width = self.found.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 1;
        self.found.iter().try_for_each(|(name, found)| write!(f, "\n  {:width$} {found}", format!("{name}:")))
    }
}
