//! Modules: parsed and validated once, with code that every instance shares.

mod bodies;
mod info;
mod names;
mod naming;
mod parse;
mod precompiled;
mod proposals;
#[cfg(feature = "wat")]
mod text;
mod wasm_types;

use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

pub use info::{
    ConstExpr, ConstOp, DataSegment, ElementItems, ElementMode, ElementSegment, EntityIndex, EntityType, Export,
    Import, ModuleInfo,
};
pub use naming::Naming;
pub(crate) use precompiled::precompile;
pub use precompiled::{is_precompiled, precompiled_wasm};

use crate::engine::{Engine, ModuleCode};
use crate::error::{Error, Result};
use crate::types::ExternType;
use crate::vm::read_file;
use names::Names;
use parse::{CustomSection, Parsed};
use precompiled::Precompiled;

/// A module: validated, with its code ready or made ready function by function, as
/// [`Config::lazy_above`](crate::Config::lazy_above) says.
///
/// A clone is another handle to the same module. It can be instantiated in any number of stores of its engine, on any
/// thread.
///
/// [The book](crate#in-the-book) explains it in chapters 1 and 4.
#[derive(Clone)]
pub struct Module(Arc<Inner>);

struct Inner {
    engine: Engine,
    info: Arc<ModuleInfo>,
    code: Arc<dyn ModuleCode>,
    source: CodeSource,
    refusal: Option<String>,
    func_refs: Vec<u32>,
    custom_sections: Vec<CustomSection>,
    names: OnceLock<Names>,
    /// Positions in the exports, ordered by name, for modules with many.
    exports_by_name: OnceLock<Box<[u32]>>,
    /// Functions with the positions of their exports, ordered, for functions without a name.
    exports_by_function: OnceLock<Box<[(u32, u32)]>>,
    #[cfg(feature = "dwarf")]
    code_start: usize,
    #[cfg(feature = "dwarf")]
    dwarf: OnceLock<Option<crate::backtrace::dwarf::Dwarf>>,
}

/// Where a module's code came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeSource {
    /// It was made now, or is made function by function.
    Made,
    /// From the code cache ([`Config::cache`](crate::Config::cache)).
    Cache,
    /// From the precompiled file that the module was made from ([`Engine::precompile`]).
    File,
}

/// Up to so many exports are searched one after the other.
const FEW_EXPORTS: usize = 12;

impl Module {
    /// Parses, validates and prepares a module in the binary format, in the text format (with the cargo feature `wat`), or
    /// from a precompiled file ([`Engine::precompile`]).
    ///
    /// The code of a precompiled file is used if it can be trusted; [`Module::refusal`] says why it was not.
    ///
    /// Modules may use everything up to WebAssembly 3.0 except garbage collection, exceptions and threads.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Invalid`](crate::ErrorKind::Invalid): the module is malformed or invalid, is a component, or uses
    ///   a proposal that is off or not supported, which the message names;
    /// - [`ErrorKind::Text`](crate::ErrorKind::Text): the text cannot be parsed;
    /// - [`Limit::Implementation`](crate::Limit::Implementation): it passes a limit of this implementation.
    pub fn new(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Module> {
        Module::from_bytes(engine, Bytes::Borrowed(bytes.as_ref()), None)
    }

    /// As [`Module::new`], for bytes that the module may share, so that a large binary need not be copied.
    ///
    /// # Errors
    ///
    /// Those of [`Module::new`].
    pub fn new_shared(engine: &Engine, bytes: Arc<Vec<u8>>) -> Result<Module> {
        Module::from_bytes(engine, Bytes::Shared(bytes), None)
    }

    /// As [`Module::new`], with the contents of a file.
    ///
    /// # Errors
    ///
    /// Those of [`Module::new`], and [`ErrorKind::Host`](crate::ErrorKind::Host) with a [`std::io::Error`] if the file
    /// cannot be read.
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Module> {
        let path = path.as_ref();
        let bytes = File::open(path).and_then(|file| read_file(&file)).map_err(|error| {
            let message = format!("cannot read the module {}: {error}", path.display());
            Error::host(std::io::Error::new(error.kind(), message))
        })?;
        Module::from_bytes(engine, Bytes::Shared(Arc::new(bytes)), Some(path))
    }

    /// Parses and validates a module, and prepares nothing.
    ///
    /// # Errors
    ///
    /// Those of [`Module::new`].
    pub fn validate(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<()> {
        parse::parse(engine, wasm_of(bytes.as_ref())?)?.validate_bodies()
    }

    fn from_bytes(engine: &Engine, bytes: Bytes<'_>, path: Option<&Path>) -> Result<Module> {
        match Precompiled::read(&bytes)? {
            Some(file) => Module::from_precompiled(engine, &file),
            None => Module::make(engine, parse::parse(engine, binary(bytes, path)?)?, None),
        }
    }

    fn from_precompiled(engine: &Engine, file: &Precompiled<'_>) -> Result<Module> {
        let damage = |error| file.check().err().unwrap_or(error);
        let parsed = parse::parse(engine, Arc::new(file.wasm.to_vec())).map_err(damage)?;
        match engine.backend().load(&parsed.info, engine.config().settings(), file.code) {
            Ok(code) => Ok(Module::with_code(engine, parsed, code, CodeSource::File, None)),
            Err(refusal) => {
                file.check()?;
                Module::make(engine, parsed, Some(refusal))
            }
        }
    }

    /// Finds or makes the code of a module.
    fn make(engine: &Engine, parsed: Parsed, refusal: Option<String>) -> Result<Module> {
        let (backend, settings) = (engine.backend(), engine.config().settings());
        if let Some(code) = backend.restore(&parsed.info, settings) {
            return Ok(Module::with_code(engine, parsed, code, CodeSource::Cache, refusal));
        }
        parsed.validate_bodies()?;
        let code = backend.prepare(&parsed.info, settings)?;
        Ok(Module::with_code(engine, parsed, code, CodeSource::Made, refusal))
    }

    fn with_code(
        engine: &Engine,
        parsed: Parsed,
        code: Arc<dyn ModuleCode>,
        source: CodeSource,
        refusal: Option<String>,
    ) -> Module {
        #[cfg(not(feature = "dwarf"))]
        let _ = parsed.code_start;
        Module(Arc::new(Inner {
            engine: engine.clone(),
            info: parsed.info,
            code,
            source,
            refusal,
            func_refs: parsed.func_refs,
            custom_sections: parsed.custom_sections,
            names: OnceLock::new(),
            exports_by_name: OnceLock::new(),
            exports_by_function: OnceLock::new(),
            #[cfg(feature = "dwarf")]
            code_start: parsed.code_start,
            #[cfg(feature = "dwarf")]
            dwarf: OnceLock::new(),
        }))
    }

    /// The engine that the module was made with.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What the module declares, in detail.
    pub fn info(&self) -> &Arc<ModuleInfo> {
        &self.0.info
    }

    /// The module's binary.
    pub fn bytes(&self) -> &[u8] {
        &self.0.info.bytes
    }

    /// The module's imports, in order.
    pub fn imports(&self) -> impl ExactSizeIterator<Item = ImportType<'_>> {
        self.0.info.imports.iter().map(|import| ImportType { info: &self.0.info, import })
    }

    /// The module's exports, in order.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = ExportType<'_>> {
        self.0.info.exports.iter().map(|export| ExportType { info: &self.0.info, export })
    }

