//! The programs that chapters run with `cargo book`. They write to whatever they are given, so the tests run them too.

use std::error::Error;
use std::io::Write;

/// What went wrong, in words for the reader.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A program: what follows its name, and where it prints to.
type Program = fn(&[String], &mut dyn Write) -> Result<()>;

/// Every program, by its name, with what it is given and what it does.
const PROGRAMS: &[(&str, &str, Program)] = &[
    ("dump", "FILE: prints the bytes of a file", crate::bytes::dump::run),
    ("hand", "FILE: writes the module of chapter 1", crate::bytes::hand::run),
    ("leb128", "BYTE...: decodes one number", crate::bytes::leb128::run),
    ("patch", "FROM TO OFFSET=BYTE...: copies a file and changes bytes of it", crate::bytes::patch::run),
    ("sections", "FILE: prints the sections of a module", crate::bytes::sections::run),
    ("stack", "INSTRUCTION...: executes instructions, and shows the stack", crate::stack::machine::run),
    ("types", "INSTRUCTION...: validates instructions, and shows the types", crate::stack::types::run),
    ("slots", "INSTRUCTION...: translates to code with slots", crate::slots::naive::run),
    ("waiting", "INSTRUCTION...: the same, with operands that wait", crate::slots::waiting::run),
    ("steps", "PROGRAM NUMBER: runs `sum` or `collatz` on each interpreter of chapter 6", crate::steps::run),
    ("values", "INSTRUCTION...: translates to values that are made once", crate::values::translate::run),
    ("registers", "NUMBER INSTRUCTION...: the same with so many registers", crate::values::registers::run),
    ("differ", "small|edges PROGRAMS: compares two engines with random programs", crate::differ::run),
    ("shrink", "small|edges PROGRAM: makes the program small, about which they differ", crate::differ::shrink::run),
    (
        "samples",
        "wall|thread SEED: measures one program many times, on a machine that does not exist",
        crate::measure::samples,
    ),
    ("measure", "SEED: compares two programs on that machine, in several ways", crate::measure::run),
    ("means", "RATIO...: two means of ratios, and of the same ratios upside down", crate::measure::means),
    ("appendix", "makes the pages behind the chapters again, from what they are about", crate::appendix::run),
    ("draw", "draws the pictures again, from `book/diagrams`", crate::draw::run),
    ("plot", "makes the plots and their tables again, from `book/measured`", crate::plot::run),
];

/// Runs the program that the first word names.
pub fn run(words: &[String], out: &mut dyn Write) -> Result<()> {
    if let Some((name, arguments)) = words.split_first()
        && let Some((_, _, program)) = PROGRAMS.iter().find(|(program, _, _)| program == name)
    {
        return program(arguments, out);
    }
    for (name, what, _) in PROGRAMS {
        writeln!(out, "cargo book {name} {what}")?;
    }
    Err("no such program; those above are".into())
}

/// The words that a program must have, or a message that says which.
pub fn expect<'a, const N: usize>(words: &'a [String], wanted: [&str; N]) -> Result<[&'a str; N]> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.try_into().map_err(|_| format!("wanted: {}", wanted.join(" ")).into())
}

/// Reads a file; an error names it.
pub fn read(path: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("{path}: {error}").into())
}

/// An offset: decimal, or hexadecimal after `0x`.
pub fn number(word: &str) -> Result<usize> {
    let parsed = match word.strip_prefix("0x") {
        Some(digits) => usize::from_str_radix(digits, 16),
        None => word.parse(),
    };
    parsed.map_err(|_| format!("`{word}` is no number; wanted: one such as 38 or 0x26").into())
}

/// A byte: the same, up to 255.
pub fn byte(word: &str) -> Result<u8> {
    u8::try_from(number(word)?).map_err(|_| format!("`{word}` is no byte; wanted: a number up to 255, or 0xff").into())
}
