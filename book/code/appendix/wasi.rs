//! Every call of WASI, from the tables by which `falkirk-wasi` links them. They are read as text, so that the book's own
//! programs need no runtime.

use std::fmt::Write;
use std::path::Path;

/// What stands above the calls.
const HEAD: &str = "# Every call of WASI\n\nWhat a guest can ask of Falkirk's WASI. This page is made from the tables in \
                    the code by which the functions are linked, by `cargo book appendix`.\n";

/// A row of a table: what the comment above it says, and the row itself in one line.
struct Row {
    doc: String,
    text: String,
}

/// The page.
pub fn page() -> String {
    let folder = crate::root().join("wasi/src");
    let mut page = HEAD.to_owned();
    page.push_str("\n## Preview 1\n\nFunctions of a module's import `wasi_snapshot_preview1`. ");
    page.push_str("All but the last give an error's number, or 0.\n");
    let table = read(&folder.join("preview1/table.rs"));
    preview1(&table, &mut page);
    page.push_str(
        "\n## Preview 2\n\nInterfaces of components. Methods have the resource that they belong to before them.\n",
    );
    let groups = ["io", "cli", "filesystem", "sockets"].map(|group| folder.join("preview2").join(group));
    for file in groups.iter().flat_map(|group| crate::files(group, "rs")) {
        for block in blocks(&read(&file), "interface! {") {
            interface(block, &mut page);
        }
    }
    page
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The blocks that begin with this line, without it and without the bracket that ends them.
fn blocks<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    text.split("\n")
        .scan(0, |at, line| {
            *at += line.len() + 1;
            Some((line, *at))
        })
        .filter(move |(line, _)| *line == begin)
        .filter_map(|(_, at)| text[at..].split_once("\n}\n").map(|(block, _)| block))
}

/// The rows of a block: what ends with a semicolon or opens a bracket, with the comments before it.
fn rows(block: &str) -> Vec<Row> {
    let (mut rows, mut row) = (Vec::new(), Row { doc: String::new(), text: String::new() });
    for line in block.lines().map(str::trim) {
        match line.strip_prefix("///") {
            Some(doc) => row.doc.push_str(doc),
            None => {
                row.text.push_str(line);
                row.text.push(' ');
                if line.ends_with([';', '{']) {
                    rows.push(std::mem::replace(&mut row, Row { doc: String::new(), text: String::new() }));
                }
            }
        }
    }
    rows
}

fn preview1(table: &str, page: &mut String) {
    heading(page);
    for row in blocks(table, "functions! {").flat_map(rows) {
        let (name, parameters) = row.text.split_once('(').expect("a function has parameters");
        let name = name.rsplit_once("::").map_or(name, |(_, name)| name);
        entry(name, &names(parameters), &row.doc, page);
    }
    let (_, exit) = table.split_once("pub static PROC_EXIT").expect("there is `proc_exit`");
    let said = |field: &str| exit.split_once(field).and_then(|(_, rest)| rest.split('"').nth(1)).expect("a text");
    entry(said(" name:"), &[said("Param { name:")], said(" doc:"), page);
}

fn interface(block: &str, page: &mut String) {
    let rows = rows(block);
    let (head, rows) = rows.split_first().expect("an interface has a name");
    let name = quoted(&head.text);
    write!(page, "\n### {name}\n\n{}\n", head.doc.trim()).expect("a string");
    let (resources, functions): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.text.starts_with("resource"));
    if !resources.is_empty() {
        let names: Vec<String> = resources.iter().map(|row| format!("`{}`", quoted(&row.text))).collect();
        write!(page, "\nResources: {}.\n", names.join(", ")).expect("a string");
    }
    if !functions.is_empty() {
        heading(page);
    }
    for row in functions {
        let (_, parameters) = row.text.split_once('(').expect("a function has parameters");
        let names: Vec<&str> = names(parameters).into_iter().filter(|name| *name != "this").collect();
        let name = quoted(&row.text);
        entry(name.split_once(']').map_or(name, |(_, name)| name), &names, &row.doc, page);
    }
}

fn heading(page: &mut String) {
    page.push_str("\n| function | takes | what it does |\n| --- | --- | --- |\n");
}

fn entry(name: &str, parameters: &[&str], doc: &str, page: &mut String) {
    let parameters: Vec<String> = parameters.iter().map(|name| format!("`{name}`")).collect();
    writeln!(page, "| `{name}` | {} | {} |", parameters.join(", "), doc.trim()).expect("a string");
}

/// The names in `a: A, b: B);`.
fn names(parameters: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in parameters.char_indices() {
        match c {
            '<' | '(' => depth += 1,
            '>' => depth -= 1,
            ')' if depth > 0 => depth -= 1,
            ')' | ',' if depth == 0 => {
                found.extend(parameters[start..at].split_once(':').map(|(name, _)| name.trim()));
                start = at + 1;
                if c == ')' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// What stands between the first two quotation marks.
fn quoted(text: &str) -> &str {
    text.split('"').nth(1).expect("a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_names() {
        let rows = rows("/// One\n/// two.\na::b(c: D,\n  e: Vec<(F, G)>) -> H;\nX {");
        assert_eq!(
            rows.iter().map(|row| (row.doc.trim(), row.text.trim())).collect::<Vec<_>>(),
            [("One two.", "a::b(c: D, e: Vec<(F, G)>) -> H;"), ("", "X {"),]
        );
        assert_eq!(names("c: D, e: Vec<(F, G)>) -> (I, J);"), ["c", "e"]);
        assert_eq!(names(") -> bool;"), [""; 0]);
    }

    #[test]
    fn all_of_them_are_there() {
        let page = page();
        let functions = page.lines().filter(|line| line.starts_with("| `")).count();
        let interfaces = page.lines().filter(|line| line.starts_with("### wasi:")).count();
        // 46 of preview 1; the interfaces are those that `wasi/src/preview2/mod.rs` lists.
        let (one, _) = page.split_once("## Preview 2").expect("two parts");
        assert_eq!(one.lines().filter(|line| line.starts_with("| `")).count(), 46);
        let list = read(&crate::root().join("wasi/src/preview2/mod.rs"));
        let listed = blocks(&list, "interfaces! {").flat_map(rows).map(|row| row.text.split_whitespace().count() - 1);
        assert_eq!(interfaces, listed.sum());
        assert!(functions > 150, "{functions}");
    }
}
