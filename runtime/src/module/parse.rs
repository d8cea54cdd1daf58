//! From bytes to [`ModuleInfo`], in one pass (specification, section 5 "Binary Format").
//!
//! `wasmparser` decodes and validates section by section; what a section declares is noted right after it was found
//! valid. Function bodies come last, see [`bodies`](super::bodies).

use std::ops::Range;
use std::sync::Arc;

use wasmparser::{
    CompositeInnerType, DataKind, DataSectionReader, ElementKind, ElementSectionReader, ExportSectionReader,
    ExternalKind, GlobalSectionReader, ImportSectionReader, Operator, Parser, Payload, TableInit, TableSectionReader,
    TypeRef, TypeSectionReader, Validator, WasmFeatures,
};

use super::bodies::Bodies;
use super::info::{
    ConstExpr, ConstOp, DataSegment, ElementItems, ElementMode, ElementSegment, EntityIndex, EntityType, Export,
    Import, ModuleInfo,
};
use super::wasm_types::{func_type, global_type, memory_type, ref_type, table_type};
use crate::engine::{Engine, EngineKind, TypeRegistry};
use crate::error::{Error, Result};
use crate::numerics::V128;
use crate::types::RefType;
use crate::vm::{Counts, VmLayout};

pub(super) use super::wasm_types::val_type;

/// A result of `wasmparser`'s.
type Parse<T> = wasmparser::Result<T>;

/// A module that was parsed and, but for its function bodies, validated.
#[derive(Debug)]
pub(super) struct Parsed {
    pub info: Arc<ModuleInfo>,
    pub custom_sections: Vec<CustomSection>,
    /// For each `FuncRef` of an instance, in order, the function it is for.
    pub func_refs: Vec<u32>,
    /// Where the code section's contents start, which DWARF counts from.
    pub code_start: usize,
    bodies: Bodies,
}

impl Parsed {
    /// Validates the function bodies. Code of an earlier run is the proof that they are valid; without it, nothing runs
    /// before this went well.
    ///
    /// # Errors
    ///
    /// A body is malformed or invalid, or uses a proposal that is off.
    pub fn validate_bodies(&self) -> Result<()> {
        let explain = |error| super::proposals::explain(&self.info.bytes, self.bodies.features(), error);
        self.bodies.validate(&self.info).map_err(explain)
    }
}

/// A custom section: its name, and where in the module its contents are.
#[derive(Clone, Debug)]
pub(super) struct CustomSection {
    pub name: Box<str>,
    pub range: Range<usize>,
}

/// Parses a module, and validates all of it but the function bodies.
///
/// # Errors
///
/// The module is malformed or invalid, uses a proposal that is off, or passes an implementation limit. Of several errors
/// it is the one with the lowest offset, a function body's too if another section has one behind it.
pub(super) fn parse(engine: &Engine, bytes: Arc<Vec<u8>>) -> Result<Parsed> {
    let features = engine.config().settings().features;
    super::proposals::check_header(&bytes)?;
    let mut module = Builder::new(engine.types(), bytes.clone());
    let mut bodies = Bodies::new(features);
    match module.read(&bytes, features, &mut bodies) {
        Ok(()) => module.finish(bodies, engine.config().engine_kind() == EngineKind::Mixed),
        Err(error) => {
            let error = bodies.validate(&module.info).err().unwrap_or(error);
            Err(super::proposals::explain(&bytes, features, error))
        }
    }
}

/// A module while it is read.
struct Builder<'a> {
    types: &'a TypeRegistry,
    info: ModuleInfo,
    custom_sections: Vec<CustomSection>,
    code_start: usize,
}

impl<'a> Builder<'a> {
    fn new(types: &'a TypeRegistry, bytes: Arc<Vec<u8>>) -> Builder<'a> {
        let info = ModuleInfo { bytes, ..ModuleInfo::default() };
        Builder { types, info, custom_sections: Vec::new(), code_start: 0 }
    }

    /// Reads all sections, and validates all but the function bodies.
    fn read(&mut self, bytes: &[u8], features: WasmFeatures, bodies: &mut Bodies) -> Parse<()> {
        let mut validator = Validator::new_with_features(features);
        let mut parser = Parser::new(0);
        parser.set_features(features);
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            if let Payload::CodeSectionEntry(body) = &payload {
                bodies.add(validator.code_section_entry(body)?);
                let range = body.range();
                self.info.bodies.push(range.start as usize..range.end as usize);
            } else {
                validator.payload(&payload)?;
                self.section(payload)?;
            }
        }
        Ok(())
    }

