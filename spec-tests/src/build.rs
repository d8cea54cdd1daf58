//! Modules made for tests, from parts that the text format would make long.

use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction, Module, TypeSection, ValType,
};

/// A module with one function, exported as `f`.
pub struct OneFunction {
    /// Its parameters.
    pub params: Vec<ValType>,
    /// Its results.
    pub results: Vec<ValType>,
    /// Its locals, in runs.
    pub locals: Vec<(u32, ValType)>,
    /// Further types, from index 1, for blocks.
    pub block_types: Vec<(Vec<ValType>, Vec<ValType>)>,
    /// Its body without the final `end`, as bytes.
    pub body: Body,
}

impl OneFunction {
    /// A function `() -> i32` with this body.
    pub fn giving_i32(body: Body) -> OneFunction {
        OneFunction {
            params: Vec::new(),
            results: vec![ValType::I32],
            locals: Vec::new(),
            block_types: Vec::new(),
            body,
        }
    }

    /// The module's bytes.
    pub fn finish(self) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function(self.params, self.results);
        for (params, results) in self.block_types {
            types.ty().function(params, results);
        }
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        exports.export("f", ExportKind::Func, 0);
        let mut function = Function::new(self.locals);
        function.raw(self.body.0);
        function.instruction(&Instruction::End);
        let mut code = CodeSection::new();
        code.function(&function);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&exports).section(&code);
        module.finish()
    }
}

/// A function's body as it grows.
#[derive(Clone, Default)]
pub struct Body(Vec<u8>);

impl Body {
    /// An empty body.
    pub fn new() -> Body {
        Body::default()
    }

    /// Adds an instruction.
    pub fn op(self, instruction: Instruction<'_>) -> Body {
        self.repeat(1, &[instruction])
    }

    /// Adds an instruction as the parser gives it.
    ///
    /// # Panics
    ///
    /// The encoder does not know the instruction.
    pub fn operator(self, operator: &wasmparser::Operator<'_>) -> Body {
        let encoded = RoundtripReencoder.instruction(operator.clone());
        self.op(encoded.unwrap_or_else(|error| panic!("{operator:?} has no encoding: {error}")))
    }

    /// Adds what `rest` holds.
    pub fn then(mut self, rest: Body) -> Body {
        self.0.extend(rest.0);
        self
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Adds instructions, that many times.
    pub fn repeat(mut self, count: usize, instructions: &[Instruction<'_>]) -> Body {
        use wasm_encoder::Encode;
        let mut bytes = Vec::new();
        instructions.iter().for_each(|instruction| instruction.encode(&mut bytes));
        self.0.reserve(bytes.len() * count);
        (0..count).for_each(|_| self.0.extend_from_slice(&bytes));
        self
    }
}

/// An unsigned LEB128 number.
pub fn leb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        bytes.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return bytes;
        }
    }
}

/// The preamble and sections given by identifier and contents, whether they make sense or not.
pub fn raw_module(sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    for (id, contents) in sections {
        bytes.push(*id);
        bytes.extend(leb(contents.len() as u64));
        bytes.extend(contents);
    }
    bytes
}
