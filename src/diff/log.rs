//! What happens between a guest and its host: calls of host functions, and the host's accesses to memory.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use falkirk_runtime::{Event, Observer, Store, Val};

use super::value::{Nans, Value, list};

/// How many events of a step are kept one by one; of more there is a count and a hash.
const KEPT: usize = 2000;

/// Something that happened between a guest and its host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostEvent {
    /// A host function is called with these arguments.
    Call {
        /// `module.name` of the import.
        function: String,
        /// The arguments.
        arguments: Vec<Value>,
    },
    /// A host function returns. One that fails does not.
    Return {
        /// `module.name` of the import.
        function: String,
        /// The results.
        results: Vec<Value>,
    },
    /// The host reads memory.
    Read {
        /// The memory's number in the store.
        memory: u32,
        /// The address of the first byte.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The host writes memory.
    Write {
        /// The memory's number in the store.
        memory: u32,
        /// The address of the first byte.
        address: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

impl HostEvent {
    /// The event, if it is of a kind that two engines must agree on.
    fn of(event: Event<'_>) -> Option<HostEvent> {
        let name = |module: &str, name: &str| format!("{}.{}", module.escape_debug(), name.escape_debug());
        let values = |values: &[Val]| values.iter().map(Value::without_store).collect();
        Some(match event {
            Event::HostEnter { module, name: item, args } => {
                HostEvent::Call { function: name(module, item), arguments: values(args) }
            }
            Event::HostExit { module, name: item, results } => {
                HostEvent::Return { function: name(module, item), results: values(results) }
            }
            Event::HostRead { memory, address, bytes } => HostEvent::Read { memory, address, bytes: bytes.to_vec() },
            Event::HostWrite { memory, address, bytes } => HostEvent::Write { memory, address, bytes: bytes.to_vec() },
            _ => return None,
        })
    }

    fn is_like(&self, other: &HostEvent, nans: Nans) -> bool {
        let alike = |a: &[Value], b: &[Value]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_like(*b, nans));
        match (self, other) {
            (HostEvent::Call { function, arguments }, HostEvent::Call { function: name, arguments: others }) => {
                function == name && alike(arguments, others)
            }
            (HostEvent::Return { function, results }, HostEvent::Return { function: name, results: others }) => {
                function == name && alike(results, others)
            }
            (a, b) => a == b,
        }
    }
}

impl fmt::Display for HostEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostEvent::Call { function, arguments } => write!(f, "calls {function}({})", list(arguments)),
            HostEvent::Return { function, results } => write!(f, "{function} returns ({})", list(results)),
            HostEvent::Read { memory, address, bytes } => fmt_access(f, "reads", *memory, *address, bytes),
            HostEvent::Write { memory, address, bytes } => fmt_access(f, "writes", *memory, *address, bytes),
        }
    }
}

fn fmt_access(f: &mut fmt::Formatter<'_>, verb: &str, memory: u32, address: u64, bytes: &[u8]) -> fmt::Result {
    const SHOWN: usize = 16;
    write!(f, "the host {verb} {} bytes at {address:#x} of the store's memory {memory}:", bytes.len())?;
    bytes.iter().take(SHOWN).try_for_each(|byte| write!(f, " {byte:02x}"))?;
    if bytes.len() > SHOWN { f.write_str(" ...") } else { Ok(()) }
}

/// The events of one step.
#[derive(Debug, Default)]
struct Events {
    first: Vec<HostEvent>,
    count: usize,
    hash: DefaultHasher,
}

impl Events {
    fn add(&mut self, event: HostEvent) {
        self.count += 1;
        if self.first.len() < KEPT {
            self.first.push(event);
        } else {
            event.hash(&mut self.hash);
        }
    }
}

/// The log of one store, which its observer writes.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Events>>);

impl Log {
    /// A log of what happens in `store` from now on.
    pub fn of<T>(store: &mut Store<T>) -> Log {
        let log = Log::default();
        store.set_observer(Some(Box::new(log.clone())));
        log
    }

    fn events(&self) -> MutexGuard<'_, Events> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what happened before.
    pub fn clear(&self) {
        *self.events() = Events::default();
    }

    /// How many events there were.
    pub fn count(&self) -> usize {
        self.events().count
    }

    /// The first event that is not the same in both, with what each has there.
    pub fn first_difference(&self, other: &Log, nans: Nans) -> Option<(usize, String, String)> {
        let (a, b) = (self.events(), other.events());
        let differs = |at: &usize| match (a.first.get(*at), b.first.get(*at)) {
            (Some(a), Some(b)) => !a.is_like(b, nans),
            (a, b) => a.is_some() != b.is_some(),
        };
        let at = (0..a.first.len().max(b.first.len())).find(differs).or_else(|| {
            let same = a.count == b.count && (nans == Nans::Alike || a.hash.finish() == b.hash.finish());
            (!same).then_some(KEPT)
        })?;
        Some((at, show(&a, at), show(&b, at)))
    }
}

fn show(events: &Events, at: usize) -> String {
    match events.first.get(at) {
        Some(event) => event.to_string(),
        None if at < KEPT => "nothing more".to_owned(),
        None => format!("{} events, the later ones with hash {:016x}", events.count, events.hash.finish()),
    }
}

impl Observer for Log {
    fn event(&mut self, event: Event<'_>) {
        if let Some(event) = HostEvent::of(event) {
            self.events().add(event);
        }
    }
}
