//! The module of an adapter.
//!
//! It has one function, with the signature that the caller's module imports: `canon lower` of a function that another
//! component lifted, in code of the guests' own kind.
//!
//! ```text
//! (module
//!   (import "caller" "memory" (memory 0))              ;; if something goes through memory
//!   (import "callee" "memory" (memory 0))
//!   (import "caller" "flags" (global (mut i32)))       ;; may it be entered, may it leave
//!   (import "callee" "flags" (global (mut i32)))
//!   (import "host" "check" (func (param i32 i32 i32 i32 i32 i32)))
//!   (import "callee" "function" (func ...))
//!   (import "callee" "realloc" (func ...))             ;; if strings or lists are passed
//!   (import "caller" "realloc" (func ...))             ;; if some are returned
//!   (import "callee" "post-return" (func ...))         ;; if it has one
//!   (func (export "adapter") ...))
//! ```

use falkirk_canonical_abi::{CoreFuncType, CoreType, InstanceFlags};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalType, ImportSection,
    MemoryType, Module, NameMap, NameSection, TypeSection, ValType,
};

use super::check::{Check, Guest};
use super::code::Code;
use super::copies::{Way, copy_list, copy_string};
use super::shape::Signature;
use super::values::{Copies, Values};

/// The name that the adapter is exported as.
pub(super) const ADAPTER: &str = "adapter";

/// The globals with the flags.
const CALLER_FLAGS: u32 = 0;
const CALLEE_FLAGS: u32 = 1;

/// The function with which the host checks.
const CHECK: u32 = 0;
/// The callee's function.
const CALLEE: u32 = 1;

/// What an instance's flags are while it may do both.
const FREE: i32 = (InstanceFlags::MAY_LEAVE | InstanceFlags::MAY_ENTER) as i32;
/// What they are while it runs.
const RUNNING: i32 = InstanceFlags::MAY_LEAVE as i32;
/// What they are while its `realloc` or `post-return` runs.
const SHUT: i32 = 0;

/// The type of a core function.
#[derive(Clone, Debug)]
pub(super) struct CoreSignature {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
}

impl CoreSignature {
    /// The type of a function on one side of the call.
    pub fn of(ty: CoreFuncType) -> CoreSignature {
        let number = |ty: CoreType| match ty {
            CoreType::I32 => ValType::I32,
            CoreType::I64 => ValType::I64,
            CoreType::F32 => ValType::F32,
            CoreType::F64 => ValType::F64,
        };
        let numbers = |types: Vec<CoreType>| types.into_iter().map(number).collect();
        CoreSignature { params: numbers(ty.params), results: numbers(ty.results) }
    }
}

/// The sections of a module in the making.
#[derive(Default)]
struct Sections {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    code: CodeSection,
    /// How many functions there are.
    count: u32,
}

/// The binary of the module for a signature, whose functions are of these types.
pub(super) fn module(signature: &Signature, lowered: &CoreSignature, lifted: &CoreSignature) -> Vec<u8> {
    let mut sections = Sections::default();
    sections.import_state(signature.uses_memory());
    let realloc = [ValType::I32; 4];
    sections.import_func("host", "check", &[ValType::I32; 6], &[]);
    sections.import_func("callee", "function", &lifted.params, &lifted.results);
    let mut import_realloc = |guest, copies| match copies {
        0 => None,
        _ => Some(sections.import_func(guest, "realloc", &realloc, &realloc[..1])),
    };
    let realloc_in = import_realloc("callee", signature.copies_in());
    let realloc_out = import_realloc("caller", signature.copies_out());
    let post_return =
        signature.post_return.then(|| sections.import_func("callee", "post-return", &lifted.results, &[]));
    let copies_in = realloc_in
        .map(|realloc| sections.copies(Way { from: Guest::Caller, realloc, flags: CALLEE_FLAGS, check: CHECK }));
    let copies_out = realloc_out
        .map(|realloc| sections.copies(Way { from: Guest::Callee, realloc, flags: CALLER_FLAGS, check: CHECK }));
    let adapter = adapter(signature, lowered, lifted, [copies_in, copies_out], post_return);
    let adapter = sections.define(&lowered.params, &lowered.results, &adapter);
    sections.finish(adapter)
}

