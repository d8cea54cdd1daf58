//! What things are called: as in the text format where they have names, else by their numbers.

use std::collections::{HashMap, HashSet};

use falkirk_runtime::Module;
use falkirk_runtime::module::{EntityIndex, Naming};
use wasmparser::{BinaryReader, Name, NameMap, NameSectionReader};

/// The names of a module, and of one function's locals.
#[derive(Debug, Default)]
pub struct Names {
    functions: HashMap<u32, String>,
    exported: HashMap<u32, String>,
    locals: HashMap<u32, String>,
    globals: HashMap<u32, String>,
    tables: HashMap<u32, String>,
    memories: HashMap<u32, String>,
    types: HashMap<u32, String>,
}

impl Names {
    /// Reads the names of a module, and those of the locals of this function. What cannot be read has none.
    pub fn of(module: &Module, function: u32) -> Names {
        let mut names = Names::default();
        for section in module.custom_sections("name") {
            for subsection in NameSectionReader::new(BinaryReader::new(section, 0)).map_while(std::result::Result::ok) {
                names.read(subsection, function);
            }
        }
        for export in &module.info().exports {
            if let EntityIndex::Func(index) = export.entity {
                names.exported.entry(index).or_insert_with(|| format!("\"{}\"", export.name.escape_debug()));
            }
        }
        names
    }

    fn read(&mut self, subsection: Name<'_>, function: u32) {
        match subsection {
            Name::Function(map) => self.functions = read(map),
            Name::Global(map) => self.globals = read(map),
            Name::Table(map) => self.tables = read(map),
            Name::Memory(map) => self.memories = read(map),
            Name::Type(map) => self.types = read(map),
            Name::Local(functions) => {
                let mut functions = functions.into_iter().map_while(std::result::Result::ok);
                if let Some(found) = functions.find(|naming| naming.index == function) {
                    self.locals = read(found.names);
                }
            }
            _ => {}
        }
    }

    /// The name of a function in the name section, as the text format has it.
    pub fn identifier(&self, function: u32) -> Option<&str> {
        self.functions.get(&function).map(|name| &**name)
    }

    /// The name under which a function is exported first, in quotes.
    pub fn exported(&self, function: u32) -> Option<&str> {
        self.exported.get(&function).map(|name| &**name)
    }
}

impl Naming for Names {
    fn local(&self, index: u32) -> String {
        self.locals.get(&index).cloned().unwrap_or_else(|| format!("${index}"))
    }

    fn function(&self, index: u32) -> String {
        let name = self.identifier(index).or_else(|| self.exported(index));
        name.map_or_else(|| format!("func {index}"), str::to_owned)
    }

    fn global(&self, index: u32) -> String {
        number_or(&self.globals, index)
    }

    fn table(&self, index: u32) -> String {
        number_or(&self.tables, index)
    }

    fn memory(&self, index: u32) -> String {
        number_or(&self.memories, index)
    }

    fn function_type(&self, index: u32) -> String {
        number_or(&self.types, index)
    }
}

fn number_or(names: &HashMap<u32, String>, index: u32) -> String {
    names.get(&index).cloned().unwrap_or_else(|| index.to_string())
}

/// The names of a map, as identifiers; of several that are the same, those after the first have their number too.
fn read(map: NameMap<'_>) -> HashMap<u32, String> {
    let mut seen = HashSet::new();
    let identified = map.into_iter().map_while(std::result::Result::ok).map(|naming| {
        let name = identifier(naming.name);
        let name = if seen.insert(naming.name) { name } else { format!("{name}#{}", naming.index) };
        (naming.index, name)
    });
    identified.collect()
}

/// A name as an identifier of the text format (section 6.3.5).
fn identifier(name: &str) -> String {
    let plain = |char: char| char.is_ascii_graphic() && !"\"(),;[]{}".contains(char);
    if !name.is_empty() && name.chars().all(plain) {
        format!("${name}")
    } else {
        format!("$\"{}\"", name.escape_debug())
    }
}
