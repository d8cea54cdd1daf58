//! Listens on the loopback address, with a thread for each request.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::gate::Gate;
use super::guest::Limits;
use super::http::{Connection, Response, Status};
use super::opened::Opened;
use super::routes::Routes;

/// How many requests are answered at once.
const AT_ONCE: usize = 16;

/// The playground's server.
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
}

struct Shared {
    gate: Gate,
    routes: Routes,
    busy: AtomicUsize,
}

impl Server {
    /// Listens on this port, or on any that is free if it is 0. The page begins with the module that was opened, if any.
    pub fn bind(port: u16, limits: Limits, opened: Option<Opened>) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let gate = Gate::new(listener.local_addr()?.port()).map_err(|error| io::Error::other(error.to_string()))?;
        let shared = Shared { gate, routes: Routes::new(limits, opened), busy: AtomicUsize::new(0) };
        Ok(Server { listener, shared: Arc::new(shared) })
    }

    /// What to open in a browser.
    pub fn url(&self) -> String {
        self.shared.gate.url()
    }

    /// Answers requests until the process is ended.
    pub fn serve(&self) -> ! {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => self.take(stream),
                // No descriptor is free, or the client is gone already.
                Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
            }
        }
    }

    fn take(&self, stream: TcpStream) {
        let shared = self.shared.clone();
        if shared.busy.fetch_add(1, Ordering::Relaxed) >= AT_ONCE {
            shared.busy.fetch_sub(1, Ordering::Relaxed);
            return; // The connection is closed.
        }
        let thread = std::thread::Builder::new().name("request".to_owned());
        let spawned = thread.spawn(move || {
            let done = Done(&shared.busy);
            shared.serve(Connection::new(stream));
            drop(done);
        });
        if spawned.is_err() {
            self.shared.busy.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Counts a request as answered, also if its thread panics.
struct Done<'a>(&'a AtomicUsize);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    fn serve(&self, mut connection: Connection) {
        let response = self.respond(&mut connection).unwrap_or_else(Status::alone);
        connection.answer(&response);
    }

    fn respond(&self, connection: &mut Connection) -> Result<Response, Status> {
        let mut request = connection.head()?;
        let rest = self.gate.admit(&request)?.to_owned();
        let route = Routes::find(&request.method, &rest)?;
        if request.method == "POST" {
            let kind = request.header("content-type").unwrap_or_default();
            if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
                return Err(Status::TYPE);
            }
            connection.body(&mut request)?;
        }
        self.routes.answer(route, &request.body)
    }
}
