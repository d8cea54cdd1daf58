//! From a component's binary to its [`Plan`].
//!
//! The validator of `wasmparser` goes first, section by section; what it lets through is translated at once, with the
//! types that it has computed. Components and modules lie inside one another, so there is a stack of what is open.
//!
//! | file | what it translates |
//! | --- | --- |
//! | `frame.rs` | index spaces and resource numbers of the component that is open |
//! | `section.rs` | imports, exports, aliases, instances |
//! | `canon.rs` | canonical functions |
//! | `types.rs` | types |
//! | `names.rs` | names for people: of the component, of its functions |

mod canon;
mod frame;
mod names;
mod section;
mod types;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use falkirk_canonical_abi::TypeError;
use falkirk_runtime::{Engine, Error, Module, Result};
use wasmparser::component_types::ComponentInstanceTypeId;
use wasmparser::{BinaryReaderError, Encoding, Parser, Payload, Validator, WasmFeatures};

use crate::plan::{CoreSort, Plan, Sort, Step};
use frame::Frame;

/// How many exports of instances are looked through for resources, in one component.
const MAX_EXPORTS_SEEN: usize = 10_000_000;

/// What the component model adds that is read. What of it does not run is refused by name.
const FEATURES: WasmFeatures = WasmFeatures::COMPONENT_MODEL
    .union(WasmFeatures::CM_ASYNC)
    .union(WasmFeatures::CM_ASYNC_STACKFUL)
    .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
    .union(WasmFeatures::CM_THREADING)
    .union(WasmFeatures::CM_ERROR_CONTEXT)
    .union(WasmFeatures::CM_FIXED_LENGTH_LISTS)
    .union(WasmFeatures::CM_MAP)
    .union(WasmFeatures::CM_VALUES)
    .union(WasmFeatures::CM_IMPLEMENTS);

/// What begins the reason why something valid is refused.
pub(crate) const UNSUPPORTED: &str = "not supported yet: ";

/// Why a component is not translated.
pub(crate) enum Refusal {
    /// It is not valid.
    Invalid(BinaryReaderError),
    /// It is valid, and needs something that is not there yet.
    Unsupported(String),
    /// One of its types passes a limit.
    Type(TypeError),
    /// One of its modules is refused.
    Module(Error),
}

impl From<BinaryReaderError> for Refusal {
    fn from(error: BinaryReaderError) -> Refusal {
        Refusal::Invalid(error)
    }
}

impl From<TypeError> for Refusal {
    fn from(error: TypeError) -> Refusal {
        Refusal::Type(error)
    }
}

type Translate<T = ()> = std::result::Result<T, Refusal>;

/// Something valid that is not there yet.
fn unsupported<T>(what: impl std::fmt::Display) -> Translate<T> {
    Err(Refusal::Unsupported(what.to_string()))
}

/// What is open.
enum Level {
    Component(Box<Frame>),
    /// A core module, with where it lies.
    Module(Range<usize>),
}

/// Reads a component.
pub(crate) fn translate(engine: &Engine, bytes: &[u8]) -> Result<Plan> {
    let mut translator = Translator::new(engine);
    translator.read(bytes).map_err(|refusal| match refusal {
        Refusal::Invalid(error) => Error::invalid(error.offset() as usize, readable(error.message()), false),
        Refusal::Unsupported(what) => Error::invalid(translator.offset, format!("{UNSUPPORTED}{what}"), false),
        Refusal::Type(error) => Error::implementation_limit(error.to_string()),
        Refusal::Module(error) => error,
    })
}

/// A message of the validator's without the numbers by which it tells resource types apart. These are not the component's
/// own, and differ each time.
fn readable(message: &str) -> &str {
    match message.find(" (ResourceId {") {
        Some(end) => &message[..end],
        None => message,
    }
}

struct Translator<'e> {
    engine: &'e Engine,
    validator: Validator,
    levels: Vec<Level>,
    /// Where in the bytes the section begins that is being read.
    offset: usize,
    /// For each type of an instance that was looked at, whether there are resources in it.
    with_resources: HashMap<ComponentInstanceTypeId, bool>,
    exports_seen: usize,
}

