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
    /// The code of operators, in order.
    pub places: Vec<Place>,
    /// The operators of functions that were compiled into this one.
    pub inlined: Vec<Inlined>,
    /// The types of the functions that it calls which may have no machine code.
    pub outward: Vec<u32>,
}

/// Where the code of an operator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it starts.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// The operator: an offset in the module, or from `Position::INLINED` on the number of an element of
    /// [`Code::inlined`].
    pub position: u32,
}

impl Code {
    /// Gives a place to what has none: the function itself, which starts at this offset of the module, to instructions
    /// that can trap, such as the check of the stack's end; and the operator before it to what comes last.
    pub fn complete_places(&mut self, function: u32) {
        let mut places: Vec<Place> = Vec::with_capacity(self.places.len() + 2);
        let of_function = |offset: u32| Place { start: offset, end: offset + 1, position: function };
        let mut traps = self.traps.iter().map(|(offset, _)| *offset).peekable();
        for place in self.places.drain(..) {
            while let Some(offset) = traps.next_if(|offset| *offset < place.end) {
                if offset < place.start {
                    places.push(of_function(offset));
                }
            }
            places.push(place);
        }
        places.extend(traps.map(of_function));
        let len = self.bytes.len() as u32;
        let (start, position) = places.last().map_or((0, function), |last| (last.end, last.position));
        if start < len {
            places.push(Place { start, end: len, position });
        }
        self.places = places;
    }
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
            places: places.map(|it| Place { start: it.start, end: it.end, position: it.loc.bits() }).collect(),
            inlined: Vec::new(),
            outward: Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(traps: &[u32], places: &[(u32, u32, u32)]) -> Vec<(u32, u32)> {
        let mut code = Code {
            bytes: vec![0; 100],
            align: 1,
            calls: Vec::new(),
            traps: traps.iter().map(|offset| (*offset, 1)).collect(),
            places: places.iter().map(|&(start, end, position)| Place { start, end, position }).collect(),
            inlined: Vec::new(),
            outward: Vec::new(),
        };
        code.complete_places(7);
        code.places.iter().map(|place| (place.end, place.position)).collect()
    }

    #[test]
    fn every_instruction_that_can_trap_gets_a_place() {
        assert_eq!(completed(&[], &[]), [(100, 7)]);
        assert_eq!(completed(&[10, 90], &[]), [(11, 7), (91, 7), (100, 7)]);
        assert_eq!(completed(&[20, 25], &[(20, 30, 50)]), [(30, 50), (100, 50)]);
        assert_eq!(completed(&[5, 25, 30], &[(20, 30, 50), (40, 100, 60)]), [(6, 7), (30, 50), (31, 7), (100, 60)]);
        assert_eq!(completed(&[99], &[(20, 30, 50)]), [(30, 50), (100, 7)]);
    }
}
