//! Which functions of the host may fail: the option `imports`.

use syn::{Error, Result};
use wit_parser::{Function, FunctionKind, Resolve, World, WorldItem};

use crate::options::Trappable;
use crate::places::{Place, interfaces};
use crate::with::interface_names;

/// The functions that return `falkirk::Result`, by their place and name.
pub fn functions<'a>(resolve: &'a Resolve, world: &'a World, option: &Trappable) -> Result<Vec<(Place, &'a str)>> {
    let known = known(resolve, world);
    for name in &option.named {
        if !known.iter().any(|(_, _, names)| names.contains(&name.value())) {
            let names: Vec<String> =
                known.iter().filter_map(|(.., names)| Some(format!("`{}`", names.last()?))).collect();
            let found = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            let message = format!("the world imports nothing called `{}`: there is {found}", name.value());
            return Err(Error::new(name.span(), message));
        }
    }
    let named = |names: &[String]| option.named.iter().any(|name| names.contains(&name.value()));
    let chosen = known.into_iter().filter(|(_, _, names)| option.default || named(names));
    Ok(chosen.map(|(place, func, _)| (place, func.name.as_str())).collect())
}

/// All functions that a world imports, with what each may be called: its interface, or itself. The last name is the one
/// to show.
fn known<'a>(resolve: &'a Resolve, world: &'a World) -> Vec<(Place, &'a Function, Vec<String>)> {
    let mut known = Vec::new();
    for item in world.imports.values() {
        if let WorldItem::Function(func) = item {
            known.push((Place::Root, func, vec![name(resolve, func)]));
        }
    }
    for (key, id) in interfaces(&world.imports) {
        let titles = interface_names(resolve, key, id);
        for func in resolve.interfaces[id].functions.values() {
            let name = name(resolve, func);
            let functions = titles.iter().map(|title| format!("{title}.{name}"));
            known.push((Place::Import(id), func, titles.iter().cloned().chain(functions).collect()));
        }
    }
    known
}

/// A function's name: `read`, or one of a resource's, `file.read` and `file.new`.
fn name(resolve: &Resolve, func: &Function) -> String {
    let Some(resource) = func.kind.resource() else { return func.name.clone() };
    let resource = resolve.types[resource].name.as_deref().unwrap_or_default();
    match func.kind {
        FunctionKind::Constructor(_) => format!("{resource}.new"),
        _ => format!("{resource}.{}", func.item_name()),
    }
}
