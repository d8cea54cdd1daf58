//! Mentions of chapters: the first of each on a page is a link.

use std::collections::BTreeSet;

use super::markdown::Page;
use super::shape::is_chapter;

/// What may stand between the numbers of several chapters.
const BETWEEN: [&str; 4] = [", ", " and ", " or ", " to "];

/// The chapters that a page mentions before it links them.
pub fn check(page: &Page) -> Vec<String> {
    let mut linked: BTreeSet<usize> = number(page.name()).filter(|_| is_chapter(page)).into_iter().collect();
    let mut complaints = Vec::new();
    let text = prose(page);
    for (at, _) in text.char_indices() {
        linked.extend(link(&text[at..]));
        for chapter in mention(&text[at..]).into_iter().filter(|chapter| linked.insert(*chapter)) {
            let title = page.headings().first().map_or("", |(_, title)| title);
            complaints
                .push(format!("{}: the first mention of chapter {chapter} in `{title}` is no link", page.place()));
        }
    }
    complaints
}

/// A page without its code, in one line.
fn prose(page: &Page) -> String {
    page.lines().iter().filter(|line| !line.code).flat_map(|line| [line.text.trim(), " "]).collect()
}

/// The number at the start of the name of a chapter's file, `ch07-calls.md`.
fn number(name: &str) -> Option<usize> {
    name.strip_prefix("ch")?.split('-').next()?.parse().ok()
}

/// The chapter that is linked here.
fn link(text: &str) -> Option<usize> {
    number(text.strip_prefix("](")?)
}

/// The chapters that are named here, `chapter 2` or `chapters 2 and [3](...)`, but for those whose number is in a link.
fn mention(text: &str) -> Vec<usize> {
    let Some(rest) = text.strip_prefix("hapter") else { return Vec::new() };
    let (several, mut rest) = rest.strip_prefix('s').map_or((false, rest), |rest| (true, rest));
    let mut found = Vec::new();
    let mut next = rest.strip_prefix(' ');
    while let Some(number) = next {
        let digits = number.trim_start_matches('[');
        rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let Ok(chapter) = digits[..digits.len() - rest.len()].parse() else { break };
        if link(rest) == Some(chapter) {
            rest = rest.split_once(')').map_or("", |(_, rest)| rest);
        } else {
            found.push(chapter);
        }
        next = BETWEEN.iter().find_map(|between| rest.strip_prefix(between)).filter(|_| several);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(text: &str) -> usize {
        check(&Page { path: "ch05-places.md".into(), text: text.to_owned() }).len()
    }

    #[test]
    fn the_first_mention_is_a_link() {
        assert_eq!(complaints("In [chapter 2](ch02-memory.md), chapter 2 and chapter\n5.\n```\nchapter 7\n```"), 0);
        assert_eq!(complaints("[Calls](ch07-calls.md), and chapter 7"), 0);
        assert_eq!(complaints("In chapter\n2, and [Chapter 2](ch02-memory.md). Chapter 3, 4 more."), 2);
    }

    #[test]
    fn several_chapters_are_mentions_of_each() {
        assert_eq!(mention("hapters 2, [3](ch03-a.md) and 4 to 7, 8 or 9."), [2, 4, 7, 8, 9]);
        assert_eq!(mention("hapters [3](ch04-a.md)."), [3]);
        assert_eq!(mention("hapters have numbers"), [0; 0]);
    }
}