impl Sections {
    /// The imports that are no functions.
    fn import_state(&mut self, memories: bool) {
        let imports = &mut self.imports;
        if memories {
            let memory = MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
            imports.import("caller", "memory", memory).import("callee", "memory", memory);
        }
        let flags = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        imports.import("caller", "flags", flags).import("callee", "flags", flags);
    }

    fn ty(&mut self, params: &[ValType], results: &[ValType]) -> u32 {
        self.types.ty().function(params.iter().copied(), results.iter().copied());
        self.types.len() - 1
    }

    fn import_func(&mut self, from: &str, name: &str, params: &[ValType], results: &[ValType]) -> u32 {
        let ty = self.ty(params, results);
        self.imports.import(from, name, EntityType::Function(ty));
        self.count += 1;
        self.count - 1
    }

    fn define(&mut self, params: &[ValType], results: &[ValType], function: &Function) -> u32 {
        let ty = self.ty(params, results);
        self.functions.function(ty);
        self.code.function(function);
        self.count += 1;
        self.count - 1
    }

    fn copies(&mut self, way: Way) -> Copies {
        let i32s = [ValType::I32; 4];
        let string = self.define(&i32s[..2], &i32s[..1], &copy_string(way));
        Copies { string, list: self.define(&i32s, &i32s[..1], &copy_list(way)) }
    }

    fn finish(self, adapter: u32) -> Vec<u8> {
        let mut exports = ExportSection::new();
        exports.export(ADAPTER, ExportKind::Func, adapter);
        // For backtraces.
        let (mut names, mut functions) = (NameSection::new(), NameMap::new());
        functions.append(adapter, ADAPTER);
        names.functions(&functions);
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&self.functions).section(&exports);
        module.section(&self.code).section(&names);
        module.finish()
    }
}

/// The adapter itself.
fn adapter(
    signature: &Signature,
    lowered: &CoreSignature,
    lifted: &CoreSignature,
    [copies_in, copies_out]: [Option<Copies>; 2],
    post_return: Option<u32>,
) -> Function {
    let mut code = Code::new(lowered.params.len() as u32, CHECK);
    code.ins().global_get(CALLER_FLAGS).i32_const(InstanceFlags::MAY_LEAVE as i32).i32_and().i32_eqz();
    code.ins().global_get(CALLEE_FLAGS).i32_const(FREE).i32_ne().i32_or();
    code.check_if(Check::Enter, Guest::Caller, &[], &[]);
    code.ins().i32_const(RUNNING).global_set(CALLEE_FLAGS);

    let mut values = Values { code: &mut code, from: Guest::Caller, copies: copies_in };
    let mut locals = 0..;
    let params: Vec<u32> = signature.params.iter().flat_map(|shape| values.flat(shape, &mut locals)).collect();
    for param in params {
        code.ins().local_get(param);
    }
    let returned = lifted.results.first().map(|ty| code.local(*ty));
    code.ins().call(CALLEE);
    if let Some(returned) = returned {
        code.ins().local_set(returned);
    }

    let mut values = Values { code: &mut code, from: Guest::Callee, copies: copies_out };
    let result = match (&signature.result, returned) {
        (Some(shape), Some(from)) => match signature.result_in_memory {
            Some((size, align)) => {
                let to = lowered.params.len() as u32 - 1;
                values.check_result(Guest::Callee, from, size, align);
                values.check_result(Guest::Caller, to, size, align);
                values.memory(shape, from, to, 0);
                None
            }
            None => values.flat(shape, &mut (from..)).pop(),
        },
        _ => None,
    };
    if let Some(post_return) = post_return {
        code.ins().i32_const(SHUT).global_set(CALLEE_FLAGS);
        if let Some(returned) = returned {
            code.ins().local_get(returned);
        }
        code.ins().call(post_return);
    }
    code.ins().i32_const(FREE).global_set(CALLEE_FLAGS);
    if let Some(result) = result {
        code.ins().local_get(result);
    }
    code.finish()
}
