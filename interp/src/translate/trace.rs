//! The emission of observation points, for engines that trace.
//!
//! Here everything on the abstract stack is written to its slot before each operator, so that an observer can be shown
//! it; nothing is fused. A validator walks along to tell the types of operands.

use std::sync::Arc;

use falkirk_runtime::module::ModuleInfo;
use falkirk_runtime::{FuncType, ValType};
use wasmparser::{
    FuncToValidate, FuncValidator, FunctionBody, Operator as O, Parser, ValidPayload, Validator, ValidatorResources,
    WasmFeatures,
};

use super::text::text;
use super::{BUG, Translator};
use crate::exec::state::handler;
use crate::exec::trace::{Point, Slots, Trace, What};

/// What tracing needs to know about a module: for each function that it defines, what validates it.
#[derive(Default)]
pub struct Tracing {
    functions: Vec<FuncToValidate<ValidatorResources>>,
    current: Option<FuncValidator<ValidatorResources>>,
    function: u32,
    locals: Arc<[(ValType, u16)]>,
    points: Points,
}

/// Observation points. The code refers to them by address, so each is in a box of its own.
pub type Points = Vec<Box<Point>>;

/// How many operands a point shows at most: the topmost.
const MAX_OPERANDS: usize = 16;
/// How many values of the operand stack a point shows at most: the topmost.
const MAX_STACK: usize = 32;
/// How many locals a point shows at most: the first.
const MAX_LOCALS: usize = 64;

impl Tracing {
    /// Looks at a module that is known to be valid.
    pub fn new(info: &ModuleInfo) -> Tracing {
        let mut validator =
            Validator::new_with_features(WasmFeatures::all().difference(WasmFeatures::CUSTOM_DESCRIPTORS));
        let mut functions = Vec::new();
        for payload in Parser::new(0).parse_all(&info.bytes) {
            if let ValidPayload::Func(function, _) = BUG(validator.payload(&BUG(payload))) {
                functions.push(function);
            }
        }
        Tracing { functions, ..Tracing::default() }
    }

    /// The points that were made since this was asked last. The code refers to them.
    pub fn take_points(&mut self) -> Points {
        std::mem::take(&mut self.points)
    }
}

impl Translator {
    /// Starts a function: its validator, and the point at its entry.
    pub(super) fn start_tracing(&mut self, info: &ModuleInfo, index: u32, body: &FunctionBody<'_>) {
        let Some(tracing) = &mut self.tracing else { return };
        let function = &tracing.functions[(index - info.imported_functions) as usize];
        let again = FuncToValidate {
            resources: function.resources.clone(),
            index: function.index,
            ty: function.ty,
            features: function.features,
        };
        let mut validator = again.into_validator(Default::default());
        BUG(validator.read_locals(&mut body.get_binary_reader()));
        tracing.current = Some(validator);
        tracing.function = index;
        let ty = info.func_type(index);
        tracing.locals = local_types(info, ty, body).zip(self.locals.slots()).take(MAX_LOCALS).collect();
        // An observer may look at every local from the start, so none may wait for its zero.
        self.assigned.straight = false;
        self.point(What::Enter, values(ty.params(), 0));
    }

    fn point(&mut self, what: What, values: Slots) {
        let Some(tracing) = &mut self.tracing else { return };
        let point = Box::new(Point { function: tracing.function, what, values });
        let address = std::ptr::from_ref::<Point>(&point) as u64;
        tracing.points.push(point);
        self.emit(handler::<Trace>, &[address]);
    }

    /// Emits the point before an operator, and lets the validator go past it.
    pub(super) fn trace_operator(&mut self, info: &ModuleInfo, operator: &O<'_>) {
        if self.tracing.is_none() {
            return;
        }
        self.materialise_from(0);
        self.forget();
        let stack = self.typed_stack(info);
        let operands = self.arity(operator).min(MAX_OPERANDS).min(stack.len());
        let (height, locals) = (self.stack.len(), self.traced_locals());
        let text = text(operator).into();
        self.point(What::Instruction { offset: self.offset, text, operands, height, locals }, stack);
        self.forget();
    }

    /// Lets the validator go past an operator, reached or not.
    pub(super) fn validate_along(&mut self, operator: &O<'_>) {
        let offset = self.offset as u64;
        if let Some(validator) = self.tracing.as_mut().and_then(|tracing| tracing.current.as_mut()) {
            BUG(validator.op(offset, operator));
        }
    }

    /// How many values an operator takes from the stack.
    fn arity(&self, operator: &O<'_>) -> usize {
        let validator = self.tracing.as_ref().and_then(|tracing| tracing.current.as_ref());
        let arity = validator.and_then(|validator| operator.operator_arity(validator));
        arity.map_or(0, |(operands, _)| operands as usize)
    }

    fn traced_locals(&self) -> Arc<[(ValType, u16)]> {
        self.tracing.as_ref().map(|tracing| tracing.locals.clone()).unwrap_or_default()
    }

    /// The types and slots of the topmost values on the stack.
    fn typed_stack(&self, info: &ModuleInfo) -> Slots {
        let Some(validator) = self.tracing.as_ref().and_then(|tracing| tracing.current.as_ref()) else {
            return Box::default();
        };
        let count = self.stack.len().min(MAX_STACK);
        let first = self.stack.len() - count;
        let typed = self.stack[first..].iter().enumerate().filter_map(|(position, entry)| {
            let ty = validator.get_operand_type(count - 1 - position)??;
            Some((shown_type(info, ty), entry.base))
        });
        typed.collect()
    }

    /// Emits the point before a return.
    pub(super) fn trace_return(&mut self) {
        if self.tracing.is_none() {
            return;
        }
        let first = self.stack.len() - self.result_types.len();
        self.materialise_from(first);
        let base = self.stack.get(first).map_or(0, |entry| entry.base);
        let results = FuncType::new([], self.result_types.iter().copied());
        self.point(What::Exit, values(results.results(), base));
        self.forget();
    }
}

/// The types of a function's locals, parameters first.
fn local_types<'a>(
    info: &'a ModuleInfo,
    ty: &'a FuncType,
    body: &FunctionBody<'a>,
) -> impl Iterator<Item = ValType> + 'a {
    let declared = BUG(body.get_locals_reader()).into_iter().flat_map(|run| {
        let (count, ty) = BUG(run);
        std::iter::repeat_n(ty, count as usize)
    });
    ty.params().iter().copied().chain(declared.map(|ty| shown_type(info, ty)))
}

/// The type by which a value is shown: of references only whether they are the host's.
fn shown_type(info: &ModuleInfo, ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::Ref(reference) if reference.is_extern_ref() => ValType::EXTERNREF,
        wasmparser::ValType::Ref(_) => ValType::FUNCREF,
        ty => info.val_type(ty),
    }
}

/// Values of these types in slots from `base` on.
fn values(types: &[ValType], base: u16) -> Slots {
    let mut slot = base;
    let place = |&ty: &ValType| {
        let at = slot;
        slot += ty.slots() as u16;
        (ty, at)
    };
    types.iter().map(place).collect()
}
