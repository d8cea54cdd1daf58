//! What a call makes use of, for [`Report`](crate::report::Report): a table of functions, and what descriptors are.

use super::call::Call;
use super::descriptors::Object;
use super::layout::{oflags, rights};
use super::table::{Function, Kind};
use crate::error::Result;
use crate::report::{Effect, Given, Use};

/// What functions use that have no descriptor.
const GIVEN: &[(&str, Given)] = &[
    ("args_get", Given::Args),
    ("environ_get", Given::Env),
    ("clock_res_get", Given::Clocks),
    ("clock_time_get", Given::Clocks),
    ("random_get", Given::Random),
];

/// What functions do with their descriptors, if they do not read.
const EFFECTS: &[(&str, Effect)] = &[
    ("fd_close", Effect::Nothing),
    ("fd_fdstat_get", Effect::Nothing),
    ("fd_fdstat_set_flags", Effect::Nothing),
    ("fd_fdstat_set_rights", Effect::Nothing),
    ("fd_prestat_get", Effect::Nothing),
    ("fd_prestat_dir_name", Effect::Nothing),
    ("fd_renumber", Effect::Nothing),
    ("fd_allocate", Effect::Changes),
    ("fd_filestat_set_size", Effect::Changes),
    ("fd_filestat_set_times", Effect::Changes),
    ("fd_pwrite", Effect::Changes),
    ("fd_write", Effect::Changes),
    ("path_create_directory", Effect::Changes),
    ("path_filestat_set_times", Effect::Changes),
    ("path_link", Effect::Changes),
    ("path_remove_directory", Effect::Changes),
    ("path_rename", Effect::Changes),
    ("path_symlink", Effect::Changes),
    ("path_unlink_file", Effect::Changes),
];

/// What a call would use, found out before it is made: it may close its descriptors.
pub(super) fn of(call: &mut Call<'_>, function: &Function, arguments: &[u64]) -> Vec<Use> {
    if let Some((_, given)) = GIVEN.iter().find(|(name, _)| *name == function.name) {
        return vec![Use::Given(*given)];
    }
    let effect = effect(function, arguments);
    if effect == Effect::Nothing {
        return Vec::new();
    }
    let descriptors = function.params.iter().zip(arguments).filter(|(param, _)| param.kind == Kind::Fd);
    descriptors.filter_map(|(_, &fd)| of_descriptor(call, fd as u32, function, effect)).collect()
}

/// Notes what a call has used: a change only if it was made, anything else unless it was denied.
pub(super) fn note(call: &mut Call<'_>, uses: Vec<Use>, result: Result<()>) {
    if let Err(code) = result
        && code.is_denial()
    {
        return;
    }
    for mut used in uses {
        if let Use::Directory { changed, .. } = &mut used {
            *changed &= result.is_ok();
        }
        call.context.report.used(used);
    }
}

fn effect(function: &Function, arguments: &[u64]) -> Effect {
    if let Some((_, effect)) = EFFECTS.iter().find(|(name, _)| *name == function.name) {
        return *effect;
    }
    let argument = |name| function.params.iter().position(|param| param.name == name).map_or(0, |at| arguments[at]);
    let opens_to_change = argument("oflags") & u64::from(oflags::CREAT | oflags::TRUNC) != 0
        || argument("fs_rights_base") & rights::FD_WRITE != 0;
    if function.name == "path_open" && opens_to_change { Effect::Changes } else { Effect::Reads }
}

fn of_descriptor(call: &mut Call<'_>, fd: u32, function: &Function, effect: Effect) -> Option<Use> {
    let descriptor = call.context.descriptors.get(fd, 0).ok()?;
    let directory = |name: &str| Use::Directory { name: name.into(), changed: effect == Effect::Changes };
    Some(match &descriptor.object {
        // To ask what it is or where it is does nothing with a stream.
        Object::Input(_) | Object::Output(_) if !matches!(function.name, "fd_read" | "fd_write") => return None,
        Object::Input(_) | Object::Output(_) => Use::Given(descriptor.given?),
        Object::File(file) => directory(file.grant()),
        Object::Dir(open) => directory(open.dir.grant()),
        Object::Listener(_) => Use::Listener,
        Object::Socket(_) => return None,
    })
}
