//! Takes engines through a script, step by step.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use falkirk_runtime::{Instance, Module, Result, Store, StoreLimits, StoreLimitsBuilder};

use super::compare::{self, Verdict};
use super::difference::Difference;
use super::made_up;
use super::outcome::{End, Frames, Outcome};
use super::report::{Report, Step, What};
use super::script::{Call, Script};
use super::side::Side;
use super::value::Nans;
use crate::Engine;

/// Instantiates the module in a store, with imports.
type Instantiate = dyn Fn(&mut Store<StoreLimits>, &Module) -> Result<Instance> + Send + Sync;

/// Compares engines. The first one's behaviour is what the others' is held against.
#[derive(Clone)]
pub struct Oracle {
    engines: Vec<(String, Engine)>,
    rules: Rules,
}

/// What a comparison goes by.
#[derive(Clone)]
pub(super) struct Rules {
    pub fuel: u64,
    pub deadline: Option<Duration>,
    pub limits: StoreLimits,
    pub nans: Nans,
    pub frames: Frames,
    pub instantiate: Arc<Instantiate>,
}

impl Oracle {
    /// An oracle for these engines, with their names. Whatever a module imports is made up; each call may take 20 seconds,
    /// each memory 64 MiB, each table 100,000 elements.
    ///
    /// # Panics
    ///
    /// There are fewer than two engines.
    pub fn new(engines: impl IntoIterator<Item = (impl Into<String>, Engine)>) -> Oracle {
        let engines: Vec<_> = engines.into_iter().map(|(name, engine)| (name.into(), engine)).collect();
        assert!(engines.len() >= 2, "comparing takes at least two engines");
        let rules = Rules {
            fuel: u64::MAX / 4,
            deadline: Some(Duration::from_secs(20)),
            limits: StoreLimitsBuilder::new().memory_size(64 << 20).table_elements(100_000).build(),
            nans: Nans::default(),
            frames: Frames::default(),
            instantiate: Arc::new(made_up::instantiate),
        };
        Oracle { engines, rules }
    }

    /// How much fuel each call may use, on engines that count it. Default: more than any call needs.
    pub fn fuel(&mut self, fuel: u64) -> &mut Oracle {
        self.rules.fuel = fuel;
        self
    }

    /// How long each call may take. Default: 20 seconds.
    pub fn deadline(&mut self, deadline: Option<Duration>) -> &mut Oracle {
        self.rules.deadline = deadline;
        self
    }

    /// What each store may use.
    pub fn limits(&mut self, limits: StoreLimits) -> &mut Oracle {
        self.rules.limits = limits;
        self
    }

    /// How NaNs are compared. Default: [`Nans::Alike`].
    pub fn nans(&mut self, nans: Nans) -> &mut Oracle {
        self.rules.nans = nans;
        self
    }

    /// How closely the guest's frames at a failure are compared. Default: [`Frames::Calls`].
    pub fn frames(&mut self, frames: Frames) -> &mut Oracle {
        self.rules.frames = frames;
        self
    }

    /// How a module is instantiated, instead of with made-up imports. It must do the same in each store.
    pub fn instantiate_with(
        &mut self,
        instantiate: impl Fn(&mut Store<StoreLimits>, &Module) -> Result<Instance> + Send + Sync + 'static,
    ) -> &mut Oracle {
        self.rules.instantiate = Arc::new(instantiate);
        self
    }

    /// Has every engine compile the module (with the feature `wat` also as text).
    pub fn compile(&self, wasm: impl AsRef<[u8]>) -> Trial<'_> {
        self.compile_each(std::iter::repeat(wasm.as_ref()))
    }

    /// Has each engine compile the next of these modules. Our own tests give them different ones.
    pub(super) fn compile_each<'w>(&self, mut modules: impl Iterator<Item = &'w [u8]>) -> Trial<'_> {
        let sides = self.engines.iter().map(|(name, engine)| Side::new(name, engine)).collect();
        let engines = self.engines.iter().map(|(name, _)| name.clone()).collect();
        let report = Report { engines, ..Report::default() };
        let mut trial = Trial { rules: &self.rules, sides, report, over: false };
        trial.step(What::Compile, |side, _| side.compile(modules.next().expect("BUG: a module for each side")));
        trial
    }

    /// Compiles the module, and runs the script that `script` makes for it.
    pub fn check(&self, wasm: impl AsRef<[u8]>, script: impl FnOnce(&Module) -> Script) -> Report {
        let trial = self.compile(wasm);
        let Some(script) = trial.module().map(script) else { return trial.report };
        trial.run(&script)
    }
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle").field("engines", &self.engines).finish_non_exhaustive()
    }
}

/// A module on every engine, ready to run.
pub struct Trial<'a> {
    rules: &'a Rules,
    sides: Vec<Side>,
    report: Report,
    /// Whether the last step left nothing to go on with.
    over: bool,
}

impl Trial<'_> {
    /// The module on the first engine, if all engines accept it.
    pub fn module(&self) -> Option<&Module> {
        if self.over { None } else { self.sides.first()?.module.as_ref() }
    }

    /// The report so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Runs the script until its end or the first difference.
    pub fn run(mut self, script: &Script) -> Report {
        if !self.over {
            for calls in &script.runs {
                self.run_on_one_instance(calls);
                if self.report.difference.is_some() {
                    break;
                }
            }
        }
        self.report
    }

    fn run_on_one_instance(&mut self, calls: &[Call]) {
        self.step(What::Instantiate, Side::instantiate);
        for call in calls {
            if self.over {
                break;
            }
            self.step(What::Call(call.clone()), |side, rules| side.call(call, rules));
        }
    }

    /// Has each side take a step, and compares.
    fn step(&mut self, what: What, mut take: impl FnMut(&mut Side, &Rules) -> End) {
        let ends: Vec<End> = self.sides.iter_mut().map(|side| take(side, self.rules)).collect();
        let verdict = compare::behind_step(&ends, &mut self.sides, self.rules);
        // What failed in a call can be called again.
        let failed = ends.iter().any(|end| !matches!(end.outcome, Outcome::Returned(_)));
        self.over = !matches!(verdict, Verdict::Same) || failed && !matches!(what, What::Call(_));
        if let Verdict::Differ(place, found) = verdict {
            let found = found.into_iter().map(|(side, text)| (self.sides[side].name.clone(), text)).collect();
            self.report.difference = Some(Difference { step: what.to_string(), place, found });
        }
        let host_events = self.sides.first().and_then(|side| side.running.as_ref()).map_or(0, |run| run.log.count());
        self.report.steps.push(Step { what, ends, host_events });
    }
}

impl fmt::Debug for Trial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trial").field("report", &self.report).finish_non_exhaustive()
    }
}