    /// The type of the export with this name.
    pub fn get_export(&self, name: &str) -> Option<ExternType> {
        Some(self.0.info.extern_type(self.find_export(name)?))
    }

    /// The module's name, if its name section has one.
    pub fn name(&self) -> Option<&str> {
        self.names().module(self.bytes())
    }

    /// The name of function `index` (imported ones first): from the name section, else that of an export or import.
    pub fn function_name(&self, index: u32) -> Option<&str> {
        let info = &self.0.info;
        let named = self.names().function(self.bytes(), index);
        let imported = || info.imports.iter().filter(|import| matches!(import.entity, EntityType::Func(_)));
        named
            .or_else(|| self.export_of_function(index))
            .or_else(|| (index < info.imported_functions).then(|| imported().nth(index as usize))?.map(|it| &*it.name))
    }

    /// The contents of the custom sections with this name, in order.
    pub fn custom_sections<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.custom_ranges(name).map(|range| &self.bytes()[range])
    }

    /// The size of the code made so far, in bytes.
    pub fn code_size(&self) -> usize {
        self.0.code.code_size()
    }

    /// Where the code came from.
    pub fn code_source(&self) -> CodeSource {
        self.0.source
    }

    /// Why the code in the precompiled file that this module was made from is not used, as the end of a sentence; `None`
    /// if it is, or if there was no such file.
    pub fn refusal(&self) -> Option<&str> {
        self.0.refusal.as_deref()
    }

    pub(crate) fn code(&self) -> &dyn ModuleCode {
        &*self.0.code
    }

    /// For each `FuncRef` of an instance, in order, the function it is for.
    pub(crate) fn func_refs(&self) -> &[u32] {
        &self.0.func_refs
    }

    /// What is exported under this name.
    pub(crate) fn find_export(&self, name: &str) -> Option<EntityIndex> {
        let exports = &self.0.info.exports;
        if exports.len() <= FEW_EXPORTS {
            return exports.iter().find(|export| *export.name == *name).map(|export| export.entity);
        }
        let by_name = self.0.exports_by_name.get_or_init(|| {
            let mut positions: Box<[u32]> = (0..exports.len() as u32).collect();
            positions.sort_unstable_by_key(|&position| &*exports[position as usize].name);
            positions
        });
        let found = by_name.binary_search_by_key(&name, |&position| &*exports[position as usize].name).ok()?;
        Some(exports[by_name[found] as usize].entity)
    }

    /// The first name under which function `index` is exported.
    fn export_of_function(&self, index: u32) -> Option<&str> {
        let exports = &self.0.info.exports;
        let by_function = self.0.exports_by_function.get_or_init(|| {
            let function = |(position, export): (usize, &Export)| match export.entity {
                EntityIndex::Func(function) => Some((function, position as u32)),
                _ => None,
            };
            let mut functions: Box<[(u32, u32)]> = exports.iter().enumerate().filter_map(function).collect();
            functions.sort_unstable();
            functions
        });
        let first = by_function.partition_point(|(function, _)| *function < index);
        let (_, position) = by_function.get(first).filter(|(function, _)| *function == index)?;
        Some(&exports[*position as usize].name)
    }

    fn names(&self) -> &Names {
        self.0.names.get_or_init(|| match self.custom_ranges("name").next() {
            Some(section) => Names::read(self.bytes(), section),
            None => Names::default(),
        })
    }

    fn custom_ranges<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.0.custom_sections.iter().filter(move |section| *section.name == *name).map(|section| section.range.clone())
    }

    /// Where the first custom section with this name has its contents.
    #[cfg(feature = "dwarf")]
    pub(crate) fn custom_range(&self, name: &str) -> Option<Range<usize>> {
        self.custom_ranges(name).next()
    }

    /// Where the code section's contents start.
    #[cfg(feature = "dwarf")]
    pub(crate) fn code_start(&self) -> usize {
        self.0.code_start
    }

    /// The module's debug information, if it has some that can be read.
    #[cfg(feature = "dwarf")]
    pub(crate) fn dwarf(&self) -> Option<&crate::backtrace::dwarf::Dwarf> {
        self.0.dwarf.get_or_init(|| crate::backtrace::dwarf::Dwarf::read(self)).as_ref()
    }
}

