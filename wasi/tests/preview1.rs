//! Preview 1, function by function: scripts of calls, with the `errno` and the results that each is to give.
//!
//! ```text
//! == a name                                    a new guest, with the directories `/` (3) and `/ro` (4, read-only)
//! path_open 3 1 "f" 0 FD_READ 0 0 @fd -> success
//! fd_read $fd r4 @n -> success n=4 "hell"      reads to a buffer of 4 bytes; compares a result and the bytes
//! fd_write 1 w"hi",""  @n -> success n=2       writes from two buffers
//! ```
//!
//! `"text"` is an address and a length, `@n` (or `@n:8`, with a size) the address of a result, `$n` its value, a name
//! in capitals a constant of the interface. Each script runs with files of the host and with files in memory.

mod support;

use std::collections::HashMap;

use falkirk_runtime::Engine;
use falkirk_wasi::WasiCtx;
use falkirk_wasi::files::{Access, Dir, MemoryFs};
use falkirk_wasi::preview1::{fdflags, fstflags, lookupflags, oflags, riflags, rights, sdflags};
use falkirk_wasi::streams::{InputStream, pipe};
use support::{Guest, engines, host_dir, populate};

#[test]
fn scripts() {
    let driver = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("preview1-driver.wat");
    std::fs::write(driver, support::text("wasi_snapshot_preview1")).expect("cargo's folder can be written");
    let mut failures = Vec::new();
    let scripts = ["args", "descriptors", "paths", "data", "rights", "clocks", "corners", "unstable"];
    for script in scripts {
        let path = format!("{}/tests/preview1/{script}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        for case in text.split("\n== ").skip(1) {
            let (name, lines) = case.split_once('\n').expect("a name, then lines");
            for engine in engines() {
                let temporary = tempfile::tempdir().expect("a temporary directory");
                let host = |guest: &str, access| host_dir(temporary.path(), guest, access);
                failures.extend(run(&engine, &format!("{script}: {name} (host)"), lines, host));
                let files = MemoryFs::new();
                let memory = |guest: &str, access| files.root(guest, access);
                failures.extend(run(&engine, &format!("{script}: {name} (memory)"), lines, memory));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Runs a case with the directory that `dir` gives; what went wrong.
fn run(engine: &Engine, name: &str, lines: &str, dir: impl Fn(&str, Access) -> Dir) -> Vec<String> {
    populate(&dir("/", Access::ReadWrite));
    let (writer, _reader) = pipe(1 << 16);
    let context = WasiCtx::builder()
        .args(["prog", "--flag"])
        .env("A", "1")
        .env("LONG", "two words")
        .stdin(InputStream::bytes("input"))
        .stdout(writer)
        .preopen("/", dir("/", Access::ReadWrite))
        .preopen("/ro", dir("/ro", Access::ReadOnly))
        .build()
        .expect("nothing is wrong with it");
    let interface = if name.starts_with("unstable") { "wasi_unstable" } else { "wasi_snapshot_preview1" };
    let mut script = Script { guest: Guest::of(engine, interface, context), values: HashMap::new(), read: Vec::new() };
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| Some(format!("{name}: {line}: {}", script.line(line).err()?))).collect()
}

struct Script {
    guest: Guest,
    /// The results of all calls: where they are, and their sizes.
    values: HashMap<String, (u32, u32)>,
    /// The buffers that the last call has read to.
    read: Vec<(u32, u32)>,
}

impl Script {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let (call, expected) = line.split_once(" -> ").ok_or("no expectation")?;
        let mut words = split(call).into_iter();
        let name = words.next().ok_or("no function")?;
        self.read.clear();
        let mut arguments = Vec::new();
        for word in words {
            self.argument(&word, &mut arguments)?;
        }
        let errno = self.guest.call(&name, &arguments);
        for word in split(expected) {
            self.check(&word, errno)?;
        }
        Ok(())
    }

    fn argument(&mut self, word: &str, arguments: &mut Vec<u64>) -> Result<(), String> {
        if let Some(text) = quoted(word) {
            arguments.extend([self.guest.put(&text).into(), text.len() as u64]);
        } else if let Some(texts) = word.strip_prefix('w') {
            let texts: Vec<_> = texts.split(',').map(|text| quoted(text).expect("a text")).collect();
            let vectors: Vec<_> = texts.iter().map(|text| (self.guest.put(text), text.len() as u32)).collect();
            arguments.extend([self.guest.put_vectors(&vectors).into(), vectors.len() as u64]);
        } else if let Some(lengths) = word.strip_prefix('r') {
            let lengths = lengths.split(',').map(|len| len.parse().expect("a length"));
            self.read = lengths.map(|len| (self.guest.allocate(len), len)).collect();
            arguments.extend([self.guest.put_vectors(&self.read).into(), self.read.len() as u64]);
        } else if let Some(name) = word.strip_prefix('@') {
            let (name, size) = name.split_once(':').unwrap_or((name, "4"));
            let size = size.parse().map_err(|_| format!("the size {size}"))?;
            let at = self.guest.allocate(size);
            self.values.insert(name.into(), (at, size));
            arguments.push(at.into());
        } else {
            arguments.push(self.value(word)?);
        }
        Ok(())
    }

    /// A number, the result of a call before, or a constant; or several, with `|` between.
    fn value(&self, word: &str) -> Result<u64, String> {
        if let Some(name) = word.strip_prefix('$') {
            let &(at, size) = self.values.get(name).ok_or(format!("no result {name}"))?;
            return Ok(self.guest.number(at, size));
        }
        if let Some(hexadecimal) = word.strip_prefix("0x") {
            return u64::from_str_radix(hexadecimal, 16).map_err(|error| error.to_string());
        }
        if let Ok(number) = word.parse::<i64>() {
            return Ok(number as u64);
        }
        word.split('|').try_fold(0, |all, name| Ok(all | constant(name).ok_or(format!("no constant {name}"))?))
    }

    fn check(&mut self, word: &str, errno: &str) -> Result<(), String> {
        if let Some(text) = quoted(word) {
            let found: Vec<u8> = self.read.iter().flat_map(|&(at, len)| self.guest.get(at, len)).collect();
            return match found.starts_with(&text) {
                true => Ok(()),
                false => Err(format!("read \"{}\"", found.escape_ascii())),
            };
        }
        let Some((name, wanted)) = word.split_once('=') else {
            return if word == errno { Ok(()) } else { Err(format!("gave {errno}")) };
        };
        // `name+offset:size` is a part of a result.
        let (name, part) = name.split_once('+').unwrap_or((name, ""));
        let &(mut at, mut size) = self.values.get(name).ok_or(format!("no result {name}"))?;
        if let Some((offset, length)) = part.split_once(':') {
            at += offset.parse::<u32>().expect("an offset");
            size = length.parse().expect("a size");
        }
        if let Some(text) = quoted(wanted) {
            let found = self.guest.get(at, size);
            return match found.starts_with(&text) {
                true => Ok(()),
                false => Err(format!("{name} is \"{}\"", found.escape_ascii())),
            };
        }
        let (found, wanted) = (self.guest.number(at, size), self.value(wanted)?);
        if found == wanted { Ok(()) } else { Err(format!("{name} is {found:#x}, not {wanted:#x}")) }
    }
}

/// The words of a line. A text in quotes is within one.
fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut in_text = false;
    for character in line.chars() {
        in_text ^= character == '"';
        match character {
            ' ' if !in_text => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The bytes of a text in quotes: `\xx` is a byte, and `*n` behind the quotes repeats it.
fn quoted(word: &str) -> Option<Vec<u8>> {
    let (text, times) = word.strip_prefix('"')?.rsplit_once('"')?;
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'\\', [..]) => {
                let digits = std::str::from_utf8(&tail[..2]).expect("two digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
                rest = &tail[2..];
            }
            _ => bytes.push(*first),
        }
    }
    let times = times.strip_prefix('*').map_or(1, |times| times.parse().expect("a number"));
    Some(bytes.repeat(times))
}

/// The constants of the interface, by their names in capitals.
fn constant(name: &str) -> Option<u64> {
    let lists = [
        rights::NAMES,
        fdflags::NAMES,
        oflags::NAMES,
        lookupflags::NAMES,
        fstflags::NAMES,
        riflags::NAMES,
        sdflags::NAMES,
    ];
    match name {
        "ALL" => return Some(rights::ALL),
        "FILE" => return Some(rights::FILE),
        "DIR" => return Some(rights::DIR),
        _ => {}
    }
    lists.into_iter().flatten().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(bit, _)| *bit)
}
