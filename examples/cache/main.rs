//! A guest that keeps what it computes in a cache, and a host that has one: `cargo run -p falkirk --example cache`.
//!
//! | argument | where the cache is |
//! | --- | --- |
//! | none | in memory |
//! | a file | in that file, which is still there next time |
//! | `redis://127.0.0.1:6379`, `unix:///run/redis.sock` | on a Redis server |
//!
//! The guest cannot tell which it is. `bindgen!` makes the trait `Host` of the guest's WIT, and one implementation of
//! that serves every [`Cache`].

mod contract;
mod embedded;
mod server;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use falkirk::component::{Component, Linker};
use falkirk::{Engine, Result, Store};
use redb::backends::InMemoryBackend;

use contract::{Cache, Failure};
use embedded::Embedded;
use server::Server;

mod guest {
    ::falkirk::bindgen!("client" in "guests/components/cache-client/wit");
}

use guest::falkirk::cache::cache as wit;

fn main() -> ExitCode {
    let place = std::env::args().nth(1);
    match run(place.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(place: Option<&str>) -> Result<()> {
    let clock = Box::new(SystemTime::now);
    let cache: Box<dyn Cache> = match place {
        None => Box::new(Embedded::stored_in(InMemoryBackend::new(), clock)?),
        Some(address) if address.contains("://") => Box::new(Server::at(address)?),
        Some(file) => Box::new(Embedded::in_file(Path::new(file), clock)?),
    };
    let mut running = Running::new(&Engine::default(), cache)?;
    running.demonstrate(&mut std::io::stdout())?;
    running.store.data().complaints.iter().for_each(|complaint| eprintln!("host: {complaint}"));
    Ok(())
}

/// What a store has for its guest.
struct Host {
    cache: Box<dyn Cache>,
    /// What went wrong, with more in it than the guest is told.
    complaints: Vec<Failure>,
}

// ANCHOR: host
impl Host {
    /// What the guest is told.
    fn tell<T>(&mut self, result: Result<T, Failure>) -> Result<T, wit::Error> {
        result.map_err(|failure| {
            let error = match failure {
                Failure::Unavailable { .. } => wit::Error::Unavailable,
                Failure::InvalidKey(_) => wit::Error::InvalidKey,
                Failure::TooLarge(_) => wit::Error::TooLarge,
            };
            self.complaints.push(failure);
            error
        })
    }
}
// ANCHOR_END: host

// ANCHOR: wit
impl wit::Host for Host {
    fn set(&mut self, key: String, payload: Vec<u8>, time_to_live: Option<u32>) -> Result<(), wit::Error> {
        let result = self.cache.set(&key, &payload, time_to_live);
        self.tell(result)
    }

    fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, wit::Error> {
        let result = self.cache.get(&key);
        self.tell(result)
    }

    fn delete(&mut self, key: String) -> Result<(), wit::Error> {
        let result = self.cache.delete(&key);
        self.tell(result)
    }
}
// ANCHOR_END: wit

/// The guest, with its cache.
struct Running {
    store: Store<Host>,
    client: guest::Client,
}

impl Running {
    fn new(engine: &Engine, cache: Box<dyn Cache>) -> Result<Running> {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/guests/built/components/cache-client.wasm");
        let component = Component::from_file(engine, file)?;
        let mut linker = Linker::new(engine);
        guest::Client::add_to_linker(&mut linker, |host: &mut Host| host)?;
        let mut store = Store::new(engine, Host { cache, complaints: Vec::new() });
        let client = guest::Client::instantiate(&mut store, &component, &linker)?;
        Ok(Running { store, client })
    }

    // ANCHOR: demonstrate
    /// Has the guest compute, look and forget, and writes what it answers.
    fn demonstrate(&mut self, out: &mut impl Write) -> Result<()> {
        self.fibonacci(90, Some(60), out)?;
        self.fibonacci(90, Some(60), out)?;
        self.peek("fibonacci/90", out)?;
        writeln!(out, "forget(90): {:?}", self.client.call_forget(&mut self.store, 90)?)?;
        self.peek("fibonacci/90", out)?;
        self.peek("", out)?;
        self.fibonacci(10, None, out)
    }
    // ANCHOR_END: demonstrate

    fn fibonacci(&mut self, n: u8, time_to_live: Option<u32>, out: &mut impl Write) -> Result<()> {
        match self.client.call_fibonacci(&mut self.store, n, time_to_live)? {
            Ok(guest::Answer { value, cached: true }) => writeln!(out, "fibonacci({n}) = {value}, from the cache")?,
            Ok(guest::Answer { value, cached: false }) => writeln!(out, "fibonacci({n}) = {value}")?,
            Err(error) => writeln!(out, "fibonacci({n}): {error:?}")?,
        }
        Ok(())
    }

    fn peek(&mut self, key: &str, out: &mut impl Write) -> Result<()> {
        Ok(writeln!(out, "peek({key:?}): {:?}", self.client.call_peek(&mut self.store, key)?)?)
    }
}
