//! The instructions that Falkirk executes, from the table by which modules are read and validated.

/// The proposals whose instructions are executed, by the names of the table, with the headings of the page.
const PROPOSALS: [(&str, &str); 9] = [
    ("mvp", "WebAssembly 1.0"),
    ("sign_extension", "Sign extension"),
    ("saturating_float_to_int", "Conversions that never trap"),
    ("bulk_memory", "Bulk memory"),
    ("reference_types", "References"),
    ("tail_call", "Tail calls"),
    ("function_references", "Typed function references"),
    ("simd", "Vectors"),
    ("relaxed_simd", "Relaxed vectors"),
];

/// Words for what is behind instructions, where the table has short names for it.
const WORDS: [(&str, &str); 17] = [
    ("blockty", "type"),
    ("data_index", "data segment"),
    ("dst_mem", "memory to write"),
    ("dst_table", "table to write"),
    ("elem_index", "element segment"),
    ("function_index", "function"),
    ("global_index", "global"),
    ("hty", "type"),
    ("local_index", "local"),
    ("mem", "memory"),
    ("memarg", "alignment, offset"),
    ("relative_depth", "label"),
    ("src_mem", "memory to read"),
    ("src_table", "table to read"),
    ("targets", "labels"),
    ("ty", "type"),
    ("tys", "types"),
];

/// An instruction of the table.
pub struct Operator {
    proposal: &'static str,
    /// Its name in the decoder: `I32Add`.
    pub id: &'static str,
    /// Its name as that of a function: `visit_i32_add`.
    visit: &'static str,
    /// The names of what is behind it.
    pub immediates: Vec<&'static str>,
    /// How many it pops and pushes: `arity 2 -> 1`.
    arity: &'static str,
}

macro_rules! rows {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        vec![$(Operator {
            proposal: stringify!($proposal),
            id: stringify!($op),
            visit: stringify!($visit),
            immediates: vec![$($(stringify!($arg)),*)?],
            arity: stringify!($($arity)*),
        }),*]
    };
}

/// The instructions that Falkirk executes.
pub fn operators() -> Vec<Operator> {
    let mut operators: Vec<Operator> = wasmparser::for_each_operator!(rows);
    operators.retain(|operator| PROPOSALS.iter().any(|(proposal, _)| *proposal == operator.proposal));
    // The decoder reads a `select` of several values apart from that of one, but no such instruction is valid.
    operators.retain(|operator| operator.id != "TypedSelectMulti");
    operators
}

impl Operator {
    /// Its name in the text format: `i32.add`.
    pub fn name(&self) -> String {
        const NAMESPACES: [&str; 18] = [
            "i32", "i64", "f32", "f64", "v128", "i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2", "local",
            "global", "table", "memory", "ref", "elem", "data",
        ];
        let name = self.visit.strip_prefix("visit_").expect("a function's name");
        match name.split_once('_') {
            // Two opcodes have this name: with and without a type behind them.
            _ if name == "typed_select" => "select (result t)".to_owned(),
            Some((namespace, rest)) if NAMESPACES.contains(&namespace) => format!("{namespace}.{rest}"),
            _ => name.to_owned(),
        }
    }

    /// The heading under which it stands.
    pub fn heading(&self) -> &'static str {
        let found = PROPOSALS.iter().find(|(proposal, _)| *proposal == self.proposal);
        found.map(|(_, heading)| *heading).expect("others were left out")
    }

    /// What is behind it, in words.
    pub fn behind(&self) -> String {
        let word = |immediate: &&'static str| -> &'static str {
            let found = WORDS.iter().find(|(short, _)| short == immediate).map(|(_, word)| *word);
            found.or(immediate.strip_suffix("_index")).unwrap_or(immediate)
        };
        self.immediates.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    /// How many values are popped and pushed, if that is always the same.
    pub fn arity(&self) -> Option<(usize, usize)> {
        let (pops, pushes) = self.arity.split_once(" -> ")?;
        Some((pops.rsplit(' ').next()?.parse().ok()?, pushes.parse().ok()?))
    }
}

#[test]
fn names_are_those_of_the_text_format() {
    let names: Vec<String> = operators().iter().map(Operator::name).collect();
    for expected in
        ["i32.add", "br_if", "memory.grow", "v128.load8x8_s", "ref.as_non_null", "return_call_ref", "select"]
    {
        assert!(names.iter().any(|name| name == expected), "{expected}");
    }
    for (proposal, _) in PROPOSALS {
        assert!(operators().iter().any(|operator| operator.proposal == proposal), "{proposal}");
    }
}
