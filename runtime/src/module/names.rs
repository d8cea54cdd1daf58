//! Names for people: the name section (specification, appendix "Custom Sections", "Name Section").

use std::ops::Range;

use wasmparser::{BinaryReader, Name, NameMap, NameSectionReader};

/// The names of a module and its functions, as ranges of the module's bytes.
#[derive(Debug, Default)]
pub(super) struct Names {
    module: Option<Range<usize>>,
    /// Function indices with their names, by ascending index.
    functions: Vec<(u32, Range<usize>)>,
}

impl Names {
    /// Reads a name section. It is advisory: what cannot be read is left out.
    pub fn read(bytes: &[u8], section: Range<usize>) -> Names {
        let mut names = Names::default();
        let range = |name: &str| {
            let start = name.as_ptr().addr() - bytes.as_ptr().addr();
            start..start + name.len()
        };
        let reader = BinaryReader::new(&bytes[section.clone()], section.start as u64);
        for subsection in NameSectionReader::new(reader).map_while(Result::ok) {
            match subsection {
                Name::Module { name, .. } => names.module = Some(range(name)),
                Name::Function(map) => names.functions = function_names(map, range),
                _ => {}
            }
        }
        names
    }

    /// The module's name.
    pub fn module<'a>(&self, bytes: &'a [u8]) -> Option<&'a str> {
        text(bytes, self.module.clone()?)
    }

    /// The name of function `index`.
    pub fn function<'a>(&self, bytes: &'a [u8], index: u32) -> Option<&'a str> {
        let position = self.functions.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        text(bytes, self.functions[position].1.clone())
    }
}

/// The names up to the first that cannot be read; the indices ascend, or it could not.
fn function_names(map: NameMap<'_>, range: impl Fn(&str) -> Range<usize>) -> Vec<(u32, Range<usize>)> {
    map.map_while(Result::ok).map(|naming| (naming.index, range(naming.name))).collect()
}

fn text(bytes: &[u8], range: Range<usize>) -> Option<&str> {
    std::str::from_utf8(bytes.get(range)?).ok()
}
