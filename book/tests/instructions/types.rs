//! Types as the list writes them, and what they stand for.

use super::list::Instruction;

/// The types of numbers and vectors (`n`), then those of references (`rt`); together `t`.
const VALUES: [&str; 7] = ["i32", "i64", "f32", "f64", "v128", "funcref", "externref"];

/// What a reference may refer to (`ht`): anything of a kind, or a function of the module's type `$x`.
const HEAPS: [&str; 3] = ["func", "extern", "$x"];

/// What the variables among an instruction's types stand for.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// `at`.
    pub address: &'static str,
    /// `n`, `t` or `rt`.
    pub value: &'static str,
    /// `ht`.
    pub heap: &'static str,
}

/// The words of a text; what is in brackets is one word.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if open => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        open = (open || word.starts_with('(')) && !word.ends_with(')');
    }
    words
}

/// Whether this stands for any number of types.
pub fn is_row(ty: &str) -> bool {
    ty.ends_with('*')
}

/// How many lanes a shape has, if this is one.
pub fn lanes(ty: &str) -> Option<usize> {
    let (lane, count) = ty.split_once('x')?;
    lane.starts_with(['i', 'f']).then(|| count.parse().ok()).flatten()
}

/// The type as the page shows it.
pub fn shown(ty: &str) -> &str {
    if lanes(ty).is_some() { "v128" } else { ty }
}

/// The type in the text format; none for any number of types.
pub fn concrete(ty: &str, choice: Choice) -> Option<String> {
    let found = match ty {
        _ if is_row(ty) => return None,
        "at" => choice.address.to_owned(),
        "n" | "t" | "rt" => choice.value.to_owned(),
        _ => shown(ty).replace(" ht)", &format!(" {})", choice.heap)).replace(" x)", " $x)"),
    };
    Some(found)
}

/// All that the variables of an instruction may stand for together.
pub fn choices(instruction: &Instruction) -> Vec<Choice> {
    let types: Vec<&str> = instruction.takes.iter().chain(&instruction.gives).map(String::as_str).collect();
    let has = |variable: &str| types.iter().any(|ty| *ty == variable || ty.ends_with(&format!(" {variable})")));
    let values = match () {
        _ if has("rt") => &VALUES[5..],
        _ if has("t") => &VALUES[..],
        _ if has("n") => &VALUES[..5],
        _ => &VALUES[..1],
    };
    let heaps = if has("ht") { &HEAPS[..] } else { &HEAPS[..1] };
    let mut choices = Vec::new();
    // Also where there is no `at`: an `i32` in its place is noticed.
    for address in &VALUES[..2] {
        for value in values {
            choices.extend(heaps.iter().map(|heap| Choice { address, value, heap }));
        }
    }
    choices
}

#[test]
fn brackets_hold_words_together() {
    assert_eq!(words("t* (ref null x)  i32"), ["t*", "(ref null x)", "i32"]);
    assert_eq!(words("(1 2 ..) (3)"), ["(1 2 ..)", "(3)"]);
    assert_eq!(words(""), [""; 0]);
}

#[test]
fn types_become_concrete() {
    let choice = Choice { address: "i64", value: "funcref", heap: "extern" };
    let cases =
        [("at", "i64"), ("rt", "funcref"), ("i8x16", "v128"), ("(ref null ht)", "(ref null extern)"), ("f32", "f32")];
    for (ty, expected) in cases {
        assert_eq!(concrete(ty, choice).as_deref(), Some(expected));
    }
    assert_eq!(concrete("(ref x)", choice).as_deref(), Some("(ref $x)"));
    assert_eq!(concrete("t1*", choice), None);
    assert_eq!((lanes("f64x2"), lanes("i32"), lanes("externref")), (Some(2), None, None));
}