/// The binary format of a file, precompiled or not.
fn wasm_of(bytes: &[u8]) -> Result<Arc<Vec<u8>>> {
    match Precompiled::read(bytes)? {
        Some(file) => file.check().map(|()| Arc::new(file.wasm.to_vec())),
        None => binary(Bytes::Borrowed(bytes), None),
    }
}

/// The binary format of these bytes, which become the module's own.
fn binary(bytes: Bytes<'_>, path: Option<&Path>) -> Result<Arc<Vec<u8>>> {
    #[cfg(feature = "wat")]
    if let std::borrow::Cow::Owned(binary) = text::to_binary(&bytes, path)? {
        return Ok(Arc::new(binary));
    }
    #[cfg(not(feature = "wat"))]
    let _ = path;
    Ok(match bytes {
        Bytes::Borrowed(bytes) => Arc::new(bytes.to_vec()),
        Bytes::Shared(bytes) => bytes,
    })
}

/// What a module is made of.
enum Bytes<'a> {
    Borrowed(&'a [u8]),
    /// The module may keep them.
    Shared(Arc<Vec<u8>>),
}

impl std::ops::Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Borrowed(bytes) => bytes,
            Bytes::Shared(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = &self.0.info;
        f.debug_struct("Module")
            .field("name", &self.name())
            .field("bytes", &info.bytes.len())
            .field("imports", &info.imports.len())
            .field("exports", &info.exports.len())
            .field("functions", &info.functions.len())
            .finish()
    }
}

impl ModuleInfo {
    /// The type of something in an index space, as an import or export.
    pub(crate) fn extern_type(&self, entity: EntityIndex) -> ExternType {
        match entity {
            EntityIndex::Func(index) => ExternType::Func(self.func_type(index).clone()),
            EntityIndex::Table(index) => ExternType::Table(self.tables[index as usize]),
            EntityIndex::Memory(index) => ExternType::Memory(self.memories[index as usize]),
            EntityIndex::Global(index) => ExternType::Global(self.globals[index as usize]),
        }
    }

    /// The type of an import.
    pub(crate) fn import_type(&self, import: &Import) -> ExternType {
        match import.entity {
            EntityType::Func(ty) => ExternType::Func(self.types[ty as usize].0.clone()),
            EntityType::Table(ty) => ExternType::Table(ty),
            EntityType::Memory(ty) => ExternType::Memory(ty),
            EntityType::Global(ty) => ExternType::Global(ty),
        }
    }
}

/// An import of a module.
#[derive(Clone, Copy, Debug)]
pub struct ImportType<'a> {
    info: &'a ModuleInfo,
    import: &'a Import,
}

impl<'a> ImportType<'a> {
    /// The module name it asks for.
    pub fn module(&self) -> &'a str {
        &self.import.module
    }

    /// The name it asks for.
    pub fn name(&self) -> &'a str {
        &self.import.name
    }

    /// What it asks for.
    pub fn ty(&self) -> ExternType {
        self.info.import_type(self.import)
    }
}

/// An export of a module.
#[derive(Clone, Copy, Debug)]
pub struct ExportType<'a> {
    info: &'a ModuleInfo,
    export: &'a Export,
}

impl<'a> ExportType<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.export.name
    }

    /// What it is.
    pub fn ty(&self) -> ExternType {
        self.info.extern_type(self.export.entity)
    }
}

#[cfg(test)]
mod tests;
