//! Commands and what they print.
//!
//! A block that is fenced as `console` has commands after `$ `, and what they print after them: first the standard output,
//! then the standard error. The commands are run again in the root of the repository, with these programs:
//!
//! - `falkirk`, which the caller of [`redo`] has built;
//! - `cargo book`, whose programs are called here.
//!
//! The fence may go on: `console,status=134` for a command that ends with that status, `console,head=3` if only so many lines
//! are shown (and `...` for the others), `console,times` if what is printed has times like ` <0.000021>`, of which only
//! ` <...>` is shown, or like `0.021 ms`, which becomes `-.--- ms`, `console,jit` for one that only a build with the JIT
//! can run, `console,x86_64` for one that prints something else on other processors. Commands that are not run here are
//! fenced as `sh`.
//!
//! A command with `--html PAGE` makes a page, which is to be the one in `book/src/shown`, where the chapter shows it in a
//! frame.

use std::path::Path;
use std::process::{Command, Stdio};

use super::markdown::Page;

/// What runs the commands.
pub struct Runner<'a> {
    /// The program `falkirk`.
    pub falkirk: &'a Path,
    /// Whether it has the JIT.
    pub jit: bool,
    /// Where it may keep machine code.
    pub cache: &'a Path,
}

/// A page whose commands were run again.
#[derive(Default)]
pub struct Redone {
    /// The page with what the commands print now.
    pub text: String,
    /// How many commands were run.
    pub commands: usize,
    /// The pages that the commands make, each with its name.
    pub made: Vec<(String, String)>,
    /// What went wrong beyond other output.
    pub complaints: Vec<String>,
}

/// Runs the commands of a page.
pub fn redo(page: &Page, runner: &Runner) -> Redone {
    let mut redone = Redone::default();
    let mut lines = page.text.lines().enumerate().peekable();
    while let Some((_, line)) = lines.next() {
        push(&mut redone.text, line);
        let Some(options) = line.strip_prefix("```console") else { continue };
        let elsewhere = options.contains(",x86_64") && !cfg!(target_arch = "x86_64");
        let skipped = elsewhere || options.contains(",jit") && !runner.jit;
        while let Some((index, line)) = lines.next_if(|(_, line)| *line != "```") {
            if let Some(command) = line.strip_prefix("$ ").filter(|_| !skipped) {
                push(&mut redone.text, line);
                let (mut printed, status) = run(command, runner, &mut redone.made);
                if options.contains(",times") {
                    printed = without_times(&printed);
                }
                redone.commands += 1;
                redone.text.push_str(&shown(&printed, option(options, "head=")));
                if status != option(options, "status=").unwrap_or(0) {
                    redone
                        .complaints
                        .push(page.complain(index + 1, format!("`{command}` ends with {status}\n{printed}")));
                }
            } else if skipped {
                push(&mut redone.text, line);
            }
        }
    }
    redone
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The number that a fence gives to an option.
fn option(options: &str, name: &str) -> Option<i32> {
    let number = options.split(',').find_map(|option| option.strip_prefix(name));
    number.map(|number| number.parse().expect("an option is a number"))
}

/// The lines that the page shows, of those that were printed.
fn shown(printed: &str, head: Option<i32>) -> String {
    let head = head.map_or(usize::MAX, |head| head as usize);
    let mut shown: String = printed.split_inclusive('\n').take(head).collect();
    if shown.len() < printed.len() {
        shown.push_str("...\n");
    }
    shown
}

/// What was printed without times, which are others in each run: with ` <...>` where a line ends with one, and with
/// `-.--- ms` for milliseconds.
fn without_times(printed: &str) -> String {
    let line = |line: &str| match line.strip_suffix('>').and_then(|line| line.rsplit_once(" <")) {
        Some((line, time)) if time.parse::<f64>().is_ok() => format!("{line} <...>\n"),
        _ => without_milliseconds(line) + "\n",
    };
    printed.lines().map(line).collect()
}

fn without_milliseconds(line: &str) -> String {
    let mut parts = line.split(" ms").peekable();
    let mut shown = String::new();
    while let Some(part) = parts.next() {
        let words = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        match parts.peek() {
            None => shown.push_str(part),
            Some(_) if words.len() == part.len() => shown.push_str(&format!("{part} ms")),
            Some(_) => shown.push_str(&format!("{words}{:>width$} ms", "-.---", width = part.len() - words.len())),
        }
    }
    shown
}

/// What a command prints, each line ended, and its exit status.
fn run(command: &str, runner: &Runner, made: &mut Vec<(String, String)>) -> (String, i32) {
    let words = words(command);
    let (mut printed, status) = match &words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["cargo", "book", ..] => book(&words[2..]),
        ["falkirk", ..] => match words.iter().position(|word| word == "--html") {
            Some(option) => page(&words[1..], option, runner, made),
            None => falkirk(&words[1..], runner),
        },
        _ => panic!("`{command}`: only `falkirk` and `cargo book` are run; fence other commands as `sh`"),
    };
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push('\n');
    }
    (printed, status)
}

