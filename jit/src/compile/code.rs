//! One function from CLIF to machine code.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{CodegenError, Context, FinalizedMachReloc, FinalizedRelocTarget};

use crate::abi;
use crate::unit::Inlined;

/// The machine code of one function. Offsets are in its bytes.
#[derive(Debug)]
pub struct Code {
    /// The bytes. They run wherever they stand, but for the calls.
    pub bytes: Vec<u8>,
    /// What the place must be aligned to.
    pub align: u32,
    /// The calls of functions of the same module.
    pub calls: Vec<Call>,
    /// The instructions that can trap, in order: their offset, and the number of the `Exit`.
    pub traps: Vec<(u32, u8)>,
    /// Where the code of an operator ends, in order, and which: an offset in the module, or from
    /// `Position::INLINED` on the number of an element of `inlined`.
    pub places: Vec<(u32, u32)>,
    /// The operators of functions that were compiled into this one.
    pub inlined: Vec<Inlined>,
}

/// A call whose target is known once all code has its place.
#[derive(Debug)]
pub struct Call {
    /// Where the address is written.
    pub offset: u32,
    /// How.
    pub kind: Reloc,
    /// What is added to it.
    pub addend: i64,
    /// The function's index.
    pub function: u32,
}

/// Cranelift, with the memory that it uses again for each function.
pub struct Compiler {
    context: Context,
}

impl Default for Compiler {
    fn default() -> Compiler {
        Compiler { context: Context::new() }
    }
}

impl Compiler {
    /// An empty function for the next piece of CLIF.
    pub fn start(&mut self) -> &mut Function {
        self.context.clear();
        &mut self.context.func
    }

    /// Compiles the function that [`Compiler::start`] gave and somebody filled.
    ///
    /// # Errors
    ///
    /// It passes one of Cranelift's limits.
    ///
    /// # Panics
    ///
    /// It is not correct CLIF, which is a bug of whoever filled it.
    pub fn finish(&mut self, isa: &dyn TargetIsa) -> Result<Code, CodegenError> {
        if let Err(error) = self.context.compile(isa, &mut ControlPlane::default()) {
            match error.inner {
                limit @ (CodegenError::ImplLimitExceeded | CodegenError::CodeTooLarge) => return Err(limit),
                bug => panic!("BUG: Cranelift does not take {}\n{bug:?}", error.func.display()),
            }
        }
        let buffer = &self.context.compiled_code().expect("BUG: Cranelift has just made it").buffer;
        let places = buffer.get_srclocs_sorted().iter().filter(|range| !range.loc.is_default());
        Ok(Code {
            bytes: buffer.data().to_vec(),
            align: buffer.alignment.max(isa.function_alignment().preferred),
            calls: buffer.relocs().iter().map(|reloc| call(&self.context.func, reloc)).collect(),
            traps: buffer.traps().iter().map(|trap| (trap.offset, abi::exit_of(trap.code))).collect(),
            places: places.map(|range| (range.end, range.loc.bits())).collect(),
            inlined: Vec::new(),
        })
    }
}

/// The call behind a relocation. All other addresses are in the context, so that code has none in it.
fn call(func: &Function, reloc: &FinalizedMachReloc) -> Call {
    let FinalizedMachReloc { offset, kind, ref target, addend } = *reloc;
    match target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            let function = func.params.user_named_funcs()[*name].index;
            Call { offset, kind, addend, function }
        }
        other => panic!("BUG: code refers to {other:?}, which is no function of its module"),
    }
}
