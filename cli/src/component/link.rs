//! Components that are linked when they are loaded: what one exports fills what another imports.

use std::path::PathBuf;

use falkirk::component::{Component, Instance, ItemType, Linker, is_compatible};
use falkirk::wasi::preview2;
use falkirk::{Engine, Error, ErrorKind, LinkError, Store};

use crate::failure::Failure;
use crate::source::Source;
use crate::versions::{base, track};
use crate::wasi::Data;

/// How many names of exports or imports a message lists.
const LISTED: usize = 10;

/// A component and its plugs. The component is the first part, and gets what it imports from the plugs; a plug gets what
/// it imports from other plugs.
pub struct Parts(Vec<Part>);

/// A component that is to be instantiated at most once.
struct Part {
    file: String,
    component: Component,
    state: State,
}

/// How far a part is.
enum State {
    Apart,
    /// It waits for what it imports.
    Waiting,
    Instantiated(Instance),
}

/// An import that a plug fills.
struct Fit {
    import: String,
    plug: usize,
    export: String,
}

impl Parts {
    /// Reads the component and its plugs.
    pub fn read(engine: &Engine, socket: &Source, plugs: &[PathBuf]) -> Result<Parts, Failure> {
        let mut parts = vec![Part::new(engine, socket)?];
        for plug in plugs {
            parts.push(Part::new(engine, &Source::read_to_run(plug)?)?);
        }
        Ok(Parts(parts))
    }

    /// Instantiates the component, and before it the plugs that it needs. `begin` is told the file of each.
    pub fn instantiate(&mut self, store: &mut Store<Data>, begin: &mut dyn FnMut(&str)) -> Result<Instance, Failure> {
        for plug in 1..self.0.len() {
            if !(0..self.0.len()).any(|part| part != plug && self.0[part].takes_from(&self.0[plug])) {
                return Err(self.unplugged(plug));
            }
        }
        self.instance(store, 0, begin)
    }

    fn instance(
        &mut self,
        store: &mut Store<Data>,
        part: usize,
        begin: &mut dyn FnMut(&str),
    ) -> Result<Instance, Failure> {
        match &self.0[part].state {
            State::Instantiated(instance) => return Ok(instance.clone()),
            State::Waiting => return Err(self.circle(part)),
            State::Apart => self.0[part].state = State::Waiting,
        }
        let fits = self.fits(part)?;
        let mut linker = self.0[part].linker()?;
        for fit in &fits {
            let plug = self.instance(store, fit.plug, begin)?;
            let defined = linker.root().export_of(&fit.import, &plug, &fit.export).map(|_| ());
            defined.map_err(|error| Failure::of(&self.0[part].file, &error))?;
        }
        begin(&self.0[part].file);
        let instance = linker.instantiate(store, &self.0[part].component);
        let instance = instance.map_err(|error| self.cannot(part, &fits, &error))?;
        self.0[part].state = State::Instantiated(instance.clone());
        Ok(instance)
    }

    /// Which imports of a part are filled, and by what.
    fn fits(&self, part: usize) -> Result<Vec<Fit>, Failure> {
        let mut fits: Vec<Fit> = Vec::new();
        for import in self.0[part].imports() {
            let plugs = (1..self.0.len()).filter(|plug| *plug != part);
            let mut found = plugs.filter_map(|plug| {
                let export = self.0[plug].export_for(import)?.to_owned();
                Some(Fit { import: import.to_owned(), plug, export })
            });
            let Some(fit) = found.next() else { continue };
            if let Some(other) = found.next() {
                let (first, second) = (&self.0[fit.plug].file, &self.0[other.plug].file);
                return Err(Failure::input(format!("two plugs fill `{import}`"))
                    .found(format!("{first} and {second}"))
                    .wanted("one plug for each import")
                    .help("leave out one of the two `--plug`"));
            }
            fits.push(fit);
        }
        Ok(fits)
    }

    /// A plug waits for itself.
    fn circle(&self, part: usize) -> Failure {
        let waiting = self.0.iter().filter(|part| matches!(part.state, State::Waiting)).skip(1);
        let files: Vec<&str> = waiting.map(|part| part.file.as_str()).collect();
        Failure::input("the plugs import from each other in a circle, so none of them can be the first")
            .found(files.join(", "))
            .wanted("a plug whose imports are filled by others")
            .help(format!("`falkirk wit {}` shows what it imports and exports", self.0[part].file))
    }

    /// Nothing that the plug exports is imported by any other part.
    fn unplugged(&self, plug: usize) -> Failure {
        let (socket, plug_part) = (&self.0[0], &self.0[plug]);
        let file = &plug_part.file;
        let others = || self.0.iter().enumerate().filter(|(part, _)| *part != plug).map(|(_, part)| part);
        if others().all(|part| part.imports().next().is_none()) {
            return Failure::input(format!("{} imports nothing, so nothing can be plugged in", socket.file))
                .help(format!("the other way round? `falkirk run {file} --plug {} --invoke ...`", socket.file));
        }
        for part in others() {
            if let Some(failure) = part.other_version(part.imports(), plug_part) {
                return failure;
            }
        }
        Failure::input(format!("{file} has nothing that {} imports", socket.file))
            .found(format!("exports {}", list(plug_part.exports())))
            .wanted(format!("one of {}", list(others().flat_map(Part::imports))))
            .help(format!("`falkirk wit {}` shows what it needs", socket.file))
    }

