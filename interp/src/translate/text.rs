//! Operators as text, for traces and explanations.

use wasmparser::{BlockType, Operator as O};

macro_rules! names {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        /// The name of the method that visits an operator: its mnemonic, with `_` for each `.`.
        fn visitor(operator: &O<'_>) -> &'static str {
            match operator {
                $(O::$op { .. } => stringify!($visit),)*
                _ => "visit_unknown",
            }
        }
    };
}
wasmparser::for_each_operator!(names);

/// The mnemonic of an operator in the text format.
pub fn mnemonic(operator: &O<'_>) -> String {
    let name = visitor(operator).trim_start_matches("visit_");
    let spaces = [
        "local", "global", "table", "memory", "ref", "elem", "data", "i32", "i64", "f32", "f64", "v128", "i8x16",
        "i16x8", "i32x4", "i64x2", "f32x4", "f64x2",
    ];
    match name.split_once('_') {
        Some((space, rest)) if spaces.contains(&space) => format!("{space}.{rest}"),
        _ => name.to_owned(),
    }
}

/// The operator in the text format, with its immediates.
pub fn text(operator: &O<'_>) -> String {
    let name = mnemonic(operator);
    match immediates(operator) {
        immediates if immediates.is_empty() => name,
        immediates => format!("{name} {immediates}"),
    }
}

fn immediates(operator: &O<'_>) -> String {
    match operator {
        O::I32Const { value } => value.to_string(),
        O::I64Const { value } => value.to_string(),
        O::F32Const { value } => f32::from_bits(value.bits()).to_string(),
        O::F64Const { value } => f64::from_bits(value.bits()).to_string(),
        O::LocalGet { local_index: n }
        | O::LocalSet { local_index: n }
        | O::LocalTee { local_index: n }
        | O::GlobalGet { global_index: n }
        | O::GlobalSet { global_index: n }
        | O::Br { relative_depth: n }
        | O::BrIf { relative_depth: n }
        | O::BrOnNull { relative_depth: n }
        | O::BrOnNonNull { relative_depth: n }
        | O::Call { function_index: n }
        | O::ReturnCall { function_index: n }
        | O::RefFunc { function_index: n }
        | O::CallRef { type_index: n }
        | O::ReturnCallRef { type_index: n } => n.to_string(),
        O::CallIndirect { type_index, table_index } | O::ReturnCallIndirect { type_index, table_index } => {
            format!("{table_index} (type {type_index})")
        }
        O::Block { blockty } | O::Loop { blockty } | O::If { blockty } => block_type(*blockty),
        O::BrTable { targets } => {
            let all = targets.targets().flatten().chain([targets.default()]);
            all.map(|depth| depth.to_string()).collect::<Vec<_>>().join(" ")
        }
        other => other_immediates(other),
    }
}

fn block_type(ty: BlockType) -> String {
    match ty {
        BlockType::Empty => String::new(),
        BlockType::Type(ty) => format!("(result {ty})"),
        BlockType::FuncType(index) => format!("(type {index})"),
    }
}

/// The immediates of the other operators, from their debug form: of a memory argument the offset, else the numbers.
fn other_immediates(operator: &O<'_>) -> String {
    let debug = format!("{operator:?}");
    let fields = debug.split_once('{').map_or("", |(_, fields)| fields);
    let numbers = fields.split(", ").filter_map(|field| {
        let (name, value) = field.trim_matches([' ', '{', '}']).rsplit_once(": ")?;
        let number: u64 = value.trim_matches([' ', '}']).parse().ok()?;
        match name {
            "align" | "max_align" | "memarg: MemArg { align" => None,
            "offset" => (number != 0).then(|| format!("offset={number}")),
            _ => Some(number.to_string()),
        }
    });
    numbers.collect::<Vec<_>>().join(" ")
}
