//! The operators of a function, and which of them use what others yield.

use falkirk_runtime::Module;
use wasmparser::{
    BinaryReader, FuncValidator, FunctionBody, Operator as O, Parser, ValidPayload, Validator, ValidatorResources,
    WasmFeatures,
};

/// An operator.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Its offset in the module.
    pub offset: usize,
    /// What it is to the flow of values and control.
    pub role: Role,
    /// Whether execution can come here.
    pub reached: bool,
    /// The operator whose value it takes last: the topmost on the stack.
    pub producer: Option<usize>,
    /// The operator that takes its value.
    pub consumer: Option<usize>,
}

/// What an operator is to the flow of values and control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Opens or divides a block: `block`, `loop`, `if`.
    Opens,
    /// Closes or divides a block: `end`, `else`.
    Closes,
    /// Puts a value elsewhere: `local.set`, `local.tee`, `drop`.
    Keeps,
    /// Everything else.
    Computes,
}

impl Role {
    fn of(operator: &O<'_>) -> Role {
        match operator {
            O::Block { .. } | O::Loop { .. } | O::If { .. } => Role::Opens,
            O::End | O::Else => Role::Closes,
            O::LocalSet { .. } | O::LocalTee { .. } | O::Drop => Role::Keeps,
            _ => Role::Computes,
        }
    }

    /// Whether it is part of the block structure.
    pub fn is_structure(self) -> bool {
        matches!(self, Role::Opens | Role::Closes)
    }
}

/// The operators of the function that a module defines with this index.
pub fn operators(module: &Module, function: u32) -> Vec<Operator> {
    let info = module.info();
    let Some(range) = info.body(function) else { return Vec::new() };
    let body = FunctionBody::new(BinaryReader::new(&info.bytes[range.clone()], range.start as u64));
    let Some(validator) = validator(module, function) else { return Vec::new() };
    match walk(&body, validator) {
        Ok(operators) => operators,
        Err(error) => panic!("BUG: a validated function does not parse: {error}"),
    }
}

fn walk(
    body: &FunctionBody<'_>,
    mut validator: FuncValidator<ValidatorResources>,
) -> wasmparser::Result<Vec<Operator>> {
    let mut flow = Flow::default();
    validator.read_locals(&mut body.get_binary_reader())?;
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        flow.step(offset as usize, &operator, &validator);
        validator.op(offset, &operator)?;
    }
    Ok(flow.operators)
}

/// What validates the function once more: only it knows how many values operators take and give.
fn validator(module: &Module, function: u32) -> Option<FuncValidator<ValidatorResources>> {
    let mut validator = Validator::new_with_features(WasmFeatures::all().difference(WasmFeatures::CUSTOM_DESCRIPTORS));
    for payload in Parser::new(0).parse_all(module.bytes()) {
        match validator.payload(&payload.ok()?).ok()? {
            ValidPayload::Func(found, _) if found.index == function => {
                return Some(found.into_validator(Default::default()));
            }
            _ => {}
        }
    }
    None
}

/// The stack, as far as it says which operator gave each value.
#[derive(Default)]
struct Flow {
    operators: Vec<Operator>,
    stack: Vec<usize>,
    /// How many values stand below each open block.
    floors: Vec<usize>,
}

impl Flow {
    fn step(&mut self, offset: usize, operator: &O<'_>, validator: &FuncValidator<ValidatorResources>) {
        let role = Role::of(operator);
        let unreachable = validator.get_control_frame(0).is_some_and(|frame| frame.unreachable);
        let (takes, gives) = operator.operator_arity(validator).unwrap_or((0, 0));
        let at = self.operators.len();
        let mut new =
            Operator { offset, role, reached: !unreachable || role == Role::Closes, producer: None, consumer: None };
        let floor = self.floors.last().copied().unwrap_or(0);
        for taken in 0..takes {
            if self.stack.len() <= floor {
                break;
            }
            let Some(producer) = self.stack.pop() else { break };
            if taken == 0 {
                new.producer = Some(producer);
            }
            self.operators[producer].consumer.get_or_insert(at);
        }
        self.operators.push(new);
        match operator {
            O::Block { .. } | O::Loop { .. } | O::If { .. } => self.floors.push(self.stack.len()),
            O::End => {
                let floor = self.floors.pop().unwrap_or(0);
                self.stack.truncate(floor);
            }
            O::Else => self.stack.truncate(floor),
            _ => {}
        }
        for _ in 0..gives {
            self.stack.push(at);
        }
    }
}
