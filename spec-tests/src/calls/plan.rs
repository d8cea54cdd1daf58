//! Which functions there are, and their types.

use falkirk::diff::Rng;
use wasm_encoder::{RefType, ValType};

/// The types of parameters and results.
pub const TYPES: [ValType; 7] = [
    ValType::I32,
    ValType::I64,
    ValType::F32,
    ValType::F64,
    ValType::V128,
    ValType::Ref(RefType::FUNCREF),
    ValType::Ref(RefType::EXTERNREF),
];

/// Parameters and results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
}

/// What a module has. Types have the numbers of their places here; so have functions, imported ones first.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The types.
    pub types: Vec<Signature>,
    /// The types of the imported functions.
    pub imports: Vec<usize>,
    /// The types of the module's own functions.
    pub functions: Vec<usize>,
    /// Where their bodies come from.
    pub seed: u64,
}

impl Plan {
    /// The plan that follows from `seed`.
    pub fn new(seed: u64) -> Plan {
        let mut rng = Rng::new(seed);
        let mut types: Vec<Signature> = (0..1 + rng.below(5)).map(|_| signature(&mut rng)).collect();
        // Some with the same results, so that there is something to tail call.
        for _ in 0..rng.below(4) {
            let Signature { results, .. } = rng.choose(&types).clone();
            types.push(Signature { results, ..signature(&mut rng) });
        }
        let imports = (0..rng.below(4)).map(|_| rng.below(types.len())).collect();
        let functions = (0..2 + rng.below(12)).map(|_| rng.below(types.len())).collect();
        Plan { types, imports, functions, seed }
    }

    /// The types of all functions, imported ones first.
    pub fn all(&self) -> Vec<usize> {
        [&self.imports[..], &self.functions].concat()
    }
}

fn signature(rng: &mut Rng) -> Signature {
    let kind = rng.below(4);
    let mut list = |most: usize| {
        let count = rng.below(most + 1);
        // Many of one kind fill its registers; mixtures fill all.
        let only = *rng.choose(&TYPES);
        (0..count).map(|_| if kind == 0 { only } else { *rng.choose(&TYPES) }).collect()
    };
    let most = [20, 3, 8, 14][kind];
    Signature { params: list(most), results: list(most / 2) }
}