impl<'e> Translator<'e> {
    fn new(engine: &'e Engine) -> Translator<'e> {
        let features = engine.config().settings().features | FEATURES;
        Translator {
            engine,
            validator: Validator::new_with_features(features),
            levels: Vec::new(),
            offset: 0,
            with_resources: HashMap::new(),
            exports_seen: 0,
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Translate<Plan> {
        let mut parser = Parser::new(0);
        parser.set_features(*self.validator.features());
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            if let Some((_, range)) = payload.as_section() {
                self.offset = range.start as usize;
            }
            // Bodies are validated when the module is made.
            self.validator.payload(&payload)?;
            if let Some(plan) = self.payload(payload, bytes)? {
                return Ok(plan);
            }
        }
        panic!("BUG: a valid component has no end");
    }

    /// Translates a section that is valid. At the end of all, the plan.
    fn payload(&mut self, payload: Payload<'_>, bytes: &[u8]) -> Translate<Option<Plan>> {
        match payload {
            Payload::Version { encoding: Encoding::Component, .. } => {
                self.levels.push(Level::Component(Box::default()));
            }
            Payload::Version { encoding: Encoding::Module, .. } if self.levels.is_empty() => {
                panic!("BUG: a module was given where a component is wanted");
            }
            Payload::ModuleSection { unchecked_range, .. } => {
                let range = unchecked_range.start as usize..unchecked_range.end as usize;
                self.levels.push(Level::Module(range));
            }
            Payload::End(_) => return self.end(bytes),
            payload if matches!(self.levels.last(), Some(Level::Component(_))) => self.section(payload)?,
            _ => {}
        }
        Ok(None)
    }

    /// What is open ends.
    fn end(&mut self, bytes: &[u8]) -> Translate<Option<Plan>> {
        match self.levels.pop().expect("BUG: something ends that was not open") {
            Level::Module(range) => {
                let module = Module::new(self.engine, &bytes[range]).map_err(Refusal::Module)?;
                self.frame().push(Sort::Module, Step::Module(module));
            }
            Level::Component(frame) => {
                let plan = frame.finish();
                if self.levels.is_empty() {
                    return Ok(Some(plan));
                }
                self.frame().push(Sort::Component, Step::Component(Arc::new(plan)));
            }
        }
        Ok(None)
    }

    /// The component that is open.
    fn frame(&mut self) -> &mut Frame {
        match self.levels.last_mut() {
            Some(Level::Component(frame)) => frame,
            _ => panic!("BUG: no component is open"),
        }
    }

    /// Whether the component that is open is the outermost one.
    fn at_root(&self) -> bool {
        self.levels.len() == 1
    }

    fn section(&mut self, payload: Payload<'_>) -> Translate {
        match payload {
            Payload::ComponentTypeSection(section) => section.into_iter().try_for_each(|ty| self.define_type(&ty?)),
            Payload::ComponentImportSection(section) => section.into_iter().try_for_each(|it| self.import(it?)),
            Payload::ComponentExportSection(section) => section.into_iter().try_for_each(|it| self.export(it?)),
            Payload::ComponentAliasSection(section) => section.into_iter().try_for_each(|it| self.alias(it?)),
            Payload::InstanceSection(section) => section.into_iter().try_for_each(|it| self.core_instance(it?)),
            Payload::ComponentInstanceSection(section) => section.into_iter().try_for_each(|it| self.instance(it?)),
            Payload::ComponentCanonicalSection(section) => section.into_iter().try_for_each(|it| self.canon(it?)),
            Payload::CustomSection(section) => {
                if let Some(name) = names::name_of(section) {
                    self.frame().name = Some(name);
                }
                Ok(())
            }
            Payload::ComponentStartSection { .. } => unsupported("the start function of a component"),
            _ => Ok(()),
        }
    }
}

impl Frame {
    /// A step that adds an item to an index space.
    fn push(&mut self, sort: Sort, step: Step) {
        self.steps.push(step);
        *self.count(sort) += 1;
    }

    /// A step that adds an item to a core index space.
    fn push_core(&mut self, sort: CoreSort, step: Step) {
        self.steps.push(step);
        *self.core_count(sort) += 1;
    }
}
