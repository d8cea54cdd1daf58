//! The engines that every test runs on.

use falkirk::{Config, Engine};

/// An engine in one configuration.
#[derive(Clone)]
pub struct Subject {
    /// The engine's name: `expected-failures/<name>.txt` is its list.
    pub engine_name: &'static str,
    /// Names the configuration too.
    pub name: &'static str,
    /// The engine itself.
    pub engine: Engine,
}

impl Subject {
    /// Whether this is the engine's usual configuration: the one whose outcome is written down when lists are blessed.
    pub fn is_primary(&self) -> bool {
        self.name == self.engine_name
    }
}

/// Every engine, each in its usual configuration and in one where everything that can be is the other way round: functions
/// translated at their first call, memories that move when they grow, fuel counted.
pub fn all() -> Vec<Subject> {
    vec![subject("interp", "interp", &Config::new()), subject("interp", "interp-other", &other(Config::new()))]
}

/// As [`all`], with fuel in each configuration, for programs that may not end.
pub fn all_with_fuel() -> Vec<Subject> {
    let mut usual = Config::new();
    usual.consume_fuel(true);
    vec![subject("interp", "interp", &usual), subject("interp", "interp-other", &other(Config::new()))]
}

fn other(mut config: Config) -> Config {
    config.consume_fuel(true).lazy_above(Some(0)).memory_reservation(0).memory64_reservation(0);
    config
}

fn subject(engine_name: &'static str, name: &'static str, config: &Config) -> Subject {
    let engine = Engine::new(config).unwrap_or_else(|error| panic!("the engine {name} cannot be made: {error}"));
    Subject { engine_name, name, engine }
}
