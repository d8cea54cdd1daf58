//! A running script: its store, the modules it named, and one method per directive.

use std::collections::HashMap;
use std::time::Duration;

use ::wast::core::WastArgCore;
use ::wast::token::Id;
use ::wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};
use falkirk_component::{self as component, Component};
use falkirk_runtime::{Engine, Error, Extern, ExternRef, Instance, Linker, Module, Store, Val};

use super::{components, expect, spectest};

/// The number that `(ref.extern N)` stands for: what the host reference holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HostRef(pub(super) u32);

/// What a directive came to: nothing, or why it does not hold.
pub(super) type Checked<T = ()> = Result<T, String>;

/// What an action (a call, a global's value, an instantiation) gave.
pub(super) type Ran = Result<Vec<Value>, Error>;

/// A value of a module's function or of a component's.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A module's.
    Core(Val),
    /// A component's.
    Component(component::Val),
}

/// What a script defines: a module or a component.
#[derive(Clone)]
enum Definition {
    Module(Module),
    Component(Component),
}

/// An instance of what a script defined.
#[derive(Clone)]
enum Running {
    Module(Instance),
    Component(component::Instance),
}

/// A script between two directives.
pub(super) struct Script {
    store: Store<()>,
    linker: Linker<()>,
    component_linker: component::Linker<()>,
    time_limit: Option<Duration>,
    /// The instance that directives without a name mean. None when the last module failed.
    current: Option<Running>,
    instances: HashMap<String, Running>,
    last_definition: Option<Definition>,
    definitions: HashMap<String, Definition>,
}

impl Script {
    pub(super) fn new(engine: &Engine, time_limit: Option<Duration>) -> Result<Script, Error> {
        let mut store = Store::new(engine, ());
        let mut linker = Linker::new(engine);
        spectest::define(&mut linker, &mut store, |_| {})?;
        linker.allow_shadowing(true);
        let mut component_linker = component::Linker::new(engine);
        component_linker.allow_shadowing(true);
        Ok(Script {
            store,
            linker,
            component_linker,
            time_limit,
            current: None,
            instances: HashMap::new(),
            last_definition: None,
            definitions: HashMap::new(),
        })
    }

    /// Runs one directive: gives its name and what came of it.
    pub(super) fn run(&mut self, directive: WastDirective<'_>) -> (&'static str, Checked) {
        // Where fuel is counted, scripts have plenty; where it is not, this is an error.
        let _ = self.store.set_fuel(u64::MAX / 4);
        self.store.set_deadline(self.time_limit);
        let outcome = self.run_directive(directive);
        self.store.set_deadline(None);
        outcome
    }

    fn run_directive(&mut self, directive: WastDirective<'_>) -> (&'static str, Checked) {
        use WastDirective as D;
        match directive {
            D::Module(module) => ("module", self.module(module)),
            D::ModuleDefinition(module) => ("module definition", self.define(module)),
            D::ModuleInstance { instance, module, .. } => ("module instance", self.instance(instance, module)),
            D::Register { name, module, .. } => ("register", self.register(name, module)),
            D::Invoke(invoke) => ("invoke", self.plain_invoke(&invoke)),
            D::AssertReturn { exec, results, .. } => ("assert_return", self.assert_return(exec, &results)),
            D::AssertTrap { exec, message, .. } => ("assert_trap", self.assert_trap(exec, message)),
            D::AssertExhaustion { call, message, .. } => ("assert_exhaustion", self.assert_exhaustion(&call, message)),
            D::AssertInvalid { module, message, .. } => ("assert_invalid", self.assert_rejected(module, message)),
            D::AssertMalformed { module, message, .. } => ("assert_malformed", self.assert_rejected(module, message)),
            D::AssertInvalidCustom { module, message, .. } => {
                ("assert_invalid_custom", self.assert_rejected(module, message))
            }
            D::AssertMalformedCustom { module, message, .. } => {
                ("assert_malformed_custom", self.assert_rejected(module, message))
            }
            D::AssertUnlinkable { module, message, .. } => {
                ("assert_unlinkable", self.assert_unlinkable(module, message))
            }
            D::AssertException { exec, .. } => ("assert_exception", self.assert_exception(exec)),
            D::AssertSuspension { .. } => ("assert_suspension", unsupported("stack switching")),
            D::Thread(_) => ("thread", unsupported("threads")),
            D::Wait { .. } => ("wait", unsupported("threads")),
        }
    }

    // Modules.

