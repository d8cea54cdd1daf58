//! A large module: the kernels' functions over and over, as many times as a size wants.
//!
//! All copies of a kernel share its types, globals and table; the calls in a copy are to functions of that copy. The
//! export `run` is the first `fib`'s. The module has neither data nor elements, which `fib` does without.

use std::convert::Infallible;

use falkirk_benches::guests::{KERNELS, kernel_module};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, FunctionSection, GlobalSection, MemorySection, MemoryType, Module,
    TableSection, TypeSection,
};
use wasmparser::{FunctionBody, Parser, Payload};

/// As many as the largest kernel's stack and data need.
const PAGES: u64 = 32;

/// A module whose code section has at least so many bytes.
pub fn module(bytes: usize) -> Vec<u8> {
    let sources: Vec<Vec<u8>> = KERNELS.iter().map(kernel_module).collect();
    let mut large = Large::default();
    let kernels: Result<Vec<Copied>, _> = sources.iter().map(|wasm| large.add(wasm)).collect();
    let kernels = kernels.expect("kernels are valid modules");
    let run = KERNELS.iter().zip(&kernels).find(|(kernel, _)| kernel.name == "fib").expect("there is a fib").1.run;
    while large.code.byte_len() < bytes {
        for (number, kernel) in kernels.iter().enumerate() {
            large.copy(kernel).unwrap_or_else(|error| panic!("{}: {error}", KERNELS[number].name));
        }
    }
    large.finish(run)
}

/// The parts of the module in the making.
#[derive(Default)]
struct Large {
    types: TypeSection,
    functions: FunctionSection,
    tables: TableSection,
    globals: GlobalSection,
    code: CodeSection,
}

/// A kernel of which copies are made.
struct Copied<'a> {
    bases: Bases,
    /// The type of each function, as an index of the kernel's.
    types: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    /// The export, as an index of the kernel's.
    run: u32,
}

impl Large {
    /// Adds what the copies of a kernel share.
    fn add<'a>(&mut self, wasm: &'a [u8]) -> Result<Copied<'a>, Error<Infallible>> {
        let (types, tables, globals) = (self.types.len(), self.tables.len(), self.globals.len());
        let bases = Bases { types, tables, globals, functions: 0 };
        let mut copied = Copied { bases, types: Vec::new(), bodies: Vec::new(), run: 0 };
        for payload in Parser::new(0).parse_all(wasm) {
            self.add_payload(&mut copied, payload?)?;
        }
        Ok(copied)
    }

    fn add_payload<'a>(&mut self, copied: &mut Copied<'a>, payload: Payload<'a>) -> Result<(), Error<Infallible>> {
        match payload {
            Payload::TypeSection(section) => copied.bases.parse_type_section(&mut self.types, section)?,
            Payload::TableSection(section) => copied.bases.parse_table_section(&mut self.tables, section)?,
            Payload::GlobalSection(section) => copied.bases.parse_global_section(&mut self.globals, section)?,
            Payload::FunctionSection(section) => copied.types = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => copied.bodies.push(body),
            Payload::ExportSection(section) => {
                let exports = section.into_iter().collect::<Result<Vec<_>, _>>()?;
                copied.run = exports.iter().find(|export| export.name == "run").expect("every kernel has it").index;
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds a copy of a kernel's functions.
    fn copy(&mut self, kernel: &Copied) -> Result<(), Error<Infallible>> {
        let mut bases = Bases { functions: self.functions.len(), ..kernel.bases };
        for (ty, body) in kernel.types.iter().zip(&kernel.bodies) {
            self.functions.function(bases.type_index(*ty)?);
            bases.parse_function_body(&mut self.code, body.clone())?;
        }
        Ok(())
    }

    fn finish(self, run: u32) -> Vec<u8> {
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: PAGES,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut exports = ExportSection::new();
        exports.export("run", ExportKind::Func, run);
        let mut module = Module::new();
        module.section(&self.types).section(&self.functions).section(&self.tables).section(&memories);
        module.section(&self.globals).section(&exports).section(&self.code);
        module.finish()
    }
}

/// What is added to a kernel's indices.
#[derive(Clone, Copy)]
struct Bases {
    types: u32,
    functions: u32,
    tables: u32,
    globals: u32,
}

impl Reencode for Bases {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(index + self.types)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(index + self.functions)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(index + self.tables)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(index + self.globals)
    }
}
