//! Which engine runs functions: what the settings ask for, as far as this build and this machine have it.

use std::sync::Arc;

use crate::engine::Backend;
use crate::{Config, EngineKind, Error, Result};

/// The engine that the settings ask for.
///
/// # Errors
///
/// It is not part of this build, there is none for this machine, or it cannot do what the settings want.
pub fn backend(config: &Config) -> Result<Arc<dyn Backend>> {
    match config.engine_kind() {
        EngineKind::Auto => automatic(config),
        EngineKind::Interp => interp(),
        EngineKind::Jit => jit(config),
        EngineKind::Mixed => mixed(config),
    }
}

/// The JIT where that is possible, else the interpreter.
fn automatic(config: &Config) -> Result<Arc<dyn Backend>> {
    match jit(config) {
        Err(_) if cfg!(feature = "interp") => interp(),
        jit => jit,
    }
}

#[cfg(feature = "interp")]
fn interp() -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(falkirk_interp::Interpreter))
}

#[cfg(not(feature = "interp"))]
fn interp() -> Result<Arc<dyn Backend>> {
    Err(Error::usage(
        "the interpreter is not part of this build: turn the cargo feature `interp` on, or choose EngineKind::Jit",
    ))
}

#[cfg(feature = "jit")]
fn jit(config: &Config) -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(machine_code(config)?))
}

#[cfg(not(feature = "jit"))]
fn jit(_: &Config) -> Result<Arc<dyn Backend>> {
    Err(Error::usage(
        "the JIT is not part of this build: turn the cargo feature `jit` on, or choose EngineKind::Interp",
    ))
}

#[cfg(all(feature = "interp", feature = "jit"))]
fn mixed(config: &Config) -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(crate::mixed::MixedBackend::new(machine_code(config)?)))
}

#[cfg(not(all(feature = "interp", feature = "jit")))]
fn mixed(config: &Config) -> Result<Arc<dyn Backend>> {
    interp().and_then(|_| jit(config))
}

/// The JIT, if it can do what the settings want.
#[cfg(feature = "jit")]
fn machine_code(config: &Config) -> Result<falkirk_jit::Jit> {
    if config.settings().tracing {
        return Err(Error::usage(
            "machine code does not report its steps: with Config::tracing, choose EngineKind::Interp",
        ));
    }
    let jit = falkirk_jit::Jit::new().map_err(|why| Error::usage(format!("{why}: choose EngineKind::Interp")))?;
    Ok(jit.with_cache(config.cache_config()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    fn made(kind: EngineKind) -> Result<&'static str> {
        Engine::new(Config::new().engine(kind)).map(|engine| engine.backend_name())
    }

    /// What the message about an engine that cannot be had says.
    #[track_caller]
    fn check(found: Result<&'static str>, wanted: std::result::Result<&str, &str>) {
        match (found, wanted) {
            (Ok(found), Ok(wanted)) => assert_eq!(found, wanted),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (found, wanted) => panic!("{found:?} instead of {wanted:?}"),
        }
    }

    #[test]
    fn the_settings_say_which_engine() {
        let (interp, jit) = (cfg!(feature = "interp"), cfg!(feature = "jit"));
        check(made(EngineKind::Auto), Ok(if jit { "jit" } else { "interp" }));
        check(made(EngineKind::Interp), if interp { Ok("interp") } else { Err("cargo feature `interp`") });
        check(made(EngineKind::Jit), if jit { Ok("jit") } else { Err("cargo feature `jit`") });
        check(made(EngineKind::Mixed), if interp && jit { Ok("mixed") } else { Err("cargo feature") });
    }

    #[test]
    #[cfg(all(feature = "trace", feature = "interp"))]
    fn only_the_interpreter_traces() {
        let made = |kind| {
            let mut config = Config::new();
            config.tracing(true).engine(kind);
            Engine::new(&config).map(|engine| engine.backend_name())
        };
        check(made(EngineKind::Auto), Ok("interp"));
        check(made(EngineKind::Interp), Ok("interp"));
        for kind in [EngineKind::Jit, EngineKind::Mixed] {
            check(made(kind), Err(if cfg!(feature = "jit") { "choose EngineKind::Interp" } else { "cargo feature" }));
        }
    }
}