    /// `(module ...)`: compiles and instantiates. Whatever comes of it, the module before is no longer the current one.
    fn module(&mut self, mut text: QuoteWat<'_>) -> Checked {
        let name = text.name();
        self.current = None;
        if let Some(name) = name {
            self.instances.remove(name.name());
        }
        let definition = self.compile(&mut text)??;
        self.instantiate_as(name, &definition)
    }

    /// `(module definition ...)`: compiles.
    fn define(&mut self, mut text: QuoteWat<'_>) -> Checked {
        self.last_definition = None;
        let definition = self.compile(&mut text)??;
        if let Some(name) = text.name() {
            self.definitions.insert(name.name().to_owned(), definition.clone());
        }
        self.last_definition = Some(definition);
        Ok(())
    }

    /// `(module instance $instance $definition)`.
    fn instance(&mut self, instance: Option<Id<'_>>, definition: Option<Id<'_>>) -> Checked {
        self.current = None;
        let module = match definition {
            None => self.last_definition.clone(),
            Some(name) => self.definitions.get(name.name()).cloned(),
        };
        let module = module.ok_or("there is no such module definition")?;
        self.instantiate_as(instance, &module)
    }

    fn instantiate_as(&mut self, name: Option<Id<'_>>, definition: &Definition) -> Checked {
        let instance = self.instantiate(definition).map_err(|error| error.to_string())?;
        if let Some(name) = name {
            self.instances.insert(name.name().to_owned(), instance.clone());
        }
        self.current = Some(instance);
        Ok(())
    }

    fn instantiate(&mut self, definition: &Definition) -> Result<Running, Error> {
        match definition {
            Definition::Module(module) => self.linker.instantiate(&mut self.store, module).map(Running::Module),
            Definition::Component(component) => {
                self.component_linker.instantiate(&mut self.store, component).map(Running::Component)
            }
        }
    }

    /// `(register "name" $instance)`: lets later modules, or components, import the instance's exports under `name`.
    fn register(&mut self, name: &str, module: Option<Id<'_>>) -> Checked {
        let registered = match self.find(module)? {
            Running::Module(instance) => self.linker.instance(&mut self.store, name, instance).map(|_| ()),
            Running::Component(instance) => {
                self.component_linker.root().export(name, &component::Export::Instance(instance)).map(|_| ())
            }
        };
        registered.map_err(|error| error.to_string())
    }

    /// The module or component that a script wrote down as text, binary or quoted text. The outer failure is that of text
    /// which does not parse, the inner one that of what the engine rejects.
    fn compile(&mut self, text: &mut QuoteWat<'_>) -> Checked<Result<Definition, Rejected>> {
        let bytes = text.encode().map_err(|error| format!("the text does not parse: {}", error.message()))?;
        let engine = self.store.engine();
        Ok(match component::is_component(&bytes) {
            true => Component::new(engine, &bytes).map(Definition::Component),
            false => Module::new(engine, &bytes).map(Definition::Module),
        }
        .map_err(Rejected))
    }

    fn find(&self, name: Option<Id<'_>>) -> Checked<Running> {
        match name {
            None => self.current.clone().ok_or_else(|| "the module before it failed".to_owned()),
            Some(name) => {
                let instance = self.instances.get(name.name()).cloned();
                instance.ok_or_else(|| format!("there is no instance ${}", name.name()))
            }
        }
    }

    // Actions.

    fn execute(&mut self, action: WastExecute<'_>) -> Checked<Ran> {
        match action {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Wat(module) => self.instantiate_inline(module),
            WastExecute::Get { module, global, .. } => self.get(module, global),
        }
    }

    /// `(invoke $instance "name" arguments...)`.
    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Checked<Ran> {
        match self.find(invoke.module)? {
            Running::Module(instance) => self.invoke_module(instance, invoke),
            Running::Component(instance) => components::invoke(&mut self.store, &instance, invoke),
        }
    }

    fn invoke_module(&mut self, instance: Instance, invoke: &WastInvoke<'_>) -> Checked<Ran> {
        let function = instance
            .get_func(&mut self.store, invoke.name)
            .ok_or_else(|| format!("there is no exported function {:?}", invoke.name))?;
        let arguments = invoke.args.iter().map(|argument| self.argument(argument)).collect::<Checked<Vec<Val>>>()?;
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        let called = function.call(&mut self.store, &arguments, &mut results);
        Ok(called.map(|()| results.into_iter().map(Value::Core).collect()))
    }

