//! Scripts of calls, for the functions of preview 2.
//!
//! ```text
//! == a name                                              a new guest
//! stdout get-stdout -> @out                              a handle gets a name
//! streams output-stream-check-write $out -> ok(4096)     ... and is used; arguments and results are WAVE
//! streams output-stream-write $out b"hi" -> ok
//! streams output-stream-write $out b"hi" -> trap: more than `check-write` has permitted
//! drop output-stream $out -> nothing                     a handle is dropped
//! ```
//!
//! `b"..."` is a list of bytes, `_` in an expectation any number.

use std::collections::HashMap;

use falkirk_component::abi::{Kind, Name, Type, Types};
use falkirk_component::{Component, Handle, Instance, Linker, Val, wave};
use falkirk_runtime::{Engine, Store};
use falkirk_wasi::{WasiCtx, preview2};

/// A guest that can be told what to call.
pub struct Script {
    pub store: Store<WasiCtx>,
    instance: Instance,
    handles: HashMap<String, Handle>,
}

impl Script {
    /// The guest, with what it is given.
    pub fn new(engine: &Engine, component: &Component, context: WasiCtx) -> Script {
        let mut linker = Linker::new(engine);
        preview2::add_to_linker(&mut linker, |context: &mut WasiCtx| context).expect("nothing is defined twice");
        let mut store = Store::new(engine, context);
        let instance = linker.instantiate(&mut store, component).unwrap_or_else(|error| panic!("{error:?}"));
        Script { store, instance, handles: HashMap::new() }
    }

    /// Runs lines; what went wrong.
    pub fn run(&mut self, name: &str, lines: &str) -> Vec<String> {
        let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.filter_map(|line| Some(format!("{name}: {line}\n    {}", self.line(line).err()?))).collect()
    }

    /// Runs lines that are to do what they say.
    pub fn expect(&mut self, lines: &str) {
        let failures = self.run("script", lines);
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let (call, expected) = line.rsplit_once(" -> ").ok_or("no expectation")?;
        let words = split(call);
        let [interface, function, arguments @ ..] = &*words else { return Err("no function".into()) };
        let mut found = Vec::new();
        let text = match self.call(&format!("{interface}-{function}"), arguments) {
            Ok(Some(value)) => show(&value, &mut found),
            Ok(None) => "nothing".into(),
            Err(error) => format!("trap: {error}"),
        };
        let names: Vec<&str> = expected.split('@').skip(1).map(name_at).collect();
        let mut wanted = expected.to_owned();
        for name in &names {
            wanted = wanted.replacen(&format!("@{name}"), "#", 1);
        }
        self.handles.extend(names.iter().map(|name| (*name).to_owned()).zip(found));
        match wanted.starts_with("trap: ") {
            true if text.starts_with("trap: ") && text.contains(&wanted[6..]) => Ok(()),
            false if is_like(&text, &wanted) => Ok(()),
            _ => Err(format!("gave {text}")),
        }
    }

    /// Gives a handle a name, by which arguments may use it.
    pub fn name(&mut self, name: &str, handle: Handle) {
        self.handles.insert(name.to_owned(), handle);
    }

    /// Calls a function with arguments as text.
    pub fn call(&mut self, name: &str, arguments: &[String]) -> Result<Option<Val>, String> {
        let func = self.instance.get_func(name).ok_or_else(|| format!("there is no function {name}"))?;
        let (ty, types) = func.ty();
        if ty.params().len() != arguments.len() {
            return Err(format!("{name} takes {} arguments", ty.params().len()));
        }
        let values = ty.params().iter().zip(arguments).map(|(ty, text)| self.value(types, *ty, text));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let mut results = vec![Val::Bool(false); usize::from(ty.result().is_some())];
        func.call(&mut self.store, &values, &mut results).map_err(|error| format!("{error:?}"))?;
        Ok(results.pop())
    }

    fn value(&self, types: &Types, ty: Type, text: &str) -> Result<Val, String> {
        if let Some(name) = text.strip_prefix('$') {
            let handle = self.handles.get(name).ok_or_else(|| format!("no handle {name}"))?;
            return Ok(Val::Handle(*handle));
        }
        if let Some(bytes) = text.strip_prefix("b\"").and_then(|text| text.strip_suffix('"')) {
            return Ok(Val::List(bytes.replace("\\n", "\n").bytes().map(Val::U8).collect()));
        }
        if let (Some(Kind::List(item)), Some(items)) = (types.kind(ty), text.strip_prefix("[$")) {
            let items =
                items.trim_end_matches(']').split(", $").map(|name| self.value(types, *item, &format!("${name}")));
            return Ok(Val::List(items.collect::<Result<_, _>>()?));
        }
        wave::parse(types, ty, text).map_err(|error| format!("{text}: {error}"))
    }
}

/// The name that the text begins with.
fn name_at(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")
}

/// Words, with what is in quotes or brackets in one piece.
fn split(text: &str) -> Vec<String> {
    let (mut words, mut depth, mut quoted) = (vec![String::new()], 0, false);
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ' ' if depth == 0 && !quoted => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        words.last_mut().expect("there is one").push(letter);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A value as text, with `#` for handles, which are put into a list.
fn show(value: &Val, handles: &mut Vec<Handle>) -> String {
    let join = |values: &[Val], handles: &mut Vec<Handle>| {
        values.iter().map(|value| show(value, handles)).collect::<Vec<_>>().join(", ")
    };
    let with = |case: &str, value: &Option<Box<Val>>, handles: &mut Vec<Handle>| match value {
        Some(value) => format!("{case}({})", show(value, handles)),
        None => case.to_owned(),
    };
    match value {
        Val::Handle(handle) => {
            handles.push(*handle);
            "#".into()
        }
        Val::List(items) if !items.is_empty() && items.iter().all(|item| matches!(item, Val::U8(_))) => {
            let bytes: Vec<u8> = items.iter().map(|item| if let Val::U8(byte) = item { *byte } else { 0 }).collect();
            format!("b\"{}\"", bytes.escape_ascii())
        }
        Val::List(items) => format!("[{}]", join(items, handles)),
        Val::Tuple(items) => format!("({})", join(items, handles)),
        Val::Option(None) => "none".into(),
        Val::Option(value) => with("some", value, handles),
        Val::Result(Ok(value)) => with("ok", value, handles),
        Val::Result(Err(value)) => with("err", value, handles),
        Val::Variant(case, value) => with(case, value, handles),
        Val::Record(fields) => {
            let field = |(name, value): &(Name, Val)| format!("{name}: {}", show(value, handles));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether a text is what was expected, where `_` stands for any number.
fn is_like(text: &str, wanted: &str) -> bool {
    let mut rest = text;
    for (at, part) in wanted.split('_').enumerate() {
        if at > 0 {
            rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        }
        match rest.strip_prefix(part) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}
