//! `wasi:io/poll`: waiting for several things at once.

use falkirk_component::Handle;
use falkirk_runtime::{Error, Limit};

use super::{Input, Output};
use crate::context::WasiCtx;
use crate::error::ErrorCode;
use crate::poll;
use crate::preview2::Result;
use crate::preview2::resources::{Object, Resources};
use crate::preview2::table::interface;

/// A `pollable`.
#[derive(Clone, Debug)]
pub(in crate::preview2) enum Pollable {
    /// The clock shows this.
    Deadline(u64),
    /// The resource that it was made from, its parent, is ready; what that means may change until then.
    Parent(u32),
}

interface! {
    /// Waiting for several things at once.
    Poll = "wasi:io/poll" {
        resource "pollable" = Pollable;
        /// Says whether it is ready, without waiting.
        "[method]pollable.ready" = ready(this: Handle) -> bool;
        /// Waits until it is ready.
        "[method]pollable.block" = block(this: Handle);
        /// Waits until at least one is ready, and gives the places of those that are.
        "poll" = poll_list(list: Vec<Handle>) -> Vec<u32>;
    }
}

fn ready(cx: &mut WasiCtx, this: Handle) -> Result<bool> {
    let pollable = cx.resources.get::<Pollable>(this)?.clone();
    let target = target(&mut cx.resources, &pollable)?;
    // With something in the list that is ready, nobody waits.
    let found = wait(cx, &[target, poll::Pollable::Ready])?;
    Ok(found.contains(&0) && is_ready(&mut cx.resources, &pollable)?)
}

fn block(cx: &mut WasiCtx, this: Handle) -> Result<()> {
    poll_list(cx, vec![this]).map(drop)
}

fn poll_list(cx: &mut WasiCtx, list: Vec<Handle>) -> Result<Vec<u32>> {
    if list.is_empty() {
        return Err(Error::msg("the guest waits for nothing: the list of pollables is empty"));
    }
    loop {
        let mut targets = Vec::with_capacity(list.len());
        for &handle in &list {
            let pollable = cx.resources.get::<Pollable>(handle)?.clone();
            targets.push(target(&mut cx.resources, &pollable)?);
        }
        let found = wait(cx, &targets)?;
        let mut ready = Vec::with_capacity(found.len());
        for at in found {
            let pollable = cx.resources.get::<Pollable>(list[at as usize])?.clone();
            if is_ready(&mut cx.resources, &pollable)? {
                ready.push(at);
            }
        }
        if !ready.is_empty() {
            return Ok(ready);
        }
    }
}

/// Waits for one of these; the places of those that are ready. Whatever waits in preview 2 does so here, but for a stream
/// of the host where nothing could end the wait (`WasiCtx::patience`).
pub(in crate::preview2) fn wait(cx: &mut WasiCtx, targets: &[poll::Pollable]) -> Result<Vec<u32>> {
    let found = cx.poll(targets).map_err(|code| match code {
        ErrorCode::Intr => Limit::Interrupted.into(),
        code => Error::msg(format!("cannot wait: {code}")),
    })?;
    let ready = found.iter().enumerate().filter(|(_, readiness)| readiness.ready);
    Ok(ready.map(|(at, _)| at as u32).collect())
}

/// What to wait for.
fn target(resources: &mut Resources, pollable: &Pollable) -> Result<poll::Pollable> {
    let parent = match pollable {
        Pollable::Deadline(deadline) => return Ok(poll::Pollable::Deadline(*deadline)),
        Pollable::Parent(parent) => resources.object(*parent)?,
    };
    Ok(match parent {
        Object::Input(input) => input.pollable(),
        Object::Output(output) => output.pollable(),
        Object::Tcp(socket) => socket.pollable(),
        Object::Udp(socket) => socket.pollable(),
        Object::Incoming(stream) => stream.pollable(),
        Object::Outgoing(stream) => stream.pollable(),
        Object::Lookup(lookup) => lookup.pollable(),
        other => unreachable!("BUG: {other:?} has no pollables"),
    })
}

/// Whether what was found ready is. An output may have room for what it had taken before, and then no more.
fn is_ready(resources: &mut Resources, pollable: &Pollable) -> Result<bool> {
    match pollable {
        Pollable::Parent(parent) => match resources.object(*parent)? {
            Object::Output(output) => Ok(output.is_ready()),
            _ => Ok(true),
        },
        Pollable::Deadline(_) => Ok(true),
    }
}

/// A new pollable for a resource.
pub(in crate::preview2) fn subscribe(cx: &mut WasiCtx, parent: Handle) -> Result<Handle> {
    cx.resources.add_child(Pollable::Parent(parent.rep), parent)
}

/// A new pollable for an input stream.
pub(super) fn subscribe_input(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Input>(this)?;
    subscribe(cx, this)
}

/// A new pollable for an output stream.
pub(super) fn subscribe_output(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Output>(this)?;
    subscribe(cx, this)
}
