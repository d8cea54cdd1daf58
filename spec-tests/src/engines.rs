//! The engines that every test runs on.

use falkirk::{Config, Engine, EngineKind};

/// An engine in one configuration.
#[derive(Clone)]
pub struct Subject {
    /// The engine whose list `expected-failures/<name>.txt` says what fails.
    pub engine_name: &'static str,
    /// Names the configuration too.
    pub name: &'static str,
    /// The engine, with all the features that it has.
    pub engine: Engine,
    config: Config,
}

impl Subject {
    fn new(engine_name: &'static str, name: &'static str, config: Config) -> Subject {
        Subject { engine_name, name, engine: make(name, &config), config }
    }

    /// Whether this is the engine's usual configuration: the one whose outcome is written down when lists are blessed.
    pub fn is_primary(&self) -> bool {
        self.name == self.engine_name
    }

    /// Whether code reports its steps to an observer.
    pub fn is_traced(&self) -> bool {
        self.config.settings().tracing
    }

    /// This engine as a suite wants it.
    ///
    /// Older suites say of what came after them that it must be rejected (a second memory, say), so these run with the
    /// features of their time.
    pub fn for_suite(&self, suite: &str) -> Engine {
        let mut config = self.config.clone();
        match suite.rsplit('/').next().unwrap_or(suite) {
            "wasm-v1"
            | "wasm-v2"
            | "multi-value"
            | "mutable-global"
            | "reference-types"
            | "nontrapping-float-to-int-conversions"
            | "sign-extension-ops" => only_second_version(&mut config),
            "bulk-memory" | "function-references" => config.wasm_multi_memory(false).wasm_memory64(false),
            "memory64" | "threads" => config.wasm_multi_memory(false),
            _ => return self.engine.clone(),
        };
        make(self.name, &config)
    }
}

/// Turns off what came with version 3.0 of the specification.
fn only_second_version(config: &mut Config) -> &mut Config {
    config
        .wasm_extended_const(false)
        .wasm_function_references(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
}

fn make(name: &str, config: &Config) -> Engine {
    Engine::new(config).unwrap_or_else(|error| panic!("the engine {name} cannot be made: {error}"))
}

/// Every engine that is built in: the usual configuration of each, and further ones.
///
/// | name | what is not as usual |
/// | --- | --- |
/// | `interp-other`, `jit-other` | all that can be the other way round: fuel is counted, memories move when they grow; functions are translated at their first call |
/// | `interp-traced` | code reports its steps |
/// | `mixed` | functions with an even index are compiled, the others interpreted |
pub fn all() -> Vec<Subject> {
    subjects(false)
}

/// As [`all`], with fuel in each configuration, for programs that may not end.
pub fn all_with_fuel() -> Vec<Subject> {
    subjects(true)
}

fn subjects(fuel: bool) -> Vec<Subject> {
    let usual = |kind: EngineKind| {
        let mut config = Config::new();
        config.engine(kind).consume_fuel(fuel);
        config
    };
    let other = |kind: EngineKind| {
        let mut config = Config::new();
        config.engine(kind).consume_fuel(true).memory_reservation(0).lazy_above(Some(0));
        config
    };
    let mut subjects = Vec::new();
    if cfg!(feature = "interp") {
        let mut traced = usual(EngineKind::Interp);
        traced.tracing(true);
        subjects.push(Subject::new("interp", "interp", usual(EngineKind::Interp)));
        subjects.push(Subject::new("interp", "interp-other", other(EngineKind::Interp)));
        subjects.push(Subject::new("interp", "interp-traced", traced));
    }
    if cfg!(feature = "jit") {
        subjects.push(Subject::new("jit", "jit", usual(EngineKind::Jit)));
        subjects.push(Subject::new("jit", "jit-other", other(EngineKind::Jit)));
    }
    if cfg!(all(feature = "interp", feature = "jit")) {
        subjects.push(Subject::new("jit", "mixed", usual(EngineKind::Mixed)));
    }
    subjects
}
