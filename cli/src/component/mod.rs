//! Components: they are linked (`link`), a function of theirs is called with values in WAVE text, and its result is printed as such.

mod link;

use std::io::Write;
use std::path::PathBuf;

use falkirk::component::{Export, Func, Instance, Val, wave};
use falkirk::wasi::{WasiCtx, preview2};
use falkirk::{Error, ExitStatus, Store};

use crate::failure::Failure;
use crate::options::{Run, Settings};
use crate::output::Out;
use crate::session::{engine, list, nearest, store};
use crate::source::Source;
use crate::wasi::Data;
use link::Parts;
#[cfg(feature = "trace")]
pub use link::short;

/// A component in a store with what is plugged into it, to be called once.
pub struct Session {
    /// The file's name, for messages.
    pub name: String,
    /// The store.
    pub store: Store<Data>,
    parts: Parts,
}

impl Session {
    /// Reads a component and its plugs and makes a store for them, for an engine whose functions are traced or not.
    /// The context is what they are given of WASI.
    pub fn new(
        source: &Source,
        plugs: &[PathBuf],
        settings: &Settings,
        tracing: bool,
        wasi: WasiCtx,
    ) -> Result<Session, Failure> {
        let engine = engine(settings, tracing)?;
        let parts = Parts::read(&engine, source, plugs)?;
        settings.cache.report(&engine);
        let store = store(&engine, &settings.limits, wasi)?;
        Ok(Session { name: source.name.clone(), store, parts })
    }

    /// Calls what `invoke` asks for: `NAME(ARGUMENTS)`, or `NAME` with its arguments one by one. Gives its result.
    /// Without `invoke`, runs a command of WASI, which finds its arguments in the context.
    /// `begin` is told the file of each component that is about to be instantiated.
    pub fn call(
        &mut self,
        invoke: Option<&str>,
        texts: &[String],
        begin: &mut dyn FnMut(&str),
    ) -> Result<Vec<Val>, Failure> {
        let instance = self.parts.instantiate(&mut self.store, begin)?;
        if invoke.is_none() && preview2::is_command(&instance) {
            return self.command(&instance);
        }
        let (func, arguments) = find(&self.name, &instance, invoke, texts)?;
        let mut results = vec![Val::Bool(false); usize::from(func.ty().0.result().is_some())];
        func.call(&mut self.store, &arguments, &mut results).map_err(|error| Failure::of(&self.name, &error))?;
        Ok(results)
    }

    /// Runs a command. Its exit status is an error, unless it is 0.
    fn command(&mut self, instance: &Instance) -> Result<Vec<Val>, Failure> {
        match preview2::run(&mut self.store, instance) {
            Ok(0) => Ok(Vec::new()),
            Ok(status) => Err(Failure::of(&self.name, &Error::host(ExitStatus(status)))),
            Err(error) => Err(Failure::of(&self.name, &error)),
        }
    }
}

/// Calls what the command line asks for, and prints the result.
pub fn run(source: &Source, command: &Run, settings: &Settings, wasi: WasiCtx, out: &mut Out) -> Result<(), Failure> {
    let mut session = Session::new(source, &command.plug, settings, false, wasi)?;
    let results = session.call(command.invoke.as_deref(), &command.arguments, &mut |_| ());
    command.watch.end(&session.store.data().wasi, command, settings);
    for value in results? {
        writeln!(out, "{value}")?;
    }
    Ok(())
}

/// Plugs are for components.
pub fn no_plugs(source: &Source, plugs: &[PathBuf]) -> Result<(), Failure> {
    match plugs.first() {
        None => Ok(()),
        Some(plug) => Err(Failure::input(format!("{} is a core module, which takes no plugs", source.name))
            .found(format!("--plug {}", plug.display()))
            .wanted("a component")
            .help(format!("`falkirk component new {} -o OUT` makes a component of it", source.name))),
    }
}

/// The function that is asked for, and its arguments.
fn find(file: &str, instance: &Instance, invoke: Option<&str>, texts: &[String]) -> Result<(Func, Vec<Val>), Failure> {
    let Some(invoke) = invoke else {
        return Err(Failure::input(format!("{file} is a component, and nothing says what to call of it"))
            .found(list(&functions(instance)))
            .help("`--invoke 'NAME(ARGUMENTS)'` calls one of them, as in `--invoke 'greet(\"Dan\")'`"));
    };
    let given = format!("({})", texts.join(", "));
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
