//! Each operator with interesting operands: every engine gives the same results, traps and memories.

use std::collections::BTreeSet;

use falkirk::diff::{Call, Oracle, Rng, Script, Value, edges};
use falkirk_spec_tests::operators::{self, Case, ELSEWHERE, Entry, MAX_OPERANDS, Source, TABLE, Typed, Use, tested};
use falkirk_spec_tests::{engines, oracle};
use proptest::prelude::*;

/// None is forgotten, and none is excused that need not be.
#[test]
fn every_operator_of_a_supported_proposal_is_tested_here_or_named() {
    let tested: Vec<&Entry> = tested().collect();
    let unfit: Vec<&str> = tested.iter().filter(|entry| entry.arity().is_none()).map(|entry| entry.name).collect();
    assert!(unfit.is_empty(), "neither testable nor named in ELSEWHERE: {unfit:?}");
    let names: BTreeSet<&str> = TABLE.iter().map(|entry| entry.name).collect();
    assert!(ELSEWHERE.iter().all(|name| names.contains(name)), "ELSEWHERE names what is not there");
    let mut rng = Rng::new(1);
    for entry in &tested {
        let typed = operators::typed(entry, &mut rng);
        assert!(typed.params.len() <= MAX_OPERANDS && typed.results.len() <= 1, "{}", entry.name);
    }
    let count = |proposal| tested.iter().filter(|entry| entry.proposal == proposal).count();
    let counts = operators::PROPOSALS.map(|proposal| (proposal, count(proposal)));
    // As the specification's index of instructions has them, without those that ELSEWHERE names.
    let wanted = [
        ("mvp", 157),
        ("sign_extension", 5),
        ("saturating_float_to_int", 8),
        ("bulk_memory", 7),
        ("reference_types", 9),
        ("simd", 236),
        ("relaxed_simd", 20),
        ("function_references", 1),
    ];
    assert_eq!(counts, wanted);
}

/// Each operator alone, on every pair of edges (some of them, of vectors).
#[test]
fn edge_by_edge() {
    let oracle = oracle::of(&engines::all());
    let mut rng = Rng::new(7);
    for entry in tested() {
        let typed = operators::typed(entry, &mut rng);
        // Memory operators have edges of their own: see the test below.
        if typed.params.is_empty() || typed.offset.is_some() || !typed.params.iter().all(is_number) {
            continue;
        }
        let case = Case::new(typed.clone(), [Source::Param; MAX_OPERANDS], Use::Return, &mut rng);
        let calls = tuples(&typed, &mut rng).into_iter().map(|arguments| Call { export: "c0".to_owned(), arguments });
        let name = format!("edges-{}", entry.name);
        let module =
            if needs_furniture(entry.name) { operators::module(&[case]) } else { operators::bare_module(&[case]) };
        let outcome = operators::run(&oracle, &name, &module, &Script::new(calls));
        outcome.unwrap_or_else(|problem| panic!("{problem}"));
    }
}

/// Whether the operator works on a memory or table.
fn needs_furniture(name: &str) -> bool {
    name.starts_with("Memory") || name.starts_with("Table")
}

fn is_number(ty: &wasmparser::ValType) -> bool {
    !ty.is_reference_type()
}

/// All tuples of scalar edges for up to two operands; for vectors and three operands, a few hundred.
fn tuples(typed: &Typed, rng: &mut Rng) -> Vec<Vec<Value>> {
    let scalars = typed.params.iter().all(|ty| *ty != wasmparser::ValType::V128);
    match &typed.params[..] {
        [a] if scalars => scalar_edges(*a).into_iter().map(|value| vec![value]).collect(),
        [a, b] if scalars => {
            let (a, b) = (scalar_edges(*a), scalar_edges(*b));
            a.iter().flat_map(|a| b.iter().map(|b| vec![*a, *b])).collect()
        }
        params => {
            let value = |ty: &wasmparser::ValType, rng: &mut Rng| edges::value(rng, operators::public(*ty));
            (0..300).filter_map(|_| params.iter().map(|ty| value(ty, rng)).collect()).collect()
        }
    }
}

