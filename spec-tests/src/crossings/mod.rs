//! Random values that cross between hosts and components, on every engine.
//!
//! A [`Case`] is made of bytes, so that a fuzzer can lead it: a type, a value of it, how each of three guests keeps its
//! strings, and a memory with which a fourth one lies. Two things are tried:
//!
//! - **The journey.** The value goes from the host through three guests to a function of the host, and back. It must be the
//!   same there and here.
//! - **The lie.** A guest returns whatever is in its memory. The host must find the same in it, a value or a trap, whether
//!   it asks itself or through another guest; and on each engine.

mod guests;
mod shape;

use arbitrary::{Result as Made, Unstructured};
use falkirk::component::abi::Trap;
use falkirk::component::{Component, Func, Instance, Linker, Val};
use falkirk::{Engine, Error, Store, StoreContextMut, Trap as CoreTrap};

use crate::engines::Subject;
use guests::Guests;
use shape::Shape;

/// Something to try.
#[derive(Debug)]
pub struct Case {
    shape: Shape,
    value: Val,
    encodings: [&'static str; 3],
    /// Whether guests call themselves before they call the next one.
    again: bool,
    memory: Vec<u8>,
}

/// How a liar's memory begins.
const MEMORY: usize = 256;

impl Case {
    /// The case that these bytes make. Any will do; where they end, so does what is interesting.
    pub fn from_bytes(bytes: &[u8]) -> Case {
        Case::make(&mut Unstructured::new(bytes))
            .unwrap_or_else(|error| panic!("BUG: bytes that make nothing: {error}"))
    }

    fn make(u: &mut Unstructured<'_>) -> Made<Case> {
        const ENCODINGS: [&str; 3] = ["utf8", "utf16", "latin1+utf16"];
        let shape = Shape::make(u, 3)?;
        let value = shape.value(u)?;
        let encodings = [*u.choose(&ENCODINGS)?, *u.choose(&ENCODINGS)?, *u.choose(&ENCODINGS)?];
        let again = u.arbitrary()?;
        // Small numbers are more often addresses and lengths.
        let small = u.arbitrary()?;
        let byte = |u: &mut Unstructured<'_>| {
            Ok(if small && !u.ratio(1, 8)? { u.arbitrary::<u8>()? % 16 } else { u.arbitrary()? })
        };
        let mut memory = (0..MEMORY).map(|_| byte(u)).collect::<Made<Vec<u8>>>()?;
        if small {
            // Numbers of four bytes that are small.
            memory.iter_mut().enumerate().filter(|(at, _)| at % 4 != 0).for_each(|(_, byte)| *byte = 0);
        }
        Ok(Case { shape, value, encodings, again, memory })
    }

    /// Tries it on all engines.
    ///
    /// # Errors
    ///
    /// What went another way than it must.
    pub fn check(&self, subjects: &[Subject]) -> Result<Outcome, String> {
        let guests = Guests::new(&self.shape);
        let mut first: Option<(&str, Lie)> = None;
        for subject in subjects {
            let problem = |what: String| format!("{}: {what}\n{}\n{self:?}", subject.name, guests.ty());
            self.journey(&subject.engine, &guests).map_err(problem)?;
            let lie = self.lie(&subject.engine, &guests).map_err(problem)?;
            match &first {
                None => first = Some((subject.name, lie)),
                Some((name, before)) if *before != lie => {
                    return Err(problem(format!("a lie comes to {lie:?}, and with {name} to {before:?}")));
                }
                Some(_) => {}
            }
        }
        Ok(match first {
            Some((_, Err(_))) => Outcome::Trapped,
            _ => Outcome::Fine,
        })
    }

    /// Through three guests to the host, and back.
    fn journey(&self, engine: &Engine, guests: &Guests) -> Result<(), String> {
        let mut linker = Linker::<Vec<Val>>::new(engine);
        let echo = |mut store: StoreContextMut<'_, Vec<Val>>, params: &[Val]| {
            store.data_mut().extend_from_slice(params);
            Ok(Some(params[0].clone()))
        };
        linker.root().func_new("next", echo).map_err(text)?;
        let mut store = store(engine, Vec::new());
        let mut func = None;
        for encoding in self.encodings {
            let instance = start(&mut store, &linker, &guests.passing(encoding, self.again))?;
            linker = Linker::new(engine);
            linker.root().exports(&instance).map_err(text)?;
            func = instance.get_func("next");
        }
        let func = func.ok_or("no function")?;
        for _ in 0..2 {
            store.data_mut().clear();
            let found = call(&mut store, &func, &self.value).map_err(text)?;
            let seen = std::mem::take(store.data_mut());
            if (&found, &*seen) != (&self.value, std::slice::from_ref(&self.value)) {
                return Err(format!("the host saw {seen:?}, and back came {found:?}"));
            }
        }
        Ok(())
    }

    /// What a guest says, asked by the host; and asked by another guest, which must be the same.
    fn lie(&self, engine: &Engine, guests: &Guests) -> Result<Lie, String> {
        let [encoding, passing, _] = self.encodings;
        let liar = guests.lying(encoding, &self.memory);
        let mut store = store(engine, ());
        let direct = start(&mut store, &Linker::new(engine), &liar)?;
        let direct = judge(call(&mut store, &direct.get_func("next").ok_or("no function")?, &self.value))?;
        let mut linker = Linker::new(engine);
        let liar = start(&mut store, &Linker::new(engine), &liar)?;
        linker.root().exports(&liar).map_err(text)?;
        let between = start(&mut store, &linker, &guests.passing(passing, self.again))?;
        let passed = call(&mut store, &between.get_func("next").ok_or("no function")?, &self.value);
        if matches!(&passed, Err(error) if error.trap() == Some(CoreTrap::Unreachable)) && direct.is_ok() {
            return Ok(direct); // The other guest has no room for so much.
        }
        let passed = judge(passed)?;
        if passed == direct {
            Ok(direct)
        } else {
            Err(format!("a lie comes to {direct:?}, and through a guest to {passed:?}"))
        }
    }
}

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The lie was a value.
    Fine,
    /// The lie was found out.
    Trapped,
}

/// A value that a guest gave, or how it was found out.
type Lie = Result<Val, Trap>;

fn judge(result: Result<Val, Error>) -> Result<Lie, String> {
    match result {
        Ok(val) => Ok(Ok(val)),
        Err(error) => match error.downcast_ref::<Trap>() {
            Some(trap) => Ok(Err(*trap)),
            None => Err(text(error)),
        },
    }
}

fn store<T>(engine: &Engine, data: T) -> Store<T> {
    let mut store = Store::new(engine, data);
    let _ = store.set_fuel(u64::MAX / 4);
    store
}

fn start<T>(store: &mut Store<T>, linker: &Linker<T>, component: &str) -> Result<Instance, String> {
    let component = Component::new(linker.engine(), component).map_err(|error| format!("{error}\n{component}"))?;
    linker.instantiate(store, &component).map_err(text)
}

fn call<T: 'static>(store: &mut Store<T>, func: &Func, value: &Val) -> Result<Val, Error> {
    let mut results = [Val::Bool(false)];
    func.call(store, std::slice::from_ref(value), &mut results)?;
    let [result] = results;
    Ok(result)
}

fn text(error: Error) -> String {
    error.to_string()
}
