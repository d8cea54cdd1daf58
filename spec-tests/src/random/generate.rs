//! Valid modules from a seed.

use wasm_smith::{Config, Module};

use super::Rng;

/// The binary of a random module that uses only what the engines support.
///
/// Which features and how many items it has is random too, so that some modules are all tables and others all vectors.
pub fn module(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    loop {
        let length = 1024 << rng.below(5);
        let bytes = rng.bytes(length);
        let mut input = arbitrary::Unstructured::new(&bytes);
        let config = config(&mut rng);
        if let Ok(module) = Module::new(config, &mut input) {
            return module.to_bytes();
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
        disallow_traps: chance(),
        max_memories: if chance() { 1 } else { 4 },
        max_tables: if chance() { 1 } else { 4 },
        min_funcs: 5,
        min_exports: 5,
        min_memories: u32::from(chance()),
        export_everything: true,
        max_imports: 10,
        max_types: 20,
        max_funcs: 20,
        max_instructions: if chance() { 200 } else { 2000 },
        max_table_elements: 1000,
        max_memory32_bytes: 1 << 22,
        max_memory64_bytes: 1 << 22,
        gc_enabled: false,
        exceptions_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        compact_imports_enabled: false,
        ..Config::default()
    }
}
