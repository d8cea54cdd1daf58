//! The module of a plan.

use falkirk::diff::Rng;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemorySection, MemoryType, Module, RefType,
    TableSection, TableType, TypeSection, ValType,
};

use super::body::{self, FUEL};
use super::plan::{Plan, TYPES};

/// The binary of a module of functions that call one another, exported as `f 0`, `f 1`, ... And for each there is `run 0`,
/// ..., which takes how many calls there may be (below 64) and a number, calls the function, and keeps the results in globals.
pub fn module(seed: u64) -> Vec<u8> {
    let plan = Plan::new(seed);
    let mut module = Module::new();
    module.section(&types(&plan)).section(&imports(&plan)).section(&functions(&plan)).section(&table(&plan));
    module.section(&memory()).section(&globals()).section(&exports(&plan)).section(&elements(&plan));
    module.section(&code(&plan));
    module.finish()
}

fn types(plan: &Plan) -> TypeSection {
    let mut types = TypeSection::new();
    for signature in &plan.types {
        types.ty().function(signature.params.clone(), signature.results.clone());
    }
    types.ty().function([ValType::I32, ValType::I64], []);
    types
}

fn imports(plan: &Plan) -> ImportSection {
    let mut imports = ImportSection::new();
    for (number, ty) in plan.imports.iter().enumerate() {
        imports.import("host", &format!("h {number}"), EntityType::Function(*ty as u32));
    }
    imports
}

/// The functions, then those that run them.
fn functions(plan: &Plan) -> FunctionSection {
    let mut functions = FunctionSection::new();
    for ty in &plan.functions {
        functions.function(*ty as u32);
    }
    for _ in &plan.functions {
        functions.function(plan.types.len() as u32);
    }
    functions
}

/// All functions, then two nulls.
fn table(plan: &Plan) -> TableSection {
    let mut tables = TableSection::new();
    let minimum = plan.all().len() as u64 + 2;
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, table64: false, minimum, maximum: None, shared: false });
    tables
}

fn memory() -> MemorySection {
    let mut memories = MemorySection::new();
    let (minimum, maximum) = (1, Some(5));
    memories.memory(MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None });
    memories
}

/// How many calls are left, then the last result of each type.
fn globals() -> GlobalSection {
    let mut globals = GlobalSection::new();
    let mutable = |val_type| GlobalType { val_type, mutable: true, shared: false };
    globals.global(mutable(ValType::I32), &ConstExpr::i32_const(0));
    for ty in TYPES {
        let init = match ty {
            ValType::I32 => ConstExpr::i32_const(0),
            ValType::I64 => ConstExpr::i64_const(0),
            ValType::F32 => ConstExpr::f32_const(0.0.into()),
            ValType::F64 => ConstExpr::f64_const(0.0.into()),
            ValType::V128 => ConstExpr::v128_const(0),
            ValType::Ref(ty) => ConstExpr::ref_null(ty.heap_type),
        };
        globals.global(mutable(ty), &init);
    }
    globals
}

fn exports(plan: &Plan) -> ExportSection {
    let mut exports = ExportSection::new();
    let (imported, own) = (plan.imports.len() as u32, plan.functions.len() as u32);
    for number in 0..own {
        exports.export(&format!("f {number}"), ExportKind::Func, imported + number);
        exports.export(&format!("run {number}"), ExportKind::Func, imported + own + number);
    }
    exports.export("table", ExportKind::Table, 0);
    exports.export("memory", ExportKind::Memory, 0);
    exports
}

fn elements(plan: &Plan) -> ElementSection {
    let all: Vec<u32> = (0..plan.all().len() as u32).collect();
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(0), Elements::Functions((&all).into()));
    elements.declared(Elements::Functions(all.into()));
    elements
}

fn code(plan: &Plan) -> CodeSection {
    let mut code = CodeSection::new();
    for number in 0..plan.functions.len() {
        let (locals, body) = body::body(plan, number);
        let mut function = Function::new_with_locals_types(locals);
        function.raw(body.into_bytes());
        code.function(function.instruction(&Instruction::End));
    }
    for number in 0..plan.functions.len() {
        code.function(&run(plan, number));
    }
    code
}

/// `(func (param $calls i32) (param $number i64))`: calls the function twice with values that depend on the number.
fn run(plan: &Plan, number: usize) -> Function {
    let ty = &plan.types[plan.functions[number]];
    let mut rng = Rng::new(number as u64);
    let mut function = Function::new([]);
    // The host calls this too, with any numbers.
    let few = [Instruction::LocalGet(0), Instruction::I32Const(63), Instruction::I32And, Instruction::LocalTee(0)];
    for instruction in &few {
        function.instruction(instruction);
    }
    function.instruction(&Instruction::GlobalSet(FUEL));
    // Once more from here, so that a call comes after others that left something behind.
    function.instruction(&Instruction::Loop(BlockType::Empty));
    for param in &ty.params {
        push(&mut function, *param, &mut rng);
    }
    function.instruction(&Instruction::Call((plan.imports.len() + number) as u32));
    for result in ty.results.iter().rev() {
        let global = 1 + TYPES.iter().position(|ty| ty == result).expect("BUG: one of the types") as u32;
        function.instruction(&Instruction::GlobalSet(global));
    }
    let again = [
        Instruction::LocalGet(0),
        Instruction::I32Const(1),
        Instruction::I32ShrU,
        Instruction::LocalTee(0),
        Instruction::I32Const(16),
        Instruction::I32GtU,
        Instruction::BrIf(0),
        Instruction::End,
        Instruction::End,
    ];
    for instruction in &again {
        function.instruction(instruction);
    }
    function
}

/// Pushes a value that depends on the number in local 1, or was a result before.
fn push(function: &mut Function, ty: ValType, rng: &mut Rng) {
    let number = Instruction::LocalGet(1);
    let made: &[Instruction<'_>] = match ty {
        ValType::I32 => &[number, Instruction::I32WrapI64],
        ValType::I64 => &[number],
        ValType::F32 => &[number, Instruction::I32WrapI64, Instruction::F32ReinterpretI32],
        ValType::F64 => &[number, Instruction::F64ReinterpretI64],
        ValType::V128 => &[number, Instruction::I64x2Splat],
        ValType::Ref(_) => &[],
    };
    if made.is_empty() || rng.once_in(3) {
        let global = 1 + TYPES.iter().position(|other| *other == ty).expect("BUG: one of the types") as u32;
        function.instruction(&Instruction::GlobalGet(global));
        return;
    }
    for instruction in made {
        function.instruction(instruction);
    }
}