fn book(words: &[String]) -> (String, i32) {
    let mut printed = Vec::new();
    let result = crate::programs::run(words, &mut printed);
    let mut printed = String::from_utf8(printed).expect("programs print UTF-8");
    match result {
        Ok(()) => (printed, 0),
        Err(error) => {
            printed.push_str(&format!("error: {error}\n"));
            (printed, 1)
        }
    }
}

fn falkirk(words: &[String], runner: &Runner) -> (String, i32) {
    let mut command = Command::new(runner.falkirk);
    command.args(words).current_dir(crate::root()).stdin(Stdio::null()).env("XDG_CACHE_HOME", runner.cache);
    let output = command.output().unwrap_or_else(|error| panic!("{}: {error}", runner.falkirk.display()));
    let mut bytes = output.stdout;
    if !bytes.is_empty() && !bytes.ends_with(b"\n") && !output.stderr.is_empty() {
        bytes.push(b'\n');
    }
    bytes.extend(output.stderr);
    (String::from_utf8(bytes).expect("falkirk prints UTF-8"), output.status.code().expect("an exit status"))
}

/// Runs a command that makes a page. The page goes to the folder for what is kept, and nothing that is printed says so.
fn page(words: &[String], option: usize, runner: &Runner, made: &mut Vec<(String, String)>) -> (String, i32) {
    let name = words.get(option).expect("`--html` has a file").clone();
    let (path, mut words) = (runner.cache.join(&name), words.to_vec());
    let place = path.to_str().expect("a path in UTF-8").to_owned();
    words[option].clone_from(&place);
    let (printed, status) = falkirk(&words, runner);
    if let Ok(page) = std::fs::read_to_string(&path) {
        made.push((name.clone(), page));
        std::fs::remove_file(&path).expect("it was just read");
    }
    (printed.replace(&place, &name), status)
}

/// The words of a command; quotes keep spaces in a word.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (c, quote) {
            (' ', None) => words.extend(word.take()),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (_, Some(open)) if c == open => quote = None,
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_be_quoted() {
        assert_eq!(words("falkirk  run 'a \"b\"' \"c d\" '' e"), ["falkirk", "run", "a \"b\"", "c d", "", "e"]);
    }

    #[test]
    fn commands_print_anew() {
        let text = "x\n```console\n$ cargo book leb128 0xe5 0x8e 0x26\nwrong\n```\ny\n```console,status=1\n$ cargo book leb128 128\n```\n";
        let page = Page { path: "page.md".into(), text: text.to_owned() };
        let nowhere = Path::new("nowhere");
        let redone = redo(&page, &Runner { falkirk: nowhere, jit: false, cache: nowhere });
        assert_eq!((redone.commands, &redone.complaints[..]), (2, &[][..]));
        let expected = text.replace("wrong\n", "624485, from 3 bytes\n");
        let expected = expected.replace("leb128 128\n", "leb128 128\nerror: the bytes end inside a number\n");
        assert_eq!(redone.text, expected);
    }

    #[test]
    fn what_cannot_be_run_here_is_left_as_it_is() {
        let text = "```console,jit,x86_64\n$ cargo book leb128 5\nwrong\n```\n";
        let page = Page { path: "page.md".into(), text: text.to_owned() };
        let nowhere = Path::new("nowhere");
        let redone = |jit| redo(&page, &Runner { falkirk: nowhere, jit, cache: nowhere });
        assert_eq!((redone(false).commands, redone(false).text), (0, text.to_owned()));
        assert_eq!(redone(true).commands, usize::from(cfg!(target_arch = "x86_64")));
    }

    #[test]
    fn long_output_is_cut() {
        assert_eq!(shown("a\nb\nc\n", Some(2)), "a\nb\n...\n");
        assert_eq!(shown("a\nb\n", Some(2)), "a\nb\n");
        assert_eq!(shown("a\nb\n", None), "a\nb\n");
    }

    #[test]
    fn times_are_left_out() {
        let printed = "a <3> = ok <0.000021>\nb <c>\nd\n";
        assert_eq!(without_times(printed), "a <3> = ok <...>\nb <c>\nd\n");
        let printed = "compile  12.345 ms  0.001 ms\nin ms\n";
        assert_eq!(without_times(printed), "compile   -.--- ms  -.--- ms\nin ms\n");
    }

    #[test]
    fn another_status_is_a_complaint() {
        let page = Page { path: "page.md".into(), text: "```console\n$ cargo book leb128 128\n```\n".to_owned() };
        let nowhere = Path::new("nowhere");
        assert_eq!(redo(&page, &Runner { falkirk: nowhere, jit: false, cache: nowhere }).complaints.len(), 1);
    }
}