    /// Notes what a valid section declares.
    fn section(&mut self, payload: Payload<'_>) -> Parse<()> {
        match payload {
            Payload::TypeSection(section) => self.types(section),
            Payload::ImportSection(section) => self.imports(section),
            Payload::FunctionSection(section) => {
                self.info.functions.reserve(section.count() as usize);
                section.into_iter().try_for_each(|ty| {
                    self.info.functions.push(ty?);
                    Ok(())
                })
            }
            Payload::TableSection(section) => self.tables(section),
            Payload::MemorySection(section) => section.into_iter().try_for_each(|ty| {
                self.info.memories.push(memory_type(ty?));
                Ok(())
            }),
            Payload::GlobalSection(section) => self.globals(section),
            Payload::ExportSection(section) => self.exports(section),
            Payload::StartSection { func, .. } => {
                self.info.start = Some(func);
                Ok(())
            }
            Payload::ElementSection(section) => self.elements(section),
            Payload::DataSection(section) => self.data(section),
            Payload::CodeSectionStart { count, unchecked_range, .. } => {
                self.code_start = unchecked_range.start as usize;
                // The count is not checked yet, but there cannot be more bodies than functions.
                self.info.bodies.reserve((count as usize).min(self.info.functions.len()));
                Ok(())
            }
            Payload::CustomSection(section) => {
                let range = section.data_range();
                let range = range.start as usize..range.end as usize;
                self.custom_sections.push(CustomSection { name: section.name().into(), range });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn types(&mut self, section: TypeSectionReader<'_>) -> Parse<()> {
        self.info.types.reserve(section.count() as usize);
        for group in section {
            for ty in group?.types() {
                match &ty.composite_type.inner {
                    CompositeInnerType::Func(ty) => {
                        let ty = func_type(&self.info.types, ty);
                        let id = self.types.intern(&ty);
                        self.info.types.push((ty, id));
                    }
                    _ => panic!("BUG: the validator let through a type that is not a function type"),
                }
            }
        }
        Ok(())
    }

    fn imports(&mut self, section: ImportSectionReader<'_>) -> Parse<()> {
        for import in section.into_imports() {
            let import = import?;
            let entity = match import.ty {
                TypeRef::Func(ty) => {
                    self.info.functions.push(ty);
                    self.info.imported_functions += 1;
                    EntityType::Func(ty)
                }
                TypeRef::Table(ty) => {
                    let ty = table_type(&self.info.types, ty);
                    self.info.tables.push(ty);
                    self.info.imported_tables += 1;
                    EntityType::Table(ty)
                }
                TypeRef::Memory(ty) => {
                    let ty = memory_type(ty);
                    self.info.memories.push(ty);
                    self.info.imported_memories += 1;
                    EntityType::Memory(ty)
                }
                TypeRef::Global(ty) => {
                    let ty = global_type(&self.info.types, ty);
                    self.info.globals.push(ty);
                    self.info.imported_globals += 1;
                    EntityType::Global(ty)
                }
                TypeRef::Tag(_) | TypeRef::FuncExact(_) => panic!("BUG: the validator let through {:?}", import.ty),
            };
            self.info.imports.push(Import { module: import.module.into(), name: import.name.into(), entity });
        }
        Ok(())
    }

    fn tables(&mut self, section: TableSectionReader<'_>) -> Parse<()> {
        for table in section {
            let table = table?;
            self.info.tables.push(table_type(&self.info.types, table.ty));
            self.info.table_inits.push(match table.init {
                TableInit::RefNull => None,
                TableInit::Expr(expr) => Some(const_expr(&expr)?),
            });
        }
        Ok(())
    }

    fn globals(&mut self, section: GlobalSectionReader<'_>) -> Parse<()> {
        for global in section {
            let global = global?;
            self.info.globals.push(global_type(&self.info.types, global.ty));
            self.info.global_inits.push(const_expr(&global.init_expr)?);
        }
        Ok(())
    }

    fn exports(&mut self, section: ExportSectionReader<'_>) -> Parse<()> {
        self.info.exports.reserve(section.count() as usize);
        for export in section {
            let export = export?;
            let entity = match export.kind {
                ExternalKind::Func => EntityIndex::Func(export.index),
                ExternalKind::Table => EntityIndex::Table(export.index),
                ExternalKind::Memory => EntityIndex::Memory(export.index),
                ExternalKind::Global => EntityIndex::Global(export.index),
                kind => panic!("BUG: the validator let through an export of {kind:?}"),
            };
            self.info.exports.push(Export { name: export.name.into(), entity });
        }
        Ok(())
    }

    fn elements(&mut self, section: ElementSectionReader<'_>) -> Parse<()> {
        for element in section {
            let element = element?;
            let mode = match element.kind {
                ElementKind::Passive => ElementMode::Passive,
                ElementKind::Declared => ElementMode::Declared,
                ElementKind::Active { table_index, offset_expr } => {
                    ElementMode::Active { table: table_index.unwrap_or(0), offset: const_expr(&offset_expr)? }
                }
            };
            let (element, items) = match element.items {
                wasmparser::ElementItems::Functions(functions) => {
                    let functions = functions.into_iter().collect::<Parse<_>>()?;
                    (RefType::FUNCREF, ElementItems::Functions(functions))
                }
                wasmparser::ElementItems::Expressions(ty, expressions) => {
                    let items = expressions.into_iter().map(|expr| const_expr(&expr?)).collect::<Parse<_>>()?;
                    (ref_type(&self.info.types, ty), element_items(items))
                }
            };
            self.info.elements.push(ElementSegment { element, items, mode });
        }
        Ok(())
    }

    fn data(&mut self, section: DataSectionReader<'_>) -> Parse<()> {
        for data in section {
            let data = data?;
            // A segment ends with its bytes.
            let end = data.range.end as usize;
            let active = match data.kind {
                DataKind::Passive => None,
                DataKind::Active { memory_index, offset_expr } => Some((memory_index, const_expr(&offset_expr)?)),
            };
            self.info.data.push(DataSegment { range: end - data.data.len()..end, active });
        }
        Ok(())
    }

    /// What follows from all sections together. Where engines are mixed, `all` functions are referred to.
    fn finish(mut self, bodies: Bodies, all: bool) -> Result<Parsed> {
        let func_refs = number_func_refs(&mut self.info, all);
        let info = &mut self.info;
        let counts = Counts {
            memories: info.memories.len() as u32,
            tables: info.tables.len() as u32,
            imported_functions: info.imported_functions,
            imported_globals: info.imported_globals,
            defined_globals: info.global_inits.len() as u32,
            func_refs: func_refs.len() as u32,
            types: info.types.len() as u32,
        };
        info.layout = VmLayout::new(counts)
            .ok_or_else(|| Error::implementation_limit("an instance's context takes more than 4 GiB"))?;
        let Builder { info, custom_sections, code_start, .. } = self;
        Ok(Parsed { info: Arc::new(info), custom_sections, func_refs, code_start, bodies })
    }
}

/// Element expressions that are all `ref.func` are as good as a list of functions, and smaller.
fn element_items(items: Box<[ConstExpr]>) -> ElementItems {
    let function = |item: &ConstExpr| match **item {
        [ConstOp::RefFunc(function)] => Some(function),
        _ => None,
    };
    match items.iter().map(function).collect() {
        Some(functions) => ElementItems::Functions(functions),
        None => ElementItems::Expressions(items),
    }
}

/// A constant expression (section 3.4.14), without its `end`.
fn const_expr(expr: &wasmparser::ConstExpr<'_>) -> Parse<ConstExpr> {
    let mut reader = expr.get_operators_reader();
    // Most are one instruction: no list that grows.
    let first = const_op(reader.read()?);
    let mut rest = Vec::new();
    loop {
        match reader.read()? {
            Operator::End => break,
            operator => rest.push(const_op(operator)),
        }
    }
    if rest.is_empty() {
        return Ok(Box::new([first]));
    }
    rest.insert(0, first);
    Ok(rest.into())
}

fn const_op(operator: Operator<'_>) -> ConstOp {
    match operator {
        Operator::I32Const { value } => ConstOp::Const(u64::from(value as u32)),
        Operator::I64Const { value } => ConstOp::Const(value as u64),
        Operator::F32Const { value } => ConstOp::Const(u64::from(value.bits())),
        Operator::F64Const { value } => ConstOp::Const(value.bits()),
        Operator::V128Const { value } => ConstOp::V128(V128::from(*value.bytes())),
        Operator::RefNull { .. } => ConstOp::RefNull,
        Operator::RefFunc { function_index } => ConstOp::RefFunc(function_index),
        Operator::GlobalGet { global_index } => ConstOp::GlobalGet(global_index),
        Operator::I32Add => ConstOp::I32Add,
        Operator::I32Sub => ConstOp::I32Sub,
        Operator::I32Mul => ConstOp::I32Mul,
        Operator::I64Add => ConstOp::I64Add,
        Operator::I64Sub => ConstOp::I64Sub,
        Operator::I64Mul => ConstOp::I64Mul,
        operator => panic!("BUG: the validator let through {operator:?} in a constant expression"),
    }
}

/// Gives a number to each function that may be referred to, and tells which function has which.
///
/// Those are the exported ones, the start function, and those that a `ref.func` names: the validator makes sure that
/// a body's `ref.func` names a function that also stands in an export, a segment or an initialiser. Imported functions
/// get none, since an instance has references to them anyway.
///
/// Or it gives a number to `all` functions that the module defines: what calls from one engine's code to the other's need.
fn number_func_refs(info: &mut ModuleInfo, all: bool) -> Vec<u32> {
    let mut numbers = vec![u32::MAX; info.functions.len()];
    let mut functions = Vec::new();
    let imported = info.imported_functions;
    let mut refer = |function: u32| {
        if function >= imported && numbers[function as usize] == u32::MAX {
            numbers[function as usize] = functions.len() as u32;
            functions.push(function);
        }
    };
    for export in &info.exports {
        if let EntityIndex::Func(function) = export.entity {
            refer(function);
        }
    }
    info.start.iter().for_each(|&function| refer(function));
    let mut expressions: Vec<&ConstExpr> = info.global_inits.iter().collect();
    expressions.extend(info.table_inits.iter().flatten());
    for segment in &info.elements {
        match &segment.items {
            ElementItems::Functions(functions) => functions.iter().for_each(|&function| refer(function)),
            ElementItems::Expressions(items) => expressions.extend(items),
        }
    }
    for op in expressions.into_iter().flatten() {
        if let ConstOp::RefFunc(function) = *op {
            refer(function);
        }
    }
    if all {
        (imported..info.functions.len() as u32).for_each(refer);
    }
    info.func_ref_of = numbers;
    functions
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
