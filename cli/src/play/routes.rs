//! What there is to ask for.

use falkirk::crossing::parts;
use falkirk::{Config, Engine, EngineKind};
use serde_json::{Value, json};

use super::guest::{Guests, Limits};
use super::http::{Response, Status};
use super::opened::Opened;
use super::order::Order;
use super::problem::Problem;
use super::{check, run, samples, steps, times};

/// Something to ask for.
#[derive(Clone, Copy)]
pub enum Route {
    /// A part of the page: its type, and the texts that it is made of.
    Page(&'static str, &'static [&'static str]),
    /// What the page needs to know once.
    Info,
    /// Ends what is running.
    Stop,
    /// Does something with a program.
    Do(fn(&Order, &Guests) -> Result<Value, Problem>),
}

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All of it, by method and path.
const ROUTES: [(&str, &str, Route); 12] = [
    ("GET", "", Route::Page(HTML, &[include_str!("page/play.html")])),
    ("GET", "play.css", Route::Page(STYLE, &[parts::STYLE, include_str!("page/play.css")])),
    ("GET", "memory.js", Route::Page(SCRIPT, &[parts::MEMORY])),
    ("GET", "editor.js", Route::Page(SCRIPT, &[include_str!("page/editor.js")])),
    ("GET", "play.js", Route::Page(SCRIPT, &[include_str!("page/play.js")])),
    ("GET", "icon.svg", Route::Page("image/svg+xml", &[include_str!("page/icon.svg")])),
    ("GET", "info", Route::Info),
    ("POST", "stop", Route::Stop),
    ("POST", "check", Route::Do(check::check)),
    ("POST", "run", Route::Do(run::run)),
    ("POST", "steps", Route::Do(steps::steps)),
    ("POST", "times", Route::Do(times::times)),
];

/// What answers.
pub struct Routes {
    guests: Guests,
    opened: Option<Opened>,
}

impl Routes {
    /// Guests run within these limits.
    pub fn new(limits: Limits, opened: Option<Opened>) -> Routes {
        Routes { guests: Guests::new(limits), opened }
    }

    /// What a method and a path ask for.
    pub fn find(method: &str, path: &str) -> Result<Route, Status> {
        let mut here = ROUTES.iter().filter(|(_, other, _)| *other == path).peekable();
        here.peek().ok_or(Status::NOT_FOUND)?;
        here.find(|(other, ..)| *other == method).map(|(.., route)| *route).ok_or(Status::METHOD)
    }

    /// The answer.
    pub fn answer(&self, route: Route, body: &[u8]) -> Result<Response, Status> {
        match route {
            Route::Page(kind, parts) => Ok(Response { status: Status::OK, kind, body: parts.concat().into_bytes() }),
            Route::Info => Ok(json_response(&self.info())),
            Route::Stop => {
                self.guests.stop();
                Ok(json_response(&json!({})))
            }
            Route::Do(what) => {
                let order = Order::read(body).ok_or(Status::BAD)?;
                Ok(json_response(&what(&order, &self.guests).unwrap_or_else(|problem| problem.json())))
            }
        }
    }

    fn info(&self) -> Value {
        json!({
            "samples": samples::json(self.opened.as_ref()),
            "engines": { "interp": lacking(EngineKind::Interp), "jit": lacking(EngineKind::Jit) },
            "limits": self.guests.limits.json(),
            "unoptimised": cfg!(debug_assertions),
            "version": env!("CARGO_PKG_VERSION"),
        })
    }
}

/// Why an engine is not here; null if it is.
fn lacking(kind: EngineKind) -> Value {
    if kind == EngineKind::Jit && !cfg!(feature = "jit") {
        return json!("The JIT is not in this build: the cargo feature `jit` is off.");
    }
    Engine::new(Config::new().engine(kind))
        .err()
        .map_or(Value::Null, |error| json!(format!("There is no {kind:?} here: {error}.")))
}

fn json_response(value: &Value) -> Response {
    Response { status: Status::OK, kind: "application/json", body: value.to_string().into_bytes() }
}
