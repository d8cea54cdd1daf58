//! Components: a function of theirs is called with values in WAVE text, and its result is printed as such.

use std::io::Write;

use falkirk::component::{Component, Export, Func, Instance, Linker, Val, wave};

use crate::failure::Failure;
use crate::options::{Run, Settings};
use crate::output::Out;
use crate::session::{engine, list, nearest, store};
use crate::source::Source;
use crate::wasi;

/// Calls what `--invoke` asks for: `NAME(ARGUMENTS)`, or `NAME` with its arguments one by one.
pub fn run(source: &Source, command: &Run, settings: &Settings, out: &mut Out) -> Result<(), Failure> {
    let name = &source.name;
    let failure = |error| Failure::of(name, &error);
    let engine = engine(settings, false)?;
    let component = Component::new(&engine, &source.wasm).map_err(failure)?;
    settings.cache.report(&engine);
    let mut store = store(&engine, &settings.limits, wasi::nothing()?)?;
    let instance = Linker::new(&engine).instantiate(&mut store, &component).map_err(failure)?;

    let (func, arguments) = find(name, &instance, command)?;
    let mut results = vec![Val::Bool(false); usize::from(func.ty().0.result().is_some())];
    func.call(&mut store, &arguments, &mut results).map_err(failure)?;
    for value in results {
        writeln!(out, "{value}")?;
    }
    Ok(())
}

/// The function that is asked for, and its arguments.
fn find(file: &str, instance: &Instance, command: &Run) -> Result<(Func, Vec<Val>), Failure> {
    let Some(invoke) = command.invoke.as_deref() else {
        return Err(Failure::input(format!("{file} is a component, and nothing says what to call of it"))
            .found(list(&functions(instance)))
            .help("`--invoke 'NAME(ARGUMENTS)'` calls one of them, as in `--invoke 'greet(\"Dan\")'`"));
    };
    let given = format!("({})", command.arguments.join(", "));
    let (name, text) = wave::split_call(invoke).unwrap_or((invoke, &given));
    let func = instance.get_func(name).ok_or_else(|| no_function(file, instance, name))?;
    let (ty, types) = func.ty();
    let arguments = wave::parse_args(types, ty, text).map_err(|error| {
        let lines = error.point_at(text).replace('\n', "\n    ");
        Failure::input(format!("the arguments of `{name}` do not fit: {error}\n    {lines}"))
            .wanted(format!("{func:?}"))
            .help("text in double quotes, lists in brackets, records in braces: `\"Dan\"`, `[1, 2]`, `{x: 1}`")
    })?;
    Ok((func, arguments))
}

fn no_function(file: &str, instance: &Instance, name: &str) -> Failure {
    let functions = functions(instance);
    let failure = Failure::input(format!("{file} exports no function `{name}`")).found(list(&functions));
    let inside = functions.iter().find(|function| function.rsplit_once('#').is_some_and(|(_, inner)| inner == name));
    match inside.map(String::as_str).or_else(|| nearest(name, &functions)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure,
    }
}

/// The names of a component's exported functions; those of an interface are `interface#function`.
fn functions(instance: &Instance) -> Vec<String> {
    let mut names = Vec::new();
    for (name, export) in instance.exports() {
        match export {
            Export::Func(_) => names.push(name.to_owned()),
            Export::Instance(inner) => {
                let inner = inner.exports().filter(|(_, export)| matches!(export, Export::Func(_)));
                names.extend(inner.map(|(function, _)| format!("{name}#{function}")).collect::<Vec<_>>());
            }
            _ => {}
        }
    }
    names
}
