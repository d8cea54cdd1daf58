//! Components with changed bytes: where they come from, and what is done with them.

mod defaults;

use falkirk::component::{Component, Export, Func, HostResource, Instance, ItemType, Linker, LinkerInstance, Val};
use falkirk::{Engine, Error, ErrorKind, Store, StoreLimits, StoreLimitsBuilder};

use crate::engines::Subject;
use crate::suites;
use defaults::default_value;

/// How much fuel a changed component has.
const FUEL: u64 = 20_000;

/// The components of our own scripts, and of those that `FALKIRK_COMPONENT_SUITES` names.
///
/// # Panics
///
/// If a script cannot be parsed.
pub fn components() -> Vec<Vec<u8>> {
    let scripts = suites::own_components().into_iter().chain(suites::components());
    scripts.flat_map(|script| components_of(&script.text)).collect()
}

/// The components of a script, those that are refused left out.
fn components_of(script: &str) -> Vec<Vec<u8>> {
    let parsed = wast::parser::ParseBuffer::new(script).ok();
    let Some(parsed) = parsed else { return Vec::new() };
    let Ok(script) = wast::parser::parse::<wast::Wast<'_>>(&parsed) else { return Vec::new() };
    let encoded = script.directives.into_iter().filter_map(|directive| match directive {
        wast::WastDirective::Module(mut module) | wast::WastDirective::ModuleDefinition(mut module) => {
            module.encode().ok()
        }
        _ => None,
    });
    encoded.filter(|bytes| falkirk::component::is_component(bytes)).collect()
}

/// What became of a component on one engine: a line for each step, in which limits are not told apart.
type Course = Vec<String>;

/// Reads what may be a component on every engine; where it is one, instantiates it with whatever it imports, and calls
/// what it exports.
///
/// # Errors
///
/// The engines differ.
pub fn try_component(subjects: &[Subject], bytes: &[u8]) -> Result<bool, String> {
    let mut first: Option<(&str, Course)> = None;
    for subject in subjects {
        let course = course(&subject.engine, bytes);
        match &first {
            None => first = Some((subject.name, course)),
            Some((name, before)) => compare((name, before), (subject.name, &course))?,
        }
    }
    Ok(first.is_some_and(|(_, course)| course.len() > 1))
}

/// What a step is called that ran into a limit. From there on, engines need not agree.
const LIMIT: &str = "a limit";

fn compare((a, before): (&str, &Course), (b, after): (&str, &Course)) -> Result<(), String> {
    for (x, y) in before.iter().zip(after) {
        if x == LIMIT || y == LIMIT {
            return Ok(());
        }
        if x != y {
            return Err(format!("{a}: {x}\n{b}: {y}"));
        }
    }
    if before.len() == after.len() { Ok(()) } else { Err(format!("{a}: {before:?}\n{b}: {after:?}")) }
}

fn course(engine: &Engine, bytes: &[u8]) -> Course {
    let mut course = Course::new();
    let component = match Component::new(engine, bytes) {
        Ok(component) => component,
        Err(error) => return vec![told(&error)],
    };
    course.push(component.types().to_string());
    let mut linker = Linker::new(engine);
    let types = component.types();
    types.imports.iter().for_each(|(name, ty)| define(&mut linker.root(), name, ty));
    let mut store = Store::new(engine, StoreLimitsBuilder::new().memory_size(16 << 20).build());
    store.set_fuel(FUEL).unwrap_or_else(|error| panic!("BUG: fuel is counted: {error}"));
    store.limiter(|limits| limits);
    match linker.instantiate(&mut store, &component) {
        Err(error) => course.push(told(&error)),
        Ok(instance) => {
            course.push("an instance".to_owned());
            call_all(&mut store, &instance, &mut course);
        }
    }
    course
}

fn told(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Limit(_) => LIMIT.to_owned(),
        _ => error.to_string(),
    }
}

/// Defines something for an import: functions that fail, resources, what instances have. Modules and components are missing.
fn define(linker: &mut LinkerInstance<'_, StoreLimits>, name: &str, ty: &ItemType) {
    let _ = match ty {
        ItemType::Func(_) => linker.func_new(name, |_, _| Err(Error::msg("nothing is behind this"))).map(|_| ()),
        ItemType::Resource(_) => linker.resource(name, HostResource::new(), |_, _| Ok(())).map(|_| ()),
        ItemType::Instance(exports) => linker.instance(name).map(|mut inner| {
            exports.iter().for_each(|(name, ty)| define(&mut inner, name, ty));
        }),
        _ => Ok(()),
    };
}

fn call_all(store: &mut Store<StoreLimits>, instance: &Instance, course: &mut Course) {
    let exports: Vec<(String, Export)> = instance.exports().map(|(name, export)| (name.to_owned(), export)).collect();
    for (name, export) in exports {
        match export {
            Export::Func(func) => {
                let said = call(store, &func);
                course.push(if said == LIMIT { said } else { format!("{name}: {said}") });
            }
            Export::Instance(instance) => call_all(store, &instance, course),
            _ => {}
        }
    }
}

fn call(store: &mut Store<StoreLimits>, func: &Func) -> String {
    let (ty, types) = func.ty();
    let params: Option<Vec<Val>> = ty.params().iter().map(|ty| default_value(types, *ty)).collect();
    let Some(params) = params else { return "needs handles".to_owned() };
    let mut results = vec![Val::Bool(false); usize::from(ty.result().is_some())];
    match func.call(store, &params, &mut results) {
        Ok(()) => format!("{results:?}"),
        Err(error) => told(&error),
    }
}