    /// A part cannot be instantiated.
    fn cannot(&self, part: usize, fits: &[Fit], error: &Error) -> Failure {
        let file = &self.0[part].file;
        let ErrorKind::Link(LinkError::Component { name, wanted, found, .. }) = error.kind() else {
            return Failure::of(file, error);
        };
        let import = name.split('#').next().unwrap_or(name);
        let Some(fit) = fits.iter().find(|fit| fit.import == import) else {
            if let Some(interface) = preview2::INTERFACES.iter().find(|it| is_compatible(it.name, import)) {
                return Failure::input(format!("WASI's `{interface}` does not fit what {file} imports"))
                    .found(found.as_deref().unwrap_or("nothing of this name"))
                    .wanted(format!("`{name}` as {wanted}"))
                    .help(format!("`falkirk wit {file}` shows what it imports"));
            }
            return self.missing(part, import, wanted);
        };
        let plug = &self.0[fit.plug].file;
        let inside = name.strip_prefix(import).and_then(|rest| rest.strip_prefix('#'));
        let of = inside.map_or_else(String::new, |inside| format!("`{inside}` as "));
        let found = match found {
            Some(found) => format!("{of}{found}"),
            None => format!("no `{}`", inside.unwrap_or(import)),
        };
        Failure::input(format!("`{}` of {plug} does not fit `{import}` of {file}", fit.export))
            .found(found)
            .wanted(format!("{of}{wanted}"))
            .help(format!("compare `falkirk wit {plug}` with `falkirk wit {file}`"))
    }

    /// Nobody has what a part imports.
    fn missing(&self, part: usize, import: &str, wanted: &str) -> Failure {
        let this = &self.0[part];
        let plugs = || self.0.iter().enumerate().skip(1).filter(|(plug, _)| *plug != part).map(|(_, plug)| plug);
        if let Some(failure) = plugs().find_map(|plug| this.other_version([import].into_iter(), plug)) {
            return failure;
        }
        let found = match plugs().next() {
            None if part == 0 => "no plug".to_owned(),
            None => "no other plug".to_owned(),
            Some(_) => {
                let offers = plugs().map(|plug| format!("{} (exports {})", plug.file, list(plug.exports())));
                offers.collect::<Vec<_>>().join(", ")
            }
        };
        Failure::input(format!("{} imports `{import}`, and nothing provides it", this.file))
            .found(found)
            .wanted(wanted)
            .help(format!("`--plug FILE` plugs in a component that exports `{import}`"))
    }
}

impl Part {
    fn new(engine: &Engine, source: &Source) -> Result<Part, Failure> {
        let file = source.name.clone();
        let component = Component::new(engine, source.component()?).map_err(|error| Failure::of(&file, &error))?;
        Ok(Part { file, component, state: State::Apart })
    }

    /// A linker with what WASI gives, if the part wants some of it. A plug with the same name replaces it.
    fn linker(&self) -> Result<Linker<Data>, Failure> {
        let mut linker = Linker::new(self.component.engine());
        if self.imports().any(|import| import.starts_with("wasi:")) {
            let linked = preview2::add_to_linker(&mut linker, |data: &mut Data| &mut data.wasi);
            linked.map_err(|error| Failure::of(&self.file, &error))?;
            linker.allow_shadowing(true);
        }
        Ok(linker)
    }

    /// The names of what it imports that somebody must give.
    fn imports(&self) -> impl Iterator<Item = &str> {
        names(self.component.types().imports)
    }

    /// The names of what it exports.
    fn exports(&self) -> impl Iterator<Item = &str> {
        names(self.component.types().exports)
    }

    /// The export that fills an import: that of the same name, or of a compatible version.
    fn export_for(&self, import: &str) -> Option<&str> {
        let exact = self.exports().find(|export| *export == import);
        exact.or_else(|| self.exports().find(|export| is_compatible(export, import)))
    }

    fn takes_from(&self, plug: &Part) -> bool {
        self.imports().any(|import| plug.export_for(import).is_some())
    }

    /// A plug has one of these imports in a version that does not fit.
    fn other_version<'a>(&self, mut imports: impl Iterator<Item = &'a str>, plug: &Part) -> Option<Failure> {
        let other = |import: &str| plug.exports().find(|export| base(export) == base(import)).map(str::to_owned);
        let (import, export) = imports.find_map(|import| Some((import, other(import)?)))?;
        let (file, plug) = (&self.file, &plug.file);
        let failure = Failure::input(format!("{plug} has another version than {file} needs"))
            .found(format!("`{export}` ({})", track(&export)))
            .wanted(format!("`{import}` ({})", track(import)));
        Some(failure.help(format!("a build of {plug} for {}, or of {file} for {}", track(import), track(&export))))
    }
}

/// The names of items that are something at run time.
fn names<N: AsRef<str>>(items: &[(N, ItemType)]) -> impl Iterator<Item = &str> {
    let is_there = |ty: &ItemType| !matches!(ty, ItemType::Type(_) | ItemType::OtherType);
    items.iter().filter(move |(_, ty)| is_there(ty)).map(|(name, _)| name.as_ref())
}

/// Names for a message, or `nothing`.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{}`", name.escape_debug())).collect();
    match names.len() {
        0 => "nothing".to_owned(),
        count if count > LISTED => format!("{} and {} more", names[..LISTED].join(", "), count - LISTED),
        _ => names.join(", "),
    }
}

/// A file's name without folders and extension.
#[cfg(feature = "trace")]
pub fn short(file: &str) -> String {
    std::path::Path::new(file).file_stem().map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
