//! Valid modules from a seed.

use arbitrary::Unstructured;
use falkirk::diff::Rng;
use wasm_smith::{Config, MemoryOffsetChoices, Module};

/// How many loops and calls the functions of a module that ends by itself may begin, in all, on one instance.
const STEPS: u32 = 1000;

/// The binary of a random module that uses only what the engines support.
///
/// It may run for ever. Which features and how many items it has is random too, so that some modules are all tables and
/// others all vectors.
pub fn module(seed: u64) -> Vec<u8> {
    generate(seed).to_bytes()
}

/// As [`module`], for a module that does the same everywhere: it counts its steps and executes `unreachable` when it has
/// taken too many, and makes every NaN canonical.
pub fn deterministic(seed: u64) -> Vec<u8> {
    let mut module = generate(seed);
    module.ensure_termination(STEPS).expect("BUG: the generator made all functions itself");
    module.to_bytes()
}

/// As [`deterministic`], from any bytes; none if they are too few.
pub fn deterministic_from(bytes: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = bytes.split_first_chunk()?;
    let mut rng = Rng::new(u64::from_le_bytes(*head));
    let mut module = Module::new(config(&mut rng), &mut Unstructured::new(rest)).ok()?;
    module.ensure_termination(STEPS).ok()?;
    Some(module.to_bytes())
}

fn generate(seed: u64) -> Module {
    let mut rng = Rng::new(seed);
    loop {
        let length = 1024 << rng.below(5);
        let bytes = rng.bytes(length);
        let config = config(&mut rng);
        if let Ok(module) = Module::new(config, &mut Unstructured::new(&bytes)) {
            return module;
        }
    }
}

fn config(rng: &mut Rng) -> Config {
    let mut chance = || rng.below(4) != 0;
    Config {
        simd_enabled: chance(),
        relaxed_simd_enabled: chance(),
        memory64_enabled: chance(),
        tail_call_enabled: chance(),
        allow_floats: chance(),
        canonicalize_nans: true,
        disallow_traps: chance(),
        max_memories: if chance() { 1 } else { 4 },
        max_tables: if chance() { 1 } else { 4 },
        // In bounds, around the end, anywhere. Most accesses should not trap, so that something comes behind them.
        memory_offset_choices: if chance() { MemoryOffsetChoices(200, 3, 1) } else { MemoryOffsetChoices(10, 5, 1) },
        min_types: 3,
        min_funcs: 5,
        min_exports: 5,
        min_memories: u32::from(chance()),
        min_tables: u32::from(chance()),
        min_imports: if chance() { 0 } else { 3 },
        export_everything: true,
        max_imports: 10,
        max_types: 20,
        max_funcs: 20,
        max_instructions: if chance() { 200 } else { 2000 },
        max_table_elements: 1000,
        max_memory32_bytes: 1 << 21,
        max_memory64_bytes: 1 << 21,
        gc_enabled: false,
        exceptions_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        compact_imports_enabled: false,
        ..Config::default()
    }
}
