//! Files and lines from a module's DWARF sections.

use std::sync::{Arc, Mutex, PoisonError};

use addr2line::Context;
use gimli::{EndianReader, LittleEndian, SectionId};

use super::{BacktraceFrame, without_hash};
use crate::module::Module;

/// Reads a copy of a debug section.
type Reader = EndianReader<LittleEndian, Arc<[u8]>>;

/// The debug information of a module. Its context remembers what was read, and so needs a lock.
pub(crate) struct Dwarf(Mutex<Context<Reader>>);

impl Dwarf {
    /// Reads the debug sections of a module; `None` if there are none or they cannot be read.
    pub fn read(module: &Module) -> Option<Dwarf> {
        module.custom_range(SectionId::DebugInfo.name())?;
        let section = |id: SectionId| -> Result<Reader, gimli::Error> {
            let range = module.custom_range(id.name()).unwrap_or(0..0);
            Ok(Reader::new(Arc::from(&module.bytes()[range]), LittleEndian))
        };
        let context = Context::from_dwarf(gimli::Dwarf::load(section).ok()?).ok()?;
        Some(Dwarf(Mutex::new(context)))
    }

    /// The frames that this has for an address, innermost first: function, file and line.
    fn frames(&self, address: u64) -> Option<Vec<Place>> {
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut frames = context.find_frames(address).skip_all_loads().ok()?;
        let mut places = Vec::new();
        while let Some(frame) = frames.next().ok()? {
            let name = frame.function.and_then(|name| Some(without_hash(&name.demangle().ok()?).to_owned()));
            let location = frame.location;
            let file = location.as_ref().and_then(|location| location.file).map(str::to_owned);
            places.push(Place { name, file, line: location.and_then(|location| location.line) });
        }
        Some(places)
    }
}

/// A place in a source.
struct Place {
    name: Option<String>,
    file: Option<String>,
    line: Option<u32>,
}

/// The frames that DWARF has for a place, innermost first; `None` if it has none.
pub(super) fn resolve(module: &Module, frame: &BacktraceFrame) -> Option<Vec<BacktraceFrame>> {
    // Addresses count from the start of the code section's contents.
    let address = frame.offset.checked_sub(module.code_start())?;
    let places = module.dwarf()?.frames(address as u64)?;
    let last = places.len().checked_sub(1)?;
    let frames = places.into_iter().enumerate().map(|(position, place)| {
        let inlined = position < last;
        // The name section's name for a whole function is as the linker wrote it for people.
        let name = if inlined { place.name } else { frame.name.clone().or(place.name) };
        BacktraceFrame { name, file: place.file, line: place.line, inlined, ..frame.clone() }
    });
    Some(frames.collect())
}