    /// `(get $instance "name")`.
    fn get(&mut self, module: Option<Id<'_>>, name: &str) -> Checked<Ran> {
        let Running::Module(instance) = self.find(module)? else { return Err("components have no globals".to_owned()) };
        match instance.get_export(&mut self.store, name) {
            Some(Extern::Global(global)) => Ok(Ok(vec![Value::Core(global.get(&mut self.store))])),
            _ => Err(format!("there is no exported global {name:?}")),
        }
    }

    /// A module or component in the place of an action: instantiated and forgotten.
    fn instantiate_inline(&mut self, text: Wat<'_>) -> Checked<Ran> {
        let definition = self.compile(&mut QuoteWat::Wat(text))??;
        Ok(self.instantiate(&definition).map(|_| Vec::new()))
    }

    fn argument(&mut self, argument: &WastArg<'_>) -> Checked<Val> {
        let WastArg::Core(argument) = argument else { return Err("a component's value for a module".to_owned()) };
        Ok(match argument {
            WastArgCore::I32(value) => Val::I32(*value),
            WastArgCore::I64(value) => Val::I64(*value),
            WastArgCore::F32(value) => Val::F32(value.bits),
            WastArgCore::F64(value) => Val::F64(value.bits),
            WastArgCore::V128(value) => Val::V128(u128::from_le_bytes(value.to_le_bytes()).into()),
            WastArgCore::RefNull(heap) => expect::null_of(heap)?,
            WastArgCore::RefExtern(number) => ExternRef::new(&mut self.store, HostRef(*number)).into(),
            WastArgCore::RefHost(_) => return unsupported("garbage collection"),
        })
    }

    // Assertions.

    fn plain_invoke(&mut self, invoke: &WastInvoke<'_>) -> Checked {
        self.invoke(invoke)?.map(|_| ()).map_err(|error| error.to_string())
    }

    fn assert_return(&mut self, action: WastExecute<'_>, wanted: &[WastRet<'_>]) -> Checked {
        let results = self.execute(action)?.map_err(|error| format!("wanted results, found an error: {error}"))?;
        if results.len() != wanted.len() {
            return Err(format!("wanted {} results, found {}", wanted.len(), results.len()));
        }
        for (position, (found, wanted)) in results.iter().zip(wanted).enumerate() {
            self.check_result(found, wanted).map_err(|message| format!("result {position}: {message}"))?;
        }
        Ok(())
    }

    fn check_result(&self, found: &Value, wanted: &WastRet<'_>) -> Checked {
        match (found, wanted) {
            (Value::Core(found), WastRet::Core(wanted)) if expect::value(&self.store, found, wanted) => Ok(()),
            (Value::Core(found), WastRet::Core(wanted)) => {
                Err(format!("wanted {}, found {}", expect::show_wanted(wanted), expect::show(found)))
            }
            (Value::Component(found), wanted) => components::check_result(found, wanted),
            (Value::Core(found), _) => Err(format!("wanted a component's value, found {}", expect::show(found))),
        }
    }

    fn assert_trap(&mut self, action: WastExecute<'_>, message: &str) -> Checked {
        expect::trap(&self.execute(action)?, message)
    }

    fn assert_exhaustion(&mut self, call: &WastInvoke<'_>, message: &str) -> Checked {
        expect::exhaustion(&self.invoke(call)?, message)
    }

    fn assert_rejected(&mut self, mut module: QuoteWat<'_>, message: &str) -> Checked {
        match self.compile(&mut module) {
            Ok(Err(rejected)) if component::is_unsupported(&rejected.0) => Err(rejected.into()),
            Err(_) | Ok(Err(_)) => Ok(()),
            Ok(Ok(_)) => Err(format!("wanted the module rejected ({message}), but it was accepted")),
        }
    }

    fn assert_unlinkable(&mut self, module: Wat<'_>, message: &str) -> Checked {
        expect::link_error(&self.instantiate_inline(module)?, message)
    }

    fn assert_exception(&mut self, action: WastExecute<'_>) -> Checked {
        self.execute(action)?.map(|_| ()).map_err(|error| error.to_string())?;
        Err("wanted an exception, but it returned".to_owned())
    }
}

/// A module or component that the engine rejects.
struct Rejected(Error);

impl From<Rejected> for String {
    fn from(rejected: Rejected) -> String {
        format!("the module is rejected: {}", rejected.0)
    }
}

fn unsupported<T>(what: &str) -> Checked<T> {
    Err(format!("not supported yet: {what}"))
}
