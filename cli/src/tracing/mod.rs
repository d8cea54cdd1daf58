//! The trace: what happens in a store, as lines indented by how deep it is, as lines of JSON, or as a page.

mod text;

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use falkirk::component::trace::{self as component, set_observer};
use falkirk::crossing::{Recording, Step, Steps};
use falkirk::{Event, InterruptHandle, Observer, Store};

use crate::failure::Failure;
use crate::output::Out;
use crate::page;

/// What becomes of a trace.
pub enum Form<'a> {
    /// Lines for a person, between what the program prints.
    Text,
    /// Lines of JSON. What the program prints goes to standard error.
    Json,
    /// A page for a browser in this file, or on standard output if it is `-`.
    Page(&'a Path),
}

impl<'a> Form<'a> {
    /// What the options ask for.
    pub fn new(json: bool, html: Option<&'a Path>) -> Form<'a> {
        match html {
            Some(path) => Form::Page(path),
            None if json => Form::Json,
            None => Form::Text,
        }
    }

    /// Where what the program prints goes: not between what another program or a browser reads.
    pub fn printed(&self, out: &Out) -> Out {
        match self {
            Form::Json => Out::stderr(),
            Form::Page(path) if *path == Path::new("-") => Out::stderr(),
            Form::Text | Form::Page(_) => out.clone(),
        }
    }
}

/// A trace that is being made.
pub struct Trace<'a> {
    form: Form<'a>,
    shared: Shared,
    out: Out,
}

impl<'a> Trace<'a> {
    /// Has everything that happens in the store traced; with `instructions` each instruction too. A page is called
    /// `title`.
    pub fn new<T: 'static>(
        store: &mut Store<T>,
        form: Form<'a>,
        instructions: bool,
        title: String,
        out: &Out,
    ) -> Trace<'a> {
        let target = match form {
            Form::Text => Target::Text(out.clone()),
            Form::Json => Target::Json(out.clone()),
            Form::Page(_) => Target::Page(Box::new(Recording::new(title))),
        };
        let (stop, steps) = (store.interrupt_handle(), Steps::new());
        let shared = Shared(Arc::new(Mutex::new(State { target, instructions, steps, stop, stopped: false })));
        store.set_observer(Some(Box::new(shared.clone())));
        Trace { form, shared, out: out.clone() }
    }

    /// Has what crosses between the store's components traced too.
    pub fn components<T: 'static>(&self, store: &mut Store<T>) {
        set_observer(store, Some(Box::new(self.shared.clone())));
    }

    /// The component that is instantiated next is called so.
    pub fn name_next(&self, name: &str) {
        self.shared.lock().steps.name_next(name);
    }

    /// What came of the traced program. The page is written also when it failed. One that was ended because nobody reads
    /// its trace any more has not failed.
    pub fn outcome<T>(mut self, result: Result<T, Failure>) -> Result<T, Failure> {
        if let Form::Page(path) = self.form {
            let mut state = self.shared.lock();
            let (memories, tables) = (state.steps.memories(), state.steps.instances().to_vec());
            if let Target::Page(recording) = &mut state.target {
                (recording.memories, recording.tables) = (memories, tables);
                write_page(recording, path, &mut self.out)?;
            }
        }
        match self.out.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(error.into()),
            _ => result,
        }
    }
}

fn write_page(recording: &Recording, path: &Path, out: &mut Out) -> Result<(), Failure> {
    let page = recording.html();
    let steps = match (recording.len(), recording.left_out()) {
        (1, 0) => "1 step".to_owned(),
        (kept, 0) => format!("{kept} steps"),
        (kept, more) => format!("the first {kept} steps ({more} more are left out; `--json` has them all)"),
    };
    page::write(&page, &steps, path, out)
}

/// Where steps go.
enum Target {
    /// Lines for a person.
    Text(Out),
    /// Lines of JSON.
    Json(Out),
    /// Kept for a page.
    Page(Box<Recording>),
}

/// What is known while a trace is made.
struct State {
    target: Target,
    instructions: bool,
    steps: Steps,
    /// Ends the program when nobody reads any more.
    stop: InterruptHandle,
    stopped: bool,
}

/// The one trace of a store, which both its modules and its components tell.
#[derive(Clone)]
struct Shared(Arc<Mutex<State>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Shared {
    fn event(&mut self, event: Event<'_>) {
        let mut state = self.lock();
        let instructions = state.instructions;
        let step = state.steps.step(event, instructions);
        state.take(step);
    }
}

impl component::Observer for Shared {
    fn event(&mut self, event: component::Event<'_>) {
        let mut state = self.lock();
        let step = state.steps.component(event);
        state.take(step);
    }
}

impl State {
    fn take(&mut self, step: Option<Step<'_>>) {
        let Some(step) = step.filter(|_| !self.stopped) else { return };
        let written = match &mut self.target {
            Target::Text(out) => out.write_all(text::lines(&step, &self.steps).as_bytes()),
            Target::Json(out) => writeln!(out, "{}", step.json()),
            Target::Page(recording) => return recording.push(step),
        };
        if written.is_err() {
            self.stopped = true;
            self.stop.interrupt();
        }
    }
}
