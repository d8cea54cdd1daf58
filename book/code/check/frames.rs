//! Frames: pages of `falkirk ... --html` inside of chapters. The pages are in `book/src/shown`. Commands of the chapters
//! make them, and the test of those ([`console`](super::console)) compares them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::markdown::Page;

/// What a frame is to look like.
const SHAPE: &str = "<iframe class=\"shown\" src=\"shown/NAME.html\" title=\"WHAT IT SHOWS\"></iframe>";

/// The folder with the pages.
pub fn folder() -> PathBuf {
    super::source().join("shown")
}

/// What is wrong with frames: those of other shapes, pages that no command of the chapter makes, and pages in no frame.
pub fn check(pages: &[Page]) -> Vec<String> {
    let (mut complaints, mut framed) = (Vec::new(), BTreeSet::new());
    for page in pages {
        let made: Vec<&str> = page.text.lines().filter_map(made).collect();
        for line in page.lines().iter().filter(|line| !line.code && line.text.contains("<iframe")) {
            match shown(line.text) {
                None => complaints.push(page.complain(line.number, format!("wanted: a line that is `{SHAPE}`"))),
                Some(name) => {
                    if !made.contains(&name) {
                        complaints.push(page.complain(line.number, format!("no command here has `--html {name}`")));
                    }
                    framed.insert(name.to_owned());
                }
            }
        }
    }
    let there: BTreeSet<String> = crate::files(&folder(), "html").iter().filter_map(|path| name(path)).collect();
    complaints.extend(framed.difference(&there).map(|name| format!("there is no book/src/shown/{name}")));
    complaints.extend(there.difference(&framed).map(|name| format!("no chapter shows book/src/shown/{name}")));
    complaints
}

/// The page that a command makes.
fn made(line: &str) -> Option<&str> {
    line.strip_prefix("$ falkirk ")?.split_once(" --html ")?.1.split(' ').next()
}

/// The page that a frame shows, which has a title.
fn shown(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix("<iframe class=\"shown\" src=\"shown/")?.split_once("\" title=\"")?;
    rest.strip_suffix("\"></iframe>").filter(|title| !title.is_empty()).map(|_| name)
}

fn name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_apart() {
        assert_eq!(shown("<iframe class=\"shown\" src=\"shown/a.html\" title=\"A call\"></iframe>"), Some("a.html"));
        assert_eq!(shown("<iframe class=\"shown\" src=\"shown/a.html\" title=\"\"></iframe>"), None);
        assert_eq!(made("$ falkirk greet --trace --html greet.html Dan"), Some("greet.html"));
    }

    #[test]
    fn a_frame_needs_its_command() {
        let page = |text: &str| Page { path: "page.md".into(), text: text.to_owned() };
        let complaints = check(&[page("<iframe src=\"x.html\">\n")]);
        assert!(complaints[0].contains("wanted"), "{complaints:?}");
        let complaints = check(&[page("<iframe class=\"shown\" src=\"shown/none.html\" title=\"T\"></iframe>\n")]);
        assert!(complaints[0].contains("no command") && complaints[1].contains("there is no"), "{complaints:?}");
    }
}
