//! Integer division (section 4.3.2): by a machine instruction, or by a multiplication where the divisor is a constant.

use cranelift_codegen::ir::InstBuilder;

use super::state::FunctionTranslator;

impl FunctionTranslator<'_> {
    /// The quotient or remainder of two integers.
    pub(super) fn divide(&mut self, signed: bool, remainder: bool) {
        let (x, y) = self.pop2();
        let value = self.placed(|b| match (signed, remainder) {
            (true, false) => b.ins().sdiv(x, y),
            (false, false) => b.ins().udiv(x, y),
            (true, true) => b.ins().srem(x, y),
            (false, true) => b.ins().urem(x, y),
        });
        self.push(value);
    }
}
