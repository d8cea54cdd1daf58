//! Names for people: what a component calls itself, and what to call its functions.

use std::collections::HashMap;

use falkirk_canonical_abi::Name;
use wasmparser::{ComponentName, ComponentNameSectionReader, CustomSectionReader, KnownCustom};

use crate::plan::{CoreSort, Ref, Sort, Step};

/// How many characters of a component's name are kept.
const LONGEST: usize = 100;

/// The component's name, if this custom section has it. Nothing depends on it, so a section that cannot be read has none.
pub(super) fn name_of(section: CustomSectionReader<'_>) -> Option<Name> {
    let KnownCustom::ComponentName(names) = section.as_known() else { return None };
    first_name(names).map(|name| name.chars().take(LONGEST).collect::<String>().into())
}

fn first_name<'a>(names: ComponentNameSectionReader<'a>) -> Option<&'a str> {
    names.into_iter().map_while(Result::ok).find_map(|name| match name {
        ComponentName::Component { name, .. } => Some(name),
        _ => None,
    })
}

/// Gives each function that is lifted a name: that of its first export or of its place in an instance that is made of
/// single items; or else that of the core function, which the tools call `interface#function`.
pub(super) fn name_functions(steps: &mut [Step]) {
    let exported = exported(steps);
    let core_names = core_names(steps);
    let mut funcs = 0;
    for step in steps {
        if let Step::Lift { core, name, .. } = step {
            let found = exported.get(&funcs).or_else(|| core_names.get(core));
            *name = found.cloned().unwrap_or_else(|| format!("function {funcs}").into());
        }
        funcs += u32::from(adds_func(step));
    }
}

/// Under which names functions are exported, by index.
fn exported(steps: &[Step]) -> HashMap<u32, Name> {
    let mut names = HashMap::new();
    for step in steps {
        let items = match step {
            Step::Export(name, item) => &[(name.clone(), *item)][..],
            Step::Bag(items) => items,
            _ => continue,
        };
        for (name, item) in items {
            if let Ref::Item(Sort::Func, index) = item {
                names.entry(*index).or_insert_with(|| name.clone());
            }
        }
    }
    names
}

/// Under which names core functions were taken from core instances, by index.
fn core_names(steps: &[Step]) -> HashMap<u32, Name> {
    let (mut names, mut funcs) = (HashMap::new(), 0);
    for step in steps {
        match step {
            Step::CoreAlias { sort: CoreSort::Func, name, .. } => {
                names.insert(funcs, name.as_str().into());
                funcs += 1;
            }
            Step::Lower { .. } | Step::ResourceNew(_) | Step::ResourceRep(_) | Step::ResourceDrop(_) => funcs += 1,
            _ => {}
        }
    }
    names
}

/// Whether a step adds a function to the index space of functions.
fn adds_func(step: &Step) -> bool {
    match step {
        Step::Lift { .. } => true,
        Step::Import(_, sort) | Step::Alias { sort, .. } | Step::Outer { sort, .. } | Step::Again(sort, _) => {
            *sort == Sort::Func
        }
        _ => false,
    }
}
