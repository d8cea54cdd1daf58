//! The list of instructions, `book/instructions.txt`, whose head says how it is written.

use super::types::words;

/// A line of the page.
#[derive(Debug, PartialEq)]
pub enum Line {
    /// Headings and paragraphs.
    Text(String),
    /// A line of a table.
    Instruction(Instruction),
}

/// What is said of an instruction.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction {
    /// Its name in the text format.
    pub name: String,
    /// The types that it pops, the topmost value last.
    pub takes: Vec<String>,
    /// The types that it pushes.
    pub gives: Vec<String>,
    /// What it does.
    pub meaning: String,
    /// Examples of it.
    pub examples: Vec<Example>,
}

/// Operands and what comes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What is behind the instruction, if it matters.
    pub behind: Option<String>,
    /// The operands.
    pub operands: Vec<String>,
    /// The results, or the message of a trap.
    pub outcome: Result<Vec<String>, String>,
}

/// The lines of the page.
pub fn lines() -> Vec<Line> {
    let path = falkirk_book::root().join("book/instructions.txt");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(&text)
}

/// The instructions among the lines.
pub fn instructions() -> Vec<Instruction> {
    let instructions = lines().into_iter().filter_map(|line| match line {
        Line::Instruction(instruction) => Some(instruction),
        Line::Text(_) => None,
    });
    instructions.collect()
}

/// The lines that a list stands for, without its comments and what blank lines are above them.
fn parse(text: &str) -> Vec<Line> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(";;")).collect();
    let sections = lines.chunk_by(|_, next| !next.starts_with('#'));
    let mut parsed = Vec::new();
    for section in sections.skip_while(|section| !section[0].starts_with('#')) {
        match alternatives(section[0]) {
            None => section.iter().for_each(|line| parsed.extend(expand(line).iter().map(|line| read(line)))),
            Some(count) => (0..count).for_each(|k| parsed.extend(section.iter().map(|line| read(&pick(line, k))))),
        }
    }
    parsed
}

/// How many lines one with braces stands for.
fn alternatives(line: &str) -> Option<usize> {
    let mut counts = line.split('{').skip(1).map(|rest| {
        let (inside, _) = rest.split_once('}').unwrap_or_else(|| panic!("a brace stays open: {line}"));
        inside.split(',').count()
    });
    let first = counts.next()?;
    assert!(counts.all(|count| count == first), "not all braces have {first} alternatives: {line}");
    Some(first)
}

/// The line with the alternative `k` of each of its braces.
fn pick(line: &str, k: usize) -> String {
    let mut pieces = line.split('{');
    let mut picked = pieces.next().unwrap_or_default().to_owned();
    for (inside, rest) in pieces.filter_map(|piece| piece.split_once('}')) {
        let alternative = inside.split(',').nth(k);
        picked.push_str(alternative.unwrap_or_else(|| panic!("no alternative {k} in {{{inside}}}: {line}")));
        picked.push_str(rest);
    }
    picked
}

/// The lines that a line stands for.
fn expand(line: &str) -> Vec<String> {
    (0..alternatives(line).unwrap_or(1)).map(|k| pick(line, k)).collect()
}

/// Reads a line without braces.
fn read(line: &str) -> Line {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let (name, types, meaning, examples) = match cells[..] {
        [_] => return Line::Text(line.to_owned()),
        [name, types, meaning] => (name, types, meaning, None),
        [name, types, meaning, examples] => (name, types, meaning, Some(examples)),
        _ => panic!("three bars at most: {line}"),
    };
    let (takes, gives) = arrow(types);
    assert!(meaning.ends_with('.'), "a sentence ends with a full stop: {line}");
    let examples = examples.into_iter().flat_map(|examples| examples.split(';')).map(example).collect();
    Line::Instruction(Instruction {
        name: name.to_owned(),
        takes: words(takes),
        gives: words(gives),
        meaning: meaning.to_owned(),
        examples,
    })
}

/// What is left and right of the arrow.
fn arrow(text: &str) -> (&str, &str) {
    let (left, right) = text.split_once("->").unwrap_or_else(|| panic!("there is no arrow: {text}"));
    (left.trim(), right.trim())
}

fn example(text: &str) -> Example {
    let (left, right) = arrow(text);
    let (behind, operands) = match left.split_once(": ") {
        Some((behind, operands)) => (Some(behind.to_owned()), operands),
        None => (None, left),
    };
    let outcome = right.strip_prefix("trap: ").map_or_else(|| Ok(words(right)), |trap| Err(trap.to_owned()));
    Example { behind, operands: words(operands), outcome }
}

#[test]
fn braces_stand_for_several_lines() {
    assert_eq!(expand("a"), ["a"]);
    assert_eq!(expand("{a,b}.c{1,2}"), ["a.c1", "b.c2"]);
    assert_eq!(expand("x{ y,} z"), ["x y z", "x z"]);
    let list = ";; No.\n\n# {A,B}\n\nText.\n{a,b} | {i32,i64} -> | Does.\n## C\n";
    let text = |text: &str| Line::Text(text.to_owned());
    let row = |name: &str, ty: &str| read(&format!("{name} | {ty} -> | Does."));
    let [blank, says] = ["", "Text."].map(text);
    assert_eq!(parse(list)[..4], [text("# A"), blank, says, row("a", "i32")]);
    assert_eq!(parse(list)[4..], [text("# B"), text(""), text("Text."), row("b", "i64"), text("## C")]);
}

#[test]
fn examples_have_parts() {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let plain = example("(1 ..) 2 -> -3");
    assert_eq!((plain.behind, plain.operands, plain.outcome), (None, owned(&["(1 ..)", "2"]), Ok(owned(&["-3"]))));
    let trap = example("0 1: 7 -> trap: all is lost");
    assert_eq!(trap.outcome, Err("all is lost".to_owned()));
    assert_eq!((trap.behind, trap.operands), (Some("0 1".to_owned()), owned(&["7"])));
    assert_eq!(example("-> 1").operands, [""; 0]);
}