fn scalar_edges(ty: wasmparser::ValType) -> Vec<Value> {
    use wasmparser::ValType::{F32, F64, I32, I64};
    match ty {
        I32 => edges::INTEGERS.iter().map(|value| Value::I32(*value as i32)).collect(),
        I64 => edges::INTEGERS.iter().map(|value| Value::I64(*value as i64)).collect(),
        F32 => edges::F32_MAGNITUDES.iter().flat_map(|bits| [*bits, bits | 1 << 31]).map(Value::F32).collect(),
        F64 => edges::F64_MAGNITUDES.iter().flat_map(|bits| [*bits, bits | 1 << 63]).map(Value::F64).collect(),
        _ => panic!("BUG: {ty} is no scalar"),
    }
}

/// Each memory operator at the edges of memories, of what is reserved for them, and of what can be addressed: with an
/// address that is a parameter, or a constant.
#[test]
fn edges_of_memory() {
    const OFFSETS: usize = 12;
    const CONSTANTS: usize = 10;
    let oracle = oracle::of(&engines::all());
    let mut rng = Rng::new(9);
    for (number, entry) in tested().flat_map(|entry| (0..OFFSETS).map(move |number| (number, entry))) {
        let typed = operators::typed(entry, &mut rng);
        let Some(offset) = typed.offset else { continue };
        let mut cases = vec![Case::new(typed.clone(), [Source::Param; MAX_OPERANDS], Use::Return, &mut rng)];
        let constant = [Source::Const, Source::Param, Source::Param];
        cases.extend((0..CONSTANTS).map(|_| Case::new(typed.clone(), constant, Use::Return, &mut rng)));
        let mut script = operators::script(&cases);
        script.runs.push(operators::address_edges(offset).map(|address| call_at(&cases[0], address)).collect());
        let outcome =
            operators::run(&oracle, &format!("memory-{}-{number}", entry.name), &operators::module(&cases), &script);
        outcome.unwrap_or_else(|problem| panic!("{problem}"));
    }
}

/// The call of the first case at this address.
fn call_at(case: &Case, address: u64) -> Call {
    let mut arguments: Vec<Value> = case.operands.iter().map(|(_, value)| *value).collect();
    arguments[0] = match arguments[0] {
        Value::I32(_) => Value::I32(address as i32),
        _ => Value::I64(address as i64),
    };
    Call { export: "c0".to_owned(), arguments }
}

/// What proptest changes when it looks for the smallest failing case.
#[derive(Clone, Debug)]
struct Choice {
    operator: prop::sample::Index,
    immediates: u64,
    sources: [usize; MAX_OPERANDS],
    usage: usize,
    values: u64,
}

fn choice() -> impl Strategy<Value = Choice> {
    let sources = prop::array::uniform(0..Source::ALL.len());
    (any::<prop::sample::Index>(), any::<u64>(), sources, 0..Use::ALL.len(), any::<u64>()).prop_map(
        |(operator, immediates, sources, usage, values)| Choice { operator, immediates, sources, usage, values },
    )
}

impl Choice {
    fn case(&self) -> Case {
        let entries: Vec<&Entry> = tested().collect();
        let typed = operators::typed(entries[self.operator.index(entries.len())], &mut Rng::new(self.immediates));
        let sources = self.sources.map(|source| Source::ALL[source]);
        Case::new(typed, sources, Use::ALL[self.usage], &mut Rng::new(self.values))
    }
}

fn subjects() -> &'static Oracle {
    static ORACLE: std::sync::OnceLock<Oracle> = std::sync::OnceLock::new();
    ORACLE.get_or_init(|| oracle::of(&engines::all()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Operands that are constants, parameters or computed, in all combinations, and results put to different uses. The
    /// cases of a module run one after another on one instance.
    #[test]
    fn operands_from_anywhere(choices in prop::collection::vec(choice(), 1..40)) {
        let cases: Vec<Case> = choices.iter().map(Choice::case).collect();
        if let Err(problem) = operators::check(subjects(), "operators", &cases) {
            prop_assert!(false, "{}", problem);
        }
    }
}
