//! The glossary: each word that a chapter introduces, with the sentence that does.

use std::collections::BTreeMap;

use crate::check::markdown::Page;
use crate::check::shape::is_chapter;

/// What stands above the words.
const HEAD: &str = "# Glossary\n\nThe words that the chapters introduce, each with the sentence that does. This page is made \
                    from the chapters, by `cargo book appendix`.\n";

/// The page, of the pages of the book.
pub fn page(pages: &[Page]) -> String {
    let mut words = BTreeMap::new();
    for page in pages.iter().filter(|page| is_chapter(page)) {
        let title = page.headings().first().map_or("", |(_, title)| title);
        for (word, sentence) in introduced(page) {
            let key = word.to_lowercase();
            words.insert(key, format!("- *{word}* ([{title}]({})): {sentence}\n", page.name()));
        }
    }
    let mut text = HEAD.to_owned();
    let mut letter = None;
    for (key, entry) in words {
        let initial = key.chars().next();
        if initial != letter {
            let heading = initial.map_or(String::new(), |initial| initial.to_uppercase().collect());
            text.push_str(&format!("\n## {heading}\n\n"));
            letter = initial;
        }
        text.push_str(&entry);
    }
    text
}

/// The words of a page that are bold, each with its sentence.
fn introduced(page: &Page) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        let mut rest = &paragraph[..];
        let mut from = 0;
        while let Some(start) = rest.find("**") {
            let Some(length) = rest[start + 2..].find("**") else { break };
            let word = rest[start + 2..start + 2 + length].to_owned();
            found.push((word, plain(sentence(&paragraph, from + start))));
            from += start + length + 4;
            rest = &paragraph[from..];
        }
    }
    found
}

/// The paragraphs and points of lists of a page, each in one line.
fn paragraphs(page: &Page) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in page.lines() {
        let text = line.text.trim();
        let point =
            text.strip_prefix("- ").or_else(|| text.strip_prefix(|c: char| c.is_ascii_digit())?.strip_prefix(". "));
        if line.code || text.is_empty() || point.is_some() {
            paragraphs.push(String::new());
        }
        if !line.code && !text.starts_with(['#', '|', '<', '>']) {
            let paragraph = paragraphs.last_mut().expect("there is one");
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(point.unwrap_or(text));
        }
    }
    paragraphs
}

/// Sentences that begin like this say it of something that stands before them.
const GOES_ON: [&str; 8] = ["And ", "Instead", "It ", "Such ", "That ", "They ", "This ", "Then "];

/// The sentence around a place, and the one before it if that is needed.
fn sentence(paragraph: &str, at: usize) -> &str {
    let ends = |text: &str| {
        let ends = [". ", "? ", "! ", ".) "].iter().filter_map(|end| text.find(end).map(|found| found + end.len()));
        ends.min()
    };
    let mut starts = vec![0];
    while let Some(end) = starts.last().and_then(|start| Some(start + ends(&paragraph[*start..at])?)) {
        starts.push(end);
    }
    let last = *starts.last().expect("there is one");
    let goes_on = GOES_ON.iter().any(|words| paragraph[last..].starts_with(words));
    let start = if goes_on && starts.len() > 1 { starts[starts.len() - 2] } else { last };
    let end = ends(&paragraph[at..]).map_or(paragraph.len(), |end| at + end);
    paragraph[start..end].trim()
}

/// A sentence without bold words, links and the bracket of a remark that goes on.
fn plain(sentence: &str) -> String {
    let mut text = String::new();
    let mut rest = sentence;
    while let Some((before, (words, after))) =
        rest.split_once('[').and_then(|(before, link)| Some((before, link.split_once("](")?)))
    {
        text.push_str(before);
        text.push_str(words);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = text.replace("**", "");
    match text.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')').unwrap_or(inside).to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_with_their_sentences() {
        let text = "# 1. T\n\n> **q**?\n\nOne. A [file](x.md) like this\nis called a **module**. Two **b** words? Yes.\n\nOdd. That is **c**.\n\n- is a **d**";
        let found = introduced(&Page { path: "ch01.md".into(), text: text.to_owned() });
        let expected = [
            ("module", "A file like this is called a module."),
            ("b", "Two b words?"),
            ("c", "Odd. That is c."),
            ("d", "is a d"),
        ];
        assert_eq!(found, expected.map(|(word, sentence)| (word.to_owned(), sentence.to_owned())));
    }
}
