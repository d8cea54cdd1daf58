//! `wasi:sockets/ip-name-lookup`: the addresses of names.
//!
//! The host's own look-up waits, and the interface's does not: so each has a thread of its own until it is done.

use std::net::{IpAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use falkirk_component::Handle;

use super::network::{IpAddress, NetError, Network};
use super::options::Outcome;
use crate::context::WasiCtx;
use crate::network::ascii_name;
use crate::poll::Pollable;
use crate::preview2::Result;
use crate::preview2::table::interface;
use crate::report::Denial;
use crate::streams::{PipeReader, pipe};

/// A `resolve-address-stream`.
#[derive(Debug)]
pub(in crate::preview2) struct Lookup {
    answer: Arc<Mutex<Option<Answer>>>,
    /// Is at its end when the answer is there.
    done: PipeReader,
}

/// What a name stands for: what is left of the addresses.
type Answer = Result<std::vec::IntoIter<IpAddr>, NetError>;

/// How many look-ups there are at this time, of all guests.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// How many there may be.
const MOST: usize = 32;

interface! {
    /// The addresses of names.
    NameLookup = "wasi:sockets/ip-name-lookup" {
        resource "resolve-address-stream" = Lookup;
        /// Looks a name up.
        "resolve-addresses" = resolve_addresses(network: Handle, name: String) -> Result<Handle, NetError>;
        /// Gives the next address.
        "[method]resolve-address-stream.resolve-next-address"
            = resolve_next_address(this: Handle) -> Result<Option<IpAddress>, NetError>;
        /// Gives a pollable: the answer is there.
        "[method]resolve-address-stream.subscribe" = subscribe(this: Handle) -> Handle;
    }
}

impl Lookup {
    /// What to wait for.
    pub fn pollable(&self) -> Pollable {
        Pollable::PipeReader(self.done.clone())
    }

    /// A look-up that has ended.
    fn ended(addresses: Vec<IpAddr>) -> Lookup {
        let (_, done) = pipe(0);
        Lookup { answer: Arc::new(Mutex::new(Some(Ok(addresses.into_iter())))), done }
    }

    /// Begins to look up a name.
    fn begin(name: String) -> Result<Lookup, NetError> {
        if RUNNING.fetch_add(1, Ordering::Relaxed) >= MOST {
            RUNNING.fetch_sub(1, Ordering::Relaxed);
            return Err(NetError::TemporaryResolverFailure);
        }
        let (writer, done) = pipe(0);
        let answer = Arc::new(Mutex::new(None));
        let slot = answer.clone();
        let run = move || {
            let found = look_up(&name);
            RUNNING.fetch_sub(1, Ordering::Relaxed);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
            drop(writer);
        };
        match std::thread::Builder::new().name("falkirk-name-look-up".into()).spawn(run) {
            Ok(_) => Ok(Lookup { answer, done }),
            Err(_) => {
                RUNNING.fetch_sub(1, Ordering::Relaxed);
                Err(NetError::TemporaryResolverFailure)
            }
        }
    }
}

/// Asks the host, and waits for its answer.
fn look_up(name: &str) -> Answer {
    let found = (name, 0).to_socket_addrs().map_err(|error| match error.to_string().contains("emporary failure") {
        true => NetError::TemporaryResolverFailure,
        false => NetError::NameUnresolvable,
    })?;
    let mut addresses = Vec::new();
    for address in found.map(|found| found.ip().to_canonical()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses.into_iter())
}

/// What is an address already, and needs nobody's answer: those of IPv6 may be in brackets. Some alphabets have digits of
/// their own, so that a name may be an address only when it is in ASCII.
fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => name.parse().ok(),
    }
}

fn resolve_addresses(cx: &mut WasiCtx, network: Handle, name: String) -> Outcome<Handle> {
    cx.resources.get::<Network>(network)?;
    let ascii = ascii_name(&name);
    if let Some(address) = address(&name).or_else(|| address(ascii.as_deref()?)) {
        return cx.resources.add(Lookup::ended(vec![address.to_canonical()])).map(Ok);
    }
    let Some(name) = ascii else { return Ok(Err(NetError::InvalidArgument)) };
    let granted = cx.network.names.allows(name.strip_suffix('.').unwrap_or(&name));
    cx.report.wished(granted, Denial::NameLookup(name.clone()));
    if !granted {
        return Ok(Err(NetError::AccessDenied));
    }
    match Lookup::begin(name) {
        Ok(lookup) => cx.resources.add(lookup).map(Ok),
        Err(code) => Ok(Err(code)),
    }
}

fn resolve_next_address(cx: &mut WasiCtx, this: Handle) -> Outcome<Option<IpAddress>> {
    let lookup = cx.resources.get::<Lookup>(this)?;
    let mut answer = lookup.answer.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(match &mut *answer {
        None => Err(NetError::WouldBlock),
        Some(Ok(addresses)) => Ok(addresses.next().map(IpAddress::from)),
        Some(Err(code)) => Err(*code),
    })
}

fn subscribe(cx: &mut WasiCtx, this: Handle) -> Result<Handle> {
    cx.resources.get::<Lookup>(this)?;
    crate::preview2::io::subscribe(cx, this)
}
