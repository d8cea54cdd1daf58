//! A call step by step, for the page to go through forwards and backwards.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use falkirk::EngineKind;
use serde_json::{Map, Value, json};

use super::guest::{Guests, engine, module};
use super::order::Order;
use super::places::Place;
use super::problem::{Problem, place};
use super::recorder::{Record, Recorder, Step, Touch};
use super::run::{hex, values};
use super::text::Program;

/// Calls the function on the interpreter, and writes down its steps.
pub fn steps(order: &Order, guests: &Guests) -> Result<Value, Problem> {
    let program = Program::read(&order.text)?;
    guests.run(|turn| {
        let module = module(&engine(EngineKind::Interp, true, true)?, &program)?;
        let mut guest = turn.guest(&module, &program, order)?;
        let record = Arc::new(Mutex::new(Record::default()));
        let recorder =
            Recorder { record: record.clone(), end: guest.store.interrupt_handle(), wasm: program.wasm.clone() };
        guest.store.set_observer(Some(Box::new(recorder)));
        let outcome = guest.call();
        guest.store.set_observer(None);
        let record = record.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = match &outcome {
            // The recorder ended it: that is no problem of the program's.
            _ if record.cut => json!({}),
            Ok(results) => json!({ "results": values(results) }),
            Err(error) => Problem::of(error, &program).json(),
        };
        write(&mut answer, &record, &program);
        answer["printed"] = json!(guest.printed());
        Ok(answer)
    })
}

fn write(answer: &mut Value, record: &Record, program: &Program<'_>) {
    let mut places = Table::default();
    let steps: Vec<Value> = record.steps.iter().map(|step| show(step, program, &mut places)).collect();
    answer["steps"] = json!(steps);
    answer["cut"] = json!(record.cut);
    answer["places"] = places.shown.into();
    answer["start"] = record.start.iter().map(row).collect();
    answer["functions"] = Value::Object(functions(record, program));
}

/// The functions that ran, with the names of their locals.
fn functions(record: &Record, program: &Program<'_>) -> Map<String, Value> {
    let mut found = Map::new();
    for (index, name) in &record.functions {
        let of = |step: &&Step| step.function == Some(*index);
        let count = record.steps.iter().find(of).map_or(0, |step| step.locals.len());
        let locals: Vec<String> = (0..count).map(|local| program.local(*index, local as u32)).collect();
        found.insert(index.to_string(), json!({ "name": name, "locals": locals }));
    }
    found
}

/// Places and instructions, each once.
#[derive(Default)]
struct Table {
    shown: Vec<Value>,
    known: HashMap<usize, usize>,
}

impl Table {
    fn number(&mut self, step: &Step, program: &Program<'_>) -> usize {
        if let Some(number) = self.known.get(&step.offset) {
            return *number;
        }
        let found: Option<Place> = program.place(step.offset);
        // As the reader has written it, where that is known.
        let text = found.as_ref().map(|place| program.slice(place)).filter(|text| !text.is_empty());
        self.shown.push(json!({ "text": text.unwrap_or(&step.text), "at": place(found) }));
        self.known.insert(step.offset, self.shown.len() - 1);
        self.shown.len() - 1
    }
}

fn show(step: &Step, program: &Program<'_>, places: &mut Table) -> Value {
    let touches: Vec<Value> = step.touches.iter().map(touch).collect();
    let mut shown = json!({ "depth": step.depth, "stack": values(&step.stack), "locals": values(&step.locals) });
    match step.function {
        Some(function) => {
            shown["function"] = json!(function);
            shown["place"] = json!(places.number(step, program));
            shown["takes"] = json!(step.takes);
        }
        None => shown["host"] = json!(step.text),
    }
    let extra = [
        ("below", json!(step.below), step.below > 0),
        ("touch", json!(touches), !touches.is_empty()),
        ("seen", step.seen.iter().map(row).collect(), !step.seen.is_empty()),
    ];
    for (name, value, _) in extra.into_iter().filter(|(.., there)| *there) {
        shown[name] = value;
    }
    shown
}

fn touch(touch: &Touch) -> Value {
    let how = if touch.access.writes { "write" } else { "read" };
    let (memory, at, length) = (touch.access.memory, touch.access.address, touch.access.length);
    json!({ "memory": memory, "how": how, "at": at, "length": length, "hex": hex(&touch.bytes) })
}

fn row((memory, at, bytes): &(u32, usize, Vec<u8>)) -> Value {
    json!({ "memory": memory, "at": at, "hex": hex(bytes) })
}
